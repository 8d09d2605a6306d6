#pragma once
// The kinds of columns that a generator makes, as the YAML names them.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <weir/builder.hpp>
#include <weir/options.hpp>

namespace weir::generator {

/// `id: sequence`: 0, 1, 2, ...
enum class Word { kSequence };

struct Sequence {
  int64_t start = 0;
  int64_t step = 1;
  static OptionList<Sequence> options();
};
struct Time {
  Timestamp start;
  Duration step{0};
  Duration disorder{0};
  static OptionList<Time> options();
};
struct ZipfNumber {
  int64_t n = 0;
  double s = 1.1;
  static OptionList<ZipfNumber> options();
};
struct Lognormal {
  double mu = 0;
  double sigma = 1;
  static OptionList<Lognormal> options();
};
struct Uniform {
  double min = 0;
  double max = 1;
  static OptionList<Uniform> options();
};
struct Coin {
  double p = 0.5;
  static OptionList<Coin> options();
};

/// `{KIND: {...}}`: exactly one of the members is there.
struct Kind {
  std::optional<Sequence> sequence;
  std::optional<Time> time;
  std::optional<ZipfNumber> zipf;
  std::optional<Lognormal> lognormal;
  std::optional<Uniform> uniform;
  std::optional<NamedList<double>> choice;
  std::optional<int64_t> random_string;
  std::optional<std::string> constant;
  std::optional<Coin> boolean;
  static OptionList<Kind> options();
};
using ColumnOption = std::variant<Word, Kind>;

/// One column: any of its rows at any time.
///
/// Threads: constant after construction.
class ColumnMaker {
 public:
  ColumnMaker() = default;
  ColumnMaker(const ColumnMaker&) = delete;
  ColumnMaker& operator=(const ColumnMaker&) = delete;
  virtual ~ColumnMaker() = default;
  virtual Type type() const = 0;
  /// Returns rows [first, first + count).
  virtual Column make(int64_t first, size_t count) const = 0;
};

/// Needs: `index` is the column's place; seed and index choose its numbers.
/// Fails: kInvalid for numbers that make no column; the message begins with the column's name.
Result<std::unique_ptr<ColumnMaker>> make_column_maker(const std::string& name, const ColumnOption& option,
                                                       uint64_t seed, uint64_t index);

}  // namespace weir::generator

template <>
struct weir::option::Codec<weir::generator::Word> {
  static OptionShape shape() {
    OptionShape shape = shape_of_kind(WEIR_OPTION_CHOICE);
    shape.choices = {"sequence"};
    shape.choice_values = {0};
    return shape;
  }
  static Status read(const weir_value&, const OptionShape&, weir::generator::Word& out) {
    out = weir::generator::Word::kSequence;
    return {};
  }
};
