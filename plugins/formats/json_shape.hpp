#pragma once
// What records of one shape have in common: the bytes between their values.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "batch_writer.hpp"
#include "value_reader.hpp"

namespace weir::formats {

/// Learned from one record; reads records that have the same keys in the same order and the same white space.
/// The bytes before each value are compared, the values that nobody wants are stepped over without a look at
/// what they hold, the wanted ones are read. Any difference ends the attempt: the caller then reads the line
/// in the slow way, so that nothing here has to say what is wrong.
///
/// Threads: one call of decode.
class JsonShape {
 public:
  /// Returns nothing when the record's shape cannot be followed this way: wanted arrays and objects, escapes
  /// in keys, a wanted key twice. Needs: `record` is an object that was read without a fault.
  static std::optional<JsonShape> learn(const ColumnPlan& plan, std::string_view record);
  /// Reads the record at `at` and returns the end of its bytes, or null when it differs; then the row is to
  /// be undone. Needs: a newline lies behind `at`, and 64 readable bytes behind that newline.
  const char* read(BatchWriter& writer, const char* at);

 private:
  enum class Kind : uint8_t { kSkip, kText, kInt64, kFloat64, kIsoTime, kBool, kString, kNumber };
  struct Step {
    uint32_t literal = 0;  // In literals_.
    uint32_t literal_size = 0;
    Kind kind = Kind::kSkip;
    uint32_t column = 0;
    uint32_t reader = 0;
  };
  class Learner;
  bool matches(const Step& step, const char* at) const;
  const char* read_value(BatchWriter& writer, const Step& step, const char* at);
  const char* read_rare(BatchWriter& writer, const Step& step, const char* at);

  std::vector<Step> steps_;  // The last one has a literal only.
  std::string literals_;     // Each is followed by 16 bytes that may be read.
  std::vector<uint32_t> absent_;
  std::vector<ValueReader> readers_;
};

}  // namespace weir::formats
