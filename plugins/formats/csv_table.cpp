#include "csv_table.hpp"

#include <algorithm>
#include <cstring>

#include <weir/did_you_mean.hpp>

#include "batch_writer.hpp"
#include "utf8_check.hpp"
#include "value_reader.hpp"

namespace weir::formats {
namespace {

constexpr size_t kWindow = 32 << 10;          // Scanned bytes and positions stay in the first cache.
constexpr size_t kMaxRecordBytes = 16 << 20;  // What is open longer was never meant as a quoted field.

/// Names for a message. A header that is none may hold what a terminal would act on.
std::string joined(const std::vector<std::string>& names) {
  constexpr size_t kShownNames = 20;
  std::string made;
  for (size_t i = 0; i < std::min(names.size(), kShownNames); ++i) {
    const std::string name = shown(names[i]);
    made += (i == 0 ? "" : ", ") + name.substr(1, name.size() - 2);
  }
  return names.size() > kShownNames ? made + ", ..." : made;
}

std::string missing_columns(const std::vector<std::string>& missing, const CsvHeader& header,
                            std::string_view partition) {
  constexpr size_t kShownNames = 8;
  std::string words;
  for (size_t i = 0; i < std::min(missing.size(), kShownNames); ++i)
    words += (i == 0 ? "'" : ", '") + missing[i] + "'";
  if (missing.size() > kShownNames) words += " and " + std::to_string(missing.size() - kShownNames) + " more";
  return (missing.size() == 1 ? "no column " : "no columns ") + words + " in the header" +
         (partition.empty() ? "" : " of " + shown(partition)) + " (" + joined(header.names) + ")" +
         (missing.size() == 1 ? hint_behind(missing.front(), header.names) : "");
}

std::string counted_fields(size_t count) {
  return std::to_string(count) + (count == 1 ? " field" : " fields");
}

}  // namespace

Result<CsvTable> CsvTable::make(const CsvSettings& settings, const ColumnPlan& plan, const CsvHeader& header,
                                std::string_view partition) {
  CsvTable table;
  table.settings_ = settings;
  table.settings_.dialect.newline = header.newline;
  table.plan_ = &plan;
  table.field_count_ = settings.has_header ? header.names.size() : plan.columns.size();
  std::vector<std::string> missing;
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    const std::string& path = plan.columns[i].path;
    size_t field = i;
    if (settings.has_header && !header.names.empty()) {
      field = static_cast<size_t>(std::ranges::find(header.names, path) - header.names.begin());
      if (field == header.names.size()) missing.push_back(path);
    }
    if (plan.columns[i].is_wanted) table.wanted_.push_back({field, i});
  }
  if (!missing.empty()) return Status::invalid(missing_columns(missing, header, partition));
  return table;
}

int64_t CsvTable::find_record(std::string_view bytes, size_t from) const {
  const size_t found = bytes.find(settings_.dialect.newline, from == 0 ? 0 : from - 1);
  return found == std::string_view::npos ? kNotFound : static_cast<int64_t>(found + 1);
}

/// One call of decode.
class CsvReader {
 public:
  CsvReader(const CsvTable& table, const DecodeInput& input, DecodeOutput& output)
      : table_(table),
        dialect_(table.settings_.dialect),
        data_(reinterpret_cast<const uint8_t*>(input.text().data())),
        size_(input.size()),
        is_last_(input.is_last()),
        writer_(*table.plan_, input, output),
        scanner_(dialect_) {
    const bool is_checked = is_valid_utf8_but_for_cut(input);
    for (const CsvTable::Wanted& wanted : table.wanted_)
      readers_.emplace_back(table.plan_->columns[wanted.column], wanted.column, is_checked);
    for (const std::string& text : table.settings_.nulls)
      longest_null_ = std::max(longest_null_, text.size());
  }

  size_t run() {
    while (scanned_ < size_ || resumed_) {
      scan_window();
      read_records();
      if (scanned_ == size_ && !resumed_) end_of_bytes();
    }
    writer_.finish(data_ + record_);
    return record_;
  }

 private:
  enum class Outcome { kDone, kBadQuote };

  void scan_window() {
    resumed_ = false;
    const size_t until = std::min(size_, scanned_ + kWindow);
    // What belongs to a record that is not complete moves to the front.
    std::copy(ends_.begin() + static_cast<ptrdiff_t>(first_), ends_.begin() + static_cast<ptrdiff_t>(last_),
              ends_.begin());
    last_ -= first_;
    first_ = 0;
    const size_t room =
        last_ + (until - scanned_) + 8;  // One end a byte, of which eight are written at once.
    if (ends_.size() < room) ends_.resize(last_ + room);
    const uint32_t* end = scanner_.scan(data_, scanned_, until, ends_.data() + last_);
    last_ = static_cast<size_t>(end - ends_.data());
    scanned_ = until;
  }

  void read_records() {
    for (;;) {
      size_t end = first_;
      while (end < last_ && data_[ends_[end]] != static_cast<uint8_t>(dialect_.newline)) ++end;
      if (end == last_) return;
      const size_t next = ends_[end] + size_t{1};
      const Outcome outcome = read_record(ends_.data() + first_, end - first_ + 1, data_ + next);
      if (outcome == Outcome::kBadQuote && resume_after_first_line(next - 1)) return;
      record_ = next;
      first_ = end + 1;
    }
  }

