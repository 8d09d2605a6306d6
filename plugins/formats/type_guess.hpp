#pragma once
// What type a column of texts has, judged by a sample.
#include <string_view>

#include <weir/schema.hpp>

#include "time_text.hpp"

namespace weir::formats {

/// Sees the values of one column and keeps the types that fit all of them.
class TypeGuess {
 public:
  /// Of a value that is not null.
  void add(std::string_view text);
  /// Returns bool, int64, float64, timestamp, date32 or string; string when no value was seen. Numbers with
  /// leading zeros are identifiers and stay strings.
  Type result() const;

 private:
  enum : unsigned { kBool = 1, kInt = 2, kFloat = 4, kTime = 8, kDate = 16, kAll = 31 };
  unsigned fitting_ = kAll;
  bool has_values_ = false;
  IsoTimeReader time_;
};

}  // namespace weir::formats
