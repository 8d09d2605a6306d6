#pragma once
// The columns that a decoder makes, as declared by the pipeline's author or inferred from a sample.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/schema.hpp>

#include "time_text.hpp"

namespace weir::formats {

struct PlannedColumn {
  std::string name;
  DataType type;
  std::string path;                  ///< Where its value is in the input: a header name, "payload.size".
  std::optional<TimeFormat> format;  ///< Of a timestamp or date; absent: ISO.
  bool is_wanted = true;             ///< False: it comes as a column of nulls and is not parsed.
};

struct ColumnPlan {
  std::vector<PlannedColumn> columns;

  Schema schema() const;
  std::optional<size_t> find(std::string_view name) const;
};

/// Returns the plan of inferred columns: each is found under its own name.
ColumnPlan plan_of(const Schema& schema);

/// A schema as text that reads back as the same schema whatever the names hold: what is no plain word stands
/// in quotes, a quote and a percent sign within as %22 and %25.
std::string schema_text(const Schema& schema);
Result<Schema> read_schema_text(std::string_view text);

/// Whether text formats can make columns of this type.
/// Fails: with what to use instead.
Status check_type(const PlannedColumn& column);

}  // namespace weir::formats
