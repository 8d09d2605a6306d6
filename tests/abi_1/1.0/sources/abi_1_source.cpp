// abi_1_numbers: numbers in two partitions, the even ones and the odd ones.
//
//   numbers: {type: abi_1_numbers, rows: 10}
//
// Out: `n` (int64), `text` (string: "n", and a long one for every third), a batch for each row.
#include <array>
#include <string>
#include <utility>

#include <weir/builder.hpp>
#include <weir/source.hpp>

namespace {

struct Options {
  int64_t rows = 0;
};

class Numbers final : public weir::Source {
 public:
  explicit Numbers(Options options) : options_(options) {}

  weir::Result<weir::Schema> bind() override {
    weir::Schema schema;
    schema.fields = {{"n", weir::Type::kInt64}, {"text", weir::Type::kString}};
    return schema;
  }

  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    for (const weir::PartitionOffset& offset : offsets)
      next_[offset.partition == "odd" ? 1 : 0] = std::stoll(std::string(offset.offset.token));
    return {};
  }

  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    const size_t side = next_[1] < next_[0] ? 1 : 0;
    const int64_t n = next_[side];
    const uint32_t even = output.partition_found("even");
    const uint32_t odd = output.partition_found("odd");
    if (n >= options_.rows) return weir::Progress::finished();
    next_[side] = n + 2;
    weir::ColumnBuilder<int64_t> numbers;
    numbers.append(n);
    weir::StringBuilder texts;
    texts.append(n % 3 == 0 ? "a text that is too long to lie in a view: " + std::to_string(n)
                            : std::to_string(n));
    const std::array columns = {std::move(numbers).finish(), std::move(texts).finish()};
    output.emit(side == 0 ? even : odd, weir::Batch::make(1, columns), n, {n + 2, std::to_string(n + 2)});
    return weir::Progress::done();
  }

 private:
  const Options options_;
  std::array<int64_t, 2> next_ = {0, 1};
};

}  // namespace

WEIR_SOURCE(Numbers, Options, "abi_1_numbers", "Numbers in two partitions.",
            weir::traits(weir::Trait::kDeterministic, weir::Trait::kReplayable, weir::Trait::kBounded),
            weir::required("rows", &Options::rows, "How many.", weir::range(0, 1'000'000)));
