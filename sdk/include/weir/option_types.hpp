#pragma once
// The C++ types that options have beside bool, numbers, std::string, std::vector and std::optional.
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "weir/abi.h"
#include "weir/column_ref.hpp"

namespace weir {

/// YAML: 500ms, 5s, 2m, 1h, 7d, 4w.
using Duration = std::chrono::microseconds;

/// YAML: 64KiB, 10MB.
struct ByteSize {
  int64_t bytes = 0;
  bool operator==(const ByteSize&) const = default;
};

/// YAML: 2025-01-01T00:00:00Z.
struct Timestamp {
  int64_t us = 0;  ///< [us since 1970 UTC]
  bool operator==(const Timestamp&) const = default;
};

/// A file or directory, absolute.
struct Path {
  std::string text;
};

/// The name of a new column.
struct ColumnName {
  std::string text;
};

/// A text that must never be printed: there is no way to print it by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  /// Borrows: as long as this object.
  std::string_view reveal() const { return text_; }
  bool is_empty() const { return text_.empty(); }

 private:
  std::string text_;
};

/// A YAML map whose keys the author chose, in file order.
template <class T>
using NamedList = std::vector<std::pair<std::string, T>>;

/// An option that may be written in several shapes; the first that fits is taken.
template <class... Shapes>
using OneOf = std::variant<Shapes...>;

/// Whatever stands in the YAML. Borrows: as long as the node.
struct AnyValue {
  const weir_value* value = nullptr;
};

}  // namespace weir
