// quantile_of(s, q) and count_of(s): what one stored sketch says.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include <weir/function.hpp>

#include "hll_slot.hpp"
#include "number_rows.hpp"
#include "stored_sketch.hpp"

namespace {

using weir::Column;
using weir::Type;
using namespace weir::aggregates;

/// A group of quantiles outside the host's state: its blocks are its own.
class LooseQuantiles {
 public:
  LooseQuantiles() = default;
  LooseQuantiles(const LooseQuantiles&) = delete;
  LooseQuantiles& operator=(const LooseQuantiles&) = delete;
  ~LooseQuantiles() {
    std::free(slot_.values);
    std::free(slot_.rest);
  }
  /// Fails: the bytes are no sketch.
  weir::Status read(std::string_view body) {
    WEIR_RETURN_IF_ERROR(check_quantiles(body));
    const ResizeBlock resize = [](weir_block*& block, size_t size) { resize_loose(block, size); };
    return QuantileGroup(slot_, kIsExactSketch, resize).merge(body);
  }
  const QuantileSlot& slot() const { return slot_; }

 private:
  static void resize_loose(weir_block*& block, size_t size) {
    if (size == 0) {
      std::free(std::exchange(block, nullptr));
      return;
    }
    void* const moved = std::realloc(block, sizeof(weir_block) + size);
    if (moved == nullptr) weir::throw_fault(weir::Code::kNoSpace, "no memory for a sketch");
    block = static_cast<weir_block*>(moved);
    block->size = block->capacity = size;
  }
  QuantileSlot slot_{};
};

class QuantileOf final : public weir::Function {
 public:
  weir::Result<weir::Field> resolve(std::span<const weir::Field> args) const override {
    if (args.size() != 2 || args[0].type.type != Type::kBinary || !is_number(args[1].type.type))
      return wrong_arguments("quantile_of", "a binary column of sketches and a share", args);
    return weir::Field{"", Type::kFloat64};
  }
  weir::Result<Column> call(std::span<const Column> args, size_t row_count,
                            weir::RowErrors& errors) const override {
    const auto stored = args[0].view<std::string_view>();
    weir::ColumnBuilder<double> values;
    with_numbers(args[1], [&](const auto& shares) {
      const double unit = args[1].type() == Type::kDecimal128 ? std::pow(10.0, args[1]->scale) : 1.0;
      for (size_t row = 0; row < row_count; ++row) {
        const bool has_both = !stored.is_null(row) && !shares.is_null(row);
        has_both ? values.append_optional(
                       quantile(stored[row], static_cast<double>(shares[row]) / unit, row, errors))
                 : values.append_null();
      }
    });
    return std::move(values).finish();
  }

 private:
  static std::optional<double> quantile(std::string_view stored, double share, size_t row,
                                        weir::RowErrors& errors) {
    LooseQuantiles group;
    const auto body = open_sketch(stored, SketchKind::kQuantiles, "quantile_of");
    const weir::Status status = body.is_ok() ? group.read(body.value()) : body.status();
    if (!status.is_ok()) {
      errors.add(row, "bad-sketch", status.message());
    } else if (!(share >= 0 && share <= 1)) {
      errors.add(row, "bad-share", "the share must be from 0 to 1, such as 0.99");
    } else if (group.slot().count > 0) {
      return quantile_of(group.slot(), share, kIsExactSketch);
    }
    return std::nullopt;
  }
};

class CountOf final : public weir::Function {
 public:
  weir::Result<weir::Field> resolve(std::span<const weir::Field> args) const override {
    if (args.size() != 1 || args[0].type.type != Type::kBinary)
      return wrong_arguments("count_of", "one binary column of sketches", args);
    return weir::Field{"", Type::kInt64};
  }
  weir::Result<Column> call(std::span<const Column> args, size_t row_count,
                            weir::RowErrors& errors) const override {
    const auto stored = args[0].view<std::string_view>();
    weir::ColumnBuilder<int64_t> counts;
    for (size_t row = 0; row < row_count; ++row)
      stored.is_null(row) ? counts.append_null() : counts.append_optional(count(stored[row], row, errors));
    return std::move(counts).finish();
  }

 private:
  static std::optional<int64_t> count(std::string_view stored, size_t row, weir::RowErrors& errors) {
    const bool is_hll = kind_of(stored) == SketchKind::kHll;
    const auto body = open_sketch(stored, is_hll ? SketchKind::kHll : SketchKind::kQuantiles, "count_of");
    if (!body.is_ok()) {
      errors.add(row, "bad-sketch", body.status().message());
      return std::nullopt;
    }
    const weir::Result<double> found = is_hll ? saved_hll_count(body.value()) : values_in(body.value());
    if (found.is_ok()) return std::llround(found.value());
    errors.add(row, "bad-sketch", found.status().message());
    return std::nullopt;
  }
  static weir::Result<double> values_in(std::string_view body) {
    WEIR_RETURN_IF_ERROR(check_quantiles(body));
    SavedQuantile saved;
    WEIR_RETURN_IF_ERROR(saved.read(body, kIsExactSketch));
    return static_cast<double>(saved.header.count);
  }
};

}  // namespace

WEIR_FUNCTION(QuantileOf, "quantile_of", "The value below which a share of a sketch's values lies.",
              weir::description("`quantile_of(s, 0.99)` of what sketch(x) or merge(s) gave: what quantile(x, "
                                "0.99) would have been. Null where there is no sketch; a value that is none "
                                "is an error of its row."),
              weir::example("quantile_of(CAST(NULL AS binary), 0.99) => NULL"));
WEIR_FUNCTION(
    CountOf, "count_of", "How many values a sketch is of.",
    weir::description("Of what hll(x) gave about how many different values there are, as "
                      "approx_distinct(x) would have said; of what sketch(x) gave how many values "
                      "there are. Null where there is no sketch; a value that is none is an error of "
                      "its row."),
    weir::example("count_of(CAST(NULL AS binary)) => NULL"));
