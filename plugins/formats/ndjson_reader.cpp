#include "ndjson_reader.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "batch_writer.hpp"
#include "json_row.hpp"
#include "json_shape.hpp"
#include "utf8_check.hpp"

namespace weir::formats {
namespace {

constexpr size_t kMaxShapes = 6;
constexpr size_t kReadAhead = 64;  // How far the fast way may read past a line's end.

class NdjsonReader {
 public:
  NdjsonReader(const ColumnPlan& plan, bool is_whole_checked, const DecodeInput& input, DecodeOutput& output)
      : plan_(plan),
        is_whole_checked_(is_whole_checked),
        data_(input.text().data()),
        end_(data_ + input.size()),
        readable_end_(readable_end(input)),
        is_last_(input.is_last()),
        writer_(plan, input, output),
        slow_(plan, readable_end_) {
    shapes_.reserve(kMaxShapes);
    uses_shapes_ = !is_whole_checked && is_valid_utf8_but_for_cut(input);
    const auto* readable = reinterpret_cast<const char*>(readable_end_);
    const size_t safe = readable - end_ >= static_cast<ptrdiff_t>(kReadAhead)
                            ? input.size()
                            : input.size() - std::min(input.size(), kReadAhead);
    const size_t newline = input.text().substr(0, safe).rfind('\n');
    fast_end_ = newline == std::string_view::npos ? data_ : data_ + newline + 1;
  }

  size_t run() {
    const char* at = data_;
    while (at < end_) {
      if (at < fast_end_ && uses_shapes_) {
        if (const char* next = read_fast(at)) {
          at = next;
          continue;
        }
      }
      const char* line_end = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end_ - at)));
      if (line_end == nullptr && !is_last_) break;
      const char* const next = line_end == nullptr ? end_ : line_end + 1;
      read_slowly(at, line_end == nullptr ? end_ : line_end, next);
      at = next;
    }
    writer_.finish(bytes(at));
    return static_cast<size_t>(at - data_);
  }

 private:
  static const uint8_t* bytes(const char* at) { return reinterpret_cast<const uint8_t*>(at); }

  /// Returns where the next record begins, or null when no shape fits.
  const char* read_fast(const char* at) {
    for (size_t tried = 0; tried < shapes_.size(); ++tried) {
      const char* end = shapes_[current_].read(writer_, at);
      if (end != nullptr) {
        if (*end == '\r') ++end;
        if (*end == '\n') {
          writer_.end_row(bytes(end + 1));
          ++hits_;
          return end + 1;
        }
      }
      writer_.undo_row();
      current_ = current_ + 1 == shapes_.size() ? 0 : current_ + 1;
    }
    ++misses_;
    return nullptr;
  }

  void read_slowly(const char* at, const char* end, const char* next) {
    if (end > at && end[-1] == '\r') --end;
    const std::string_view line(at, static_cast<size_t>(end - at));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    if (!slow_.read(writer_, line, is_whole_checked_, fault_)) {
      writer_.reject(bytes(at), bytes(end), fault_.code, fault_.message, fault_.column);
      return;
    }
    writer_.end_row(bytes(next));
    if (uses_shapes_ && at < fast_end_) learn(line);
  }

  /// Keeps the shapes seen last. Where hardly a record fits one, trying them only costs.
  void learn(std::string_view line) {
    if (misses_ > 256 && hits_ < misses_ / 4) {
      uses_shapes_ = false;
      return;
    }
    auto shape = JsonShape::learn(plan_, line);
    if (!shape) return;
    if (shapes_.size() < kMaxShapes) {
      shapes_.push_back(std::move(*shape));
      current_ = shapes_.size() - 1;
    } else {
      replaced_ = (replaced_ + 1) % kMaxShapes;
      shapes_[replaced_] = std::move(*shape);
      current_ = replaced_;
    }
  }

  const ColumnPlan& plan_;
  const bool is_whole_checked_;
  const char* const data_;
  const char* const end_;
  const uint8_t* const readable_end_;
  const bool is_last_;
  const char* fast_end_ = nullptr;  // Behind a newline that is followed by enough readable bytes.
  BatchWriter writer_;
  JsonRowReader slow_;
  std::vector<JsonShape> shapes_;
  size_t current_ = 0;
  size_t replaced_ = 0;
  size_t hits_ = 0;
  size_t misses_ = 0;
  bool uses_shapes_ = false;
  RecordFault fault_;
};

}  // namespace

size_t decode_ndjson(const ColumnPlan& plan, bool is_whole_checked, const DecodeInput& input,
                     DecodeOutput& output) {
  return NdjsonReader(plan, is_whole_checked, input, output).run();
}

}  // namespace weir::formats
