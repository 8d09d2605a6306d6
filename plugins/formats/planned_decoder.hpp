#pragma once
// What every decoder of text does with `columns:`.
#include <string>
#include <variant>

#include <weir/decoder.hpp>
#include <weir/options.hpp>

#include "column_plan.hpp"

namespace weir::formats {

/// A column declared with more than its type.
struct ColumnSettings {
  DataType type = Type::kString;
  std::string path;
  std::string format;
  static OptionList<ColumnSettings> options();
};

/// `columns: {ts: timestamp, size: {type: int64, path: payload.size}}`
using DeclaredColumns = NamedList<OneOf<ColumnSettings, DataType>>;

inline constexpr std::string_view kColumnsDoc =
    "Names and types of the columns, each as 'name: type' or 'name: {type, path, format}'. Left out, they "
    "are "
    "inferred from the first bytes of the input.";

/// Fails: a type that text cannot become, or an unknown time format; names the column.
Result<ColumnPlan> plan_from(const DeclaredColumns& declared);

/// Binds declared columns, or those that an earlier run inferred, or infers them.
class PlannedDecoder : public Decoder {
 public:
  explicit PlannedDecoder(DeclaredColumns declared) : declared_(std::move(declared)) {}
  Result<Schema> bind(std::string_view head, std::string_view inferred) final;
  std::string inferred() const final { return inferred_; }
  Status want(std::span<const uint8_t> wanted) final;

 protected:
  /// Returns the columns of an input that begins with `head`, of which none are declared.
  virtual Result<Schema> infer(std::string_view head) = 0;
  /// Whether the declared columns suit the format and an input that begins with `head` (empty: not known).
  virtual Status check(std::string_view head) {
    static_cast<void>(head);
    return {};
  }
  /// Last chance to add what the format knows of its columns, such as how it writes times.
  virtual void complete(ColumnPlan& plan) { static_cast<void>(plan); }
  const ColumnPlan& plan() const { return plan_; }

 private:
  const DeclaredColumns declared_;
  ColumnPlan plan_;
  std::string inferred_;
};

/// The fault of an input from which nothing can be inferred.
Status nothing_to_infer_from();

}  // namespace weir::formats
