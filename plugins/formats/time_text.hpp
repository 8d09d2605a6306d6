#pragma once
// Points in time as text.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

namespace weir::formats {

/// Reads an ISO date of years 0000..9999, "2015-09-12", from the front of `text`: [days since 1970].
std::optional<int32_t> read_date(std::string_view text);

/// Reads ISO times fast where neighbouring rows share a day.
///
/// Threads: a value for one task.
class IsoTimeReader {
 public:
  /// Reads "2015-09-12", "2015-09-12 00:46", "2015-09-12T00:46:58.771Z", "2015-09-12T02:46:58+02:00".
  /// Without an offset it is UTC; digits beyond microseconds are cut off. Fails: anything else.
  bool read(std::string_view text, int64_t& us);

 private:
  bool read_day(const char* text);
  char last_day_[10] = {};
  int64_t last_us_ = 0;
  bool has_day_ = false;
};

/// Writes "2015-09-12T00:46:58.771Z": no more decimals than needed, of 0, 3 or 6.
std::string_view write_time(int64_t us, char (&into)[40]);
/// Writes "2015-09-12".
std::string_view write_date(int32_t days, char (&into)[40]);

/// A time format that the pipeline's author declared: strptime's letters, or unix_s, unix_ms, unix_us.
class TimeFormat {
 public:
  /// Fails: an unknown letter, or letters that do not make a date.
  static Result<TimeFormat> parse(std::string_view text);
  /// [us per unit] for the unix formats, else 0.
  int64_t unix_scale() const { return unix_scale_; }
  /// Reads the whole text. Fails: it does not fit the format or is no time that exists.
  bool read(std::string_view text, int64_t& us) const;
  const std::string& text() const { return text_; }

 private:
  struct Fields;
  bool read_step(char letter, const char*& at, const char* end, Fields& fields) const;
  std::string text_;
  std::string steps_;  // Letters of conversions behind '%', other characters as they are.
  int64_t unix_scale_ = 0;
};

/// Reads a decimal number of units as microseconds, exactly: "1521911721.255387" with a scale of 1000000.
bool read_unix_time(std::string_view text, int64_t us_per_unit, int64_t& us);

}  // namespace weir::formats
