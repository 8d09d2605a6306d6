// abi_1_half(n): half of an even number; odd ones cannot be halved. abi_1_longest(text): the longest of the
// texts, the first of those.
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/aggregate_function.hpp>
#include <weir/function.hpp>

namespace {

class Half final : public weir::Function {
 public:
  weir::Result<weir::Field> resolve(std::span<const weir::Field> args) const override {
    if (args.size() != 1 || args[0].type != weir::Type::kInt64)
      return weir::Status::invalid("abi_1_half takes one int64");
    return weir::Field{"half", weir::Type::kInt64};
  }

  weir::Result<weir::Column> call(std::span<const weir::Column> args, size_t row_count,
                                  weir::RowErrors& errors) const override {
    const auto numbers = args[0].view<int64_t>();
    weir::ColumnBuilder<int64_t> halves;
    for (size_t row = 0; row < row_count; ++row) {
      if (numbers.is_null(row) || numbers[row] % 2 != 0) {
        if (!numbers.is_null(row)) errors.add(row, "odd", std::to_string(numbers[row]) + " is odd");
        halves.append_null();
      } else {
        halves.append(numbers[row] / 2);
      }
    }
    return std::move(halves).finish();
  }
};

struct LongestSlot {
  weir_block* text;
  static std::vector<uint32_t> ref_offsets() { return {offsetof(LongestSlot, text)}; }
};

class Longest final : public weir::AggregateFunction<LongestSlot> {
 public:
  weir::Result<weir::AggregateTypes> resolve(std::span<const weir::Field> args,
                                             std::span<const std::string_view>) override {
    if (args.size() != 1 || args[0].type != weir::Type::kString)
      return weir::Status::invalid("abi_1_longest takes one string");
    const weir::Field text{"text", weir::Type::kString};
    return weir::AggregateTypes{{text}, text};
  }
  weir::Status update(const Rows& rows, std::span<const weir::Column> args) const override {
    return take(rows, args[0]);
  }
  weir::Status merge(const Rows& rows, std::span<const weir::Column> partial) const override {
    return take(rows, partial[0]);
  }
  weir::Result<std::vector<weir::Column>> save(const Rows& rows) const override {
    WEIR_ASSIGN_OR_RETURN(weir::Column texts, finish(rows));
    return std::vector<weir::Column>{std::move(texts)};
  }
  weir::Result<weir::Column> finish(const Rows& rows) const override {
    weir::StringBuilder texts;
    for (size_t i = 0; i < rows.size(); ++i) {
      const weir_block* const block = rows.slot(i).text;
      if (block == nullptr)
        texts.append_null();
      else
        texts.append({reinterpret_cast<const char*>(block->data), block->size});
    }
    return std::move(texts).finish();
  }

 private:
  static weir::Status take(const Rows& rows, const weir::Column& column) {
    const auto texts = column.view<std::string_view>();
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      weir_block*& kept = rows.slot(i).text;
      if (texts.is_null(row) || (kept != nullptr && texts[row].size() <= kept->size)) continue;
      WEIR_RETURN_IF_ERROR(rows.resize_block(kept, texts[row].size()));
      std::memcpy(kept->data, texts[row].data(), texts[row].size());
    }
    return {};
  }
};

}  // namespace

WEIR_FUNCTION(Half, "abi_1_half", "Half of an even number.", weir::example("abi_1_half(8) => 4"));
WEIR_AGGREGATE(Longest, "abi_1_longest", "The longest of some texts.",
               weir::example("abi_1_longest(x) over 'a', 'bcd', 'ef' => 'bcd'"));
