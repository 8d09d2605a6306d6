// console: prints rows as a table.
//
//   look: {type: console, inputs: per_page, limit: 20}
//
// The names and types of the columns stand above. Columns are as wide as what the first rows need; a longer
// value later moves its line, and nothing is cut.
#include <weir/numbers.hpp>
#include <weir/sink.hpp>

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <vector>

#include "cell_text.hpp"

namespace weir::console {
namespace {

// A single long value must not push all others off the screen.
constexpr size_t kWidestColumn = 40;

struct Options {
  int64_t limit = 0;
};

Status print(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put >= 0) {
      bytes.remove_prefix(static_cast<size_t>(put));
    } else if (errno == EAGAIN) {
      pollfd output{STDOUT_FILENO, POLLOUT, 0};
      ::poll(&output, 1, -1);
    } else if (errno != EINTR) {
      return Status::io("cannot write to standard output: " + std::generic_category().message(errno));
    }
  }
  return {};
}

class Console final : public Sink {
 public:
  explicit Console(const Options& options) : limit_(options.limit) {}

  Status bind(std::span<const Input> inputs) override {
    schema_ = inputs[0].schema;
    return {};
  }

  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    const auto room =
        limit_ > 0 ? static_cast<size_t>(std::max(int64_t{0}, limit_ - printed_)) : batch.row_count();
    const size_t count = std::min(room, batch.row_count());
    not_shown_ += static_cast<int64_t>(batch.row_count() - count);
    if (count == 0) return Progress::done();
    std::vector<std::vector<std::string>> rows(count);
    for (size_t row = 0; row < count; ++row)
      for (size_t i = 0; i < schema_.size(); ++i)
        append_cell(schema_[i].type, batch.raw_column(i), row, rows[row].emplace_back());
    std::string text;
    if (printed_ == 0) {
      measure(rows);
      append_header(text);
    }
    for (const auto& row : rows) append_line(row, text);
    printed_ += static_cast<int64_t>(count);
    WEIR_RETURN_IF_ERROR(print(text));
    return Progress::done();
  }

  Result<Progress> flush(uint64_t epoch) override {
    if (epoch != kLastEpoch) return Progress::done();
    std::string text;
    if (printed_ == 0) {
      measure({});
      append_header(text);
    }
    if (not_shown_ > 0) text += "... and " + std::to_string(not_shown_) + " more rows\n";
    WEIR_RETURN_IF_ERROR(print(text));
    return Progress::done();
  }

 protected:
  // One table, whole.
  Binding binding() override {
    Binding binding = Binding::none();
    binding.single_copy();
    return binding;
  }

 private:
  void measure(const std::vector<std::vector<std::string>>& rows) {
    widths_.clear();
    for (size_t i = 0; i < schema_.size(); ++i) {
      size_t width = std::max(display_width(schema_[i].name), schema_[i].type.to_string().size());
      for (const auto& row : rows) width = std::max(width, std::min(kWidestColumn, display_width(row[i])));
      widths_.push_back(width);
    }
  }

  void append_header(std::string& text) const {
    std::vector<std::string> names, types, rules;
    for (size_t i = 0; i < schema_.size(); ++i) {
      names.push_back(schema_[i].name);
      types.push_back(schema_[i].type.to_string());
      rules.emplace_back(widths_[i], '-');
    }
    append_line(names, text);
    append_line(types, text);
    append_line(rules, text);
  }

  void append_line(const std::vector<std::string>& cells, std::string& text) const {
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += "  ";
      const size_t width = display_width(cells[i]);
      const std::string gap(width < widths_[i] ? widths_[i] - width : 0, ' ');
      line += is_number(schema_[i].type.type) ? gap + cells[i] : cells[i] + gap;
    }
    while (line.ends_with(' ')) line.pop_back();
    text += line + '\n';
  }

  const int64_t limit_;
  Schema schema_;
  std::vector<size_t> widths_;
  int64_t printed_ = 0;
  int64_t not_shown_ = 0;
};

}  // namespace
}  // namespace weir::console

using weir::console::Console;
using weir::console::Options;

WEIR_SINK(Console, Options, "console", "Print rows as a table.",
          weir::description(
              "For looking at rows while a pipeline is made. Names and types stand above; at the end a "
              "line says how many rows `limit` left out. After a restart rows may be printed twice."),
          weir::example("type: console\ninputs: per_page\nlimit: 20"),
          weir::optional("limit", &Options::limit, 0, "At most so many rows; 0 prints all.",
                         weir::range(0, 9e18)));
