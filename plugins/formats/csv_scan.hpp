#pragma once
// Where fields of delimited text end.
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::formats {

struct CsvDialect {
  char delimiter = ',';
  char quote = '"';     ///< '\0': no quoting.
  char newline = '\n';  ///< '\r' where lines end on it alone.
};

/// Finds the delimiters and newlines that are not within quotes, a window at a time.
///
/// A quote opens a quoted field only where a field begins; elsewhere in an unquoted field it is a plain
/// character. Within quotes two quotes are one.
/// Threads: one call of decode.
class CsvScanner {
 public:
  explicit CsvScanner(const CsvDialect& dialect);
  /// The next byte begins a record.
  void restart() { state_ = State::kFieldStart; }
  /// Appends the positions, relative to `data`, of [from, to) to `out` and returns the new end of `out`.
  /// Needs: `from` is where the last scan ended; room for to - from positions and 8 more.
  uint32_t* scan(const uint8_t* data, size_t from, size_t to, uint32_t* out);
  /// Whether what was scanned ends within quotes.
  bool is_quoted() const { return state_ == State::kQuoted; }

 private:
  // What the byte before the next one was.
  enum class State : uint8_t { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };
  uint32_t* scan_slowly(const uint8_t* data, size_t from, size_t to, uint32_t* out);
  template <class Block>
  uint32_t* scan_blocks(const uint8_t* data, size_t& from, size_t to, uint32_t* out);
  uint32_t* scan_blocks_v2(const uint8_t* data, size_t& from, size_t to, uint32_t* out);
  uint32_t* scan_blocks_v3(const uint8_t* data, size_t& from, size_t to, uint32_t* out);

  CsvDialect dialect_;
  State state_ = State::kFieldStart;
  bool has_v3_;
};

}  // namespace weir::formats