  void end_of_bytes() {
    const bool is_endless = scanner_.is_quoted() && size_ - record_ > kMaxRecordBytes;
    if (record_ == size_ || (!is_last_ && !is_endless)) return;
    if (scanner_.is_quoted()) {
      fault_code_ = "unclosed-quote";
      fault_message_ = "found a quoted field that never ends, expected its closing quote";
      if (resume_after_first_line(size_)) return;
      reject(size_);
    } else {
      if (ends_.size() == last_) ends_.push_back(0);
      ends_[last_++] = static_cast<uint32_t>(size_);
      read_record(ends_.data() + first_, last_ - first_, data_ + size_);
    }
    record_ = size_;
    first_ = last_;
  }

  /// A quote that was never meant as one may have swallowed lines: only the first one is given up.
  bool resume_after_first_line(size_t record_end) {
    const void* found = std::memchr(data_ + record_, dialect_.newline, record_end - record_);
    if (found == nullptr) return false;
    const auto line_end = static_cast<size_t>(static_cast<const uint8_t*>(found) - data_);
    reject(line_end);
    record_ = line_end + 1;
    scanned_ = record_;
    first_ = last_ = 0;
    scanner_.restart();
    resumed_ = record_ < size_;
    return true;
  }

  Outcome read_record(const uint32_t* ends, size_t count, const uint8_t* next) {
    size_t last_end = ends[count - 1];
    if (dialect_.newline == '\n' && last_end > record_ && data_[last_end - 1] == '\r') --last_end;
    const bool is_empty = count == 1 && last_end == record_;
    if (is_empty && (table_.field_count_ != 1 || !is_null({}))) return Outcome::kDone;
    if (count != table_.field_count_) return ragged(count, last_end);
    for (size_t i = 0; i < readers_.size(); ++i) {
      const size_t field = table_.wanted_[i].field;
      const size_t begin = field == 0 ? record_ : ends[field - 1] + size_t{1};
      const size_t end = field + 1 == count ? last_end : ends[field];
      const std::string_view text(reinterpret_cast<const char*>(data_) + begin, end - begin);
      if (!text.empty() && text.front() == dialect_.quote && dialect_.quote != '\0') {
        if (!read_quoted(readers_[i], text)) return bad_field(readers_[i], last_end);
      } else if (text.size() <= longest_null_ && is_null(text)) {
        writer_.put_null(readers_[i].index());
      } else if (!readers_[i].read(writer_, text)) {
        describe(readers_[i], text);
        return bad_field(readers_[i], last_end);
      }
    }
    writer_.end_row(next);
    return Outcome::kDone;
  }

  bool is_null(std::string_view text) const {
    for (const std::string& null : table_.settings_.nulls)
      if (text == null) return true;
    return false;
  }

  bool read_quoted(ValueReader& reader, std::string_view text) {
    const char quote = dialect_.quote;
    std::string_view inner = text.substr(1);
    if (inner.empty() || inner.back() != quote) return bad_quote(text);
    inner.remove_suffix(1);
    if (!reader.is_text() && is_null(inner)) return writer_.put_null(reader.index()), true;
    if (inner.find(quote) == std::string_view::npos) {
      if (reader.read(writer_, inner)) return true;
      describe(reader, inner);
      return false;
    }
    unquoted_.clear();
    for (size_t i = 0; i < inner.size(); ++i) {
      if (inner[i] == quote && (++i == inner.size() || inner[i] != quote)) return bad_quote(text);
      unquoted_ += inner[i];
    }
    if (reader.read_copy(writer_, unquoted_)) return true;
    describe(reader, unquoted_);
    return false;
  }

  void describe(const ValueReader& reader, std::string_view text) {
    fault_code_ = reader.fault_code();
    fault_message_ = reader.fault_message(text);
  }
  bool bad_quote(std::string_view text) {
    fault_code_ = "bad-quote";
    fault_message_ = "found " + shown(text) +
                     ", expected a quoted field to end with its quote and each quote within it to be doubled";
    return false;
  }
  Outcome bad_field(const ValueReader& reader, size_t end) {
    fault_column_ = reader.column().name;
    // Whether only this line is to be given up is known where the record's end is.
    if (fault_code_ == "bad-quote") {
      const void* newline = std::memchr(data_ + record_, dialect_.newline, end - record_);
      if (newline != nullptr) return Outcome::kBadQuote;
    }
    reject(end);
    return Outcome::kDone;
  }
  Outcome ragged(size_t count, size_t end) {
    fault_code_ = "ragged-row";
    fault_message_ = "found " + counted_fields(count) + ", expected " + std::to_string(table_.field_count_);
    reject(end);
    return Outcome::kDone;
  }
  void reject(size_t end) {
    if (end > record_ && data_[end - 1] == '\r') --end;
    writer_.reject(data_ + record_, data_ + end, fault_code_, fault_message_, fault_column_);
    fault_column_ = {};
  }

  const CsvTable& table_;
  const CsvDialect dialect_;
  const uint8_t* const data_;
  const size_t size_;
  const bool is_last_;
  BatchWriter writer_;
  CsvScanner scanner_;
  std::vector<ValueReader> readers_;  // One for each of table_.wanted_.
  std::vector<uint32_t> ends_;        // Of fields; [first_, last_) are of records not read yet.
  size_t first_ = 0;
  size_t last_ = 0;
  size_t scanned_ = 0;
  size_t record_ = 0;  // Where the record begins that comes next.
  bool resumed_ = false;
  size_t longest_null_ = 0;
  std::string unquoted_;
  std::string_view fault_code_;
  std::string fault_message_;
  std::string_view fault_column_;
};

size_t CsvTable::decode(const DecodeInput& input, DecodeOutput& output) const {
  return CsvReader(*this, input, output).run();
}

}  // namespace weir::formats
