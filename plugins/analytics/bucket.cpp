// bucket(unit, salt, buckets): which of so many buckets a unit falls into, the same at every time and place.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <charconv>
#include <optional>
#include <string>

#include <weir/function.hpp>
#include <weir/numbers.hpp>

namespace {

using weir::Column;
using weir::Type;

/// An unsigned number of 64 bits comes with its bits. Needs: an integer.
std::optional<int64_t> number_at(const Column& column, size_t row) {
  return weir::with_numbers(column, [row](const auto& view) {
    return view.is_null(row) ? std::nullopt : std::optional(static_cast<int64_t>(view[row]));
  });
}

/// The text of a row's unit, without an allocation for each row.
class UnitTexts {
 public:
  /// Borrows `column`.
  explicit UnitTexts(const Column& column) : column_(column) {
    if (column.type() == Type::kString) texts_.emplace(*column);
  }
  /// Appends the text of the unit. Returns false where it is null.
  bool append_to(std::string& text, size_t row) const {
    if (texts_) {
      if (texts_->is_null(row)) return false;
      text.append((*texts_)[row]);
      return true;
    }
    const std::optional<int64_t> number = number_at(column_, row);
    if (!number) return false;
    std::array<char, 24> digits;
    const bool is_unsigned = column_.type() == Type::kUint64;
    const auto written = is_unsigned
                             ? std::to_chars(digits.begin(), digits.end(), static_cast<uint64_t>(*number))
                             : std::to_chars(digits.begin(), digits.end(), *number);
    text.append(digits.data(), written.ptr);
    return true;
  }

 private:
  const Column& column_;
  std::optional<weir::StringColumn> texts_;
};

class Bucket final : public weir::Function {
 public:
  weir::Result<weir::Field> resolve(std::span<const weir::Field> args) const override {
    const bool is_right = args.size() == 3 &&
                          (args[0].type.type == Type::kString || weir::is_integer(args[0].type.type)) &&
                          args[1].type.type == Type::kString && weir::is_integer(args[2].type.type);
    if (is_right) return weir::Field{"bucket", Type::kInt64};
    std::string found;
    for (const weir::Field& field : args) found += (found.empty() ? "" : ", ") + field.type.to_string();
    return weir::Status::invalid(
        "bucket takes a unit (string or integer), a salt (string) and a number of buckets (integer), found "
        "(" +
        found + ")");
  }

  weir::Result<Column> call(std::span<const Column> args, size_t row_count,
                            weir::RowErrors& errors) const override {
    const UnitTexts units(args[0]);
    const auto salts = args[1].view<std::string_view>();
    weir::ColumnBuilder<int64_t> made(row_count);
    std::string text;
    for (size_t row = 0; row < row_count; ++row) {
      const std::optional<int64_t> count = number_at(args[2], row);
      if (salts.is_null(row) || !count) {
        made.set_null(row);
        continue;
      }
      if (*count <= 0) {
        errors.add(row, "bad-bucket-count",
                   "bucket() was asked for " + std::to_string(*count) + " buckets, expected at least 1");
        made.set_null(row);
        continue;
      }
      text.assign(salts[row]).push_back(':');
      if (!units.append_to(text, row)) {
        made.set_null(row);
        continue;
      }
      __extension__ using Wide = unsigned __int128;
      const Wide product = Wide{XXH64(text.data(), text.size(), 0)} * static_cast<uint64_t>(*count);
      made.values()[row] = static_cast<int64_t>(product >> 64);
    }
    return std::move(made).finish();
  }
};

}  // namespace

WEIR_FUNCTION(
    Bucket, "bucket", "Which of so many buckets, from 0, a unit of an experiment falls into.",
    weir::description(
        "The same unit with the same salt falls into the same bucket always and everywhere, units spread "
        "evenly, and another salt spreads them anew: give each experiment a salt of its own. It is "
        "`xxhash64(salt || ':' || unit)`, XXH64 with seed 0 of the UTF-8 text, a whole number below 2^64, "
        "times `buckets`, divided by 2^64 and rounded down, in exact arithmetic; an integer unit is its "
        "decimal text. An arm follows from it: `CASE WHEN bucket(user, 'checkout-2', 100) < 50 THEN 'new' "
        "ELSE 'old' END`. Null when an argument is; a row that asks for less than one bucket is rejected."),
    weir::example("bucket('u1', 'checkout-2', 100) => 42\nbucket(42, 'checkout-2', 100) => 75"));
