#include "column_kinds.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "row_random.hpp"
#include "zipf.hpp"

namespace weir::generator {
namespace {

/// The bits of a column's cells.
struct Draws {
  uint64_t seed;
  uint64_t column;
  uint64_t bits(int64_t row, uint64_t draw = 0) const {
    return random_bits(seed, column, static_cast<uint64_t>(row), draw);
  }
};

/// A fixed-width column of one function of the row.
template <class T, class Value>
class NumberMaker final : public ColumnMaker {
 public:
  NumberMaker(Type type, Value value) : type_(type), value_(std::move(value)) {}
  Type type() const override { return type_; }
  Column make(int64_t first, size_t count) const override {
    ColumnBuilder<T> column(count, {}, type_);
    const auto values = column.values();
    for (size_t i = 0; i < count; ++i) values[i] = value_(first + static_cast<int64_t>(i));
    return std::move(column).finish();
  }

 private:
  const Type type_;
  const Value value_;
};

template <class T, class Value>
std::unique_ptr<ColumnMaker> numbers(Type type, Value value) {
  return std::make_unique<NumberMaker<T, Value>>(type, std::move(value));
}

class BoolMaker final : public ColumnMaker {
 public:
  BoolMaker(double p, Draws draws) : p_(p), draws_(draws) {}
  Type type() const override { return Type::kBool; }
  Column make(int64_t first, size_t count) const override {
    BoolBuilder column;
    for (size_t i = 0; i < count; ++i) column.append(unit(draws_.bits(first + static_cast<int64_t>(i))) < p_);
    return std::move(column).finish();
  }

 private:
  const double p_;
  const Draws draws_;
};

/// One of some texts, by weight. A single text is a constant.
class ChoiceMaker final : public ColumnMaker {
 public:
  ChoiceMaker(const NamedList<double>& weights, Draws draws) : draws_(draws) {
    double total = 0;
    for (const auto& [text, weight] : weights) {
      texts_.push_back(text);
      up_to_.push_back(total += weight);
    }
  }
  Type type() const override { return Type::kString; }
  Column make(int64_t first, size_t count) const override {
    DictionaryBuilder column;
    std::vector<int32_t> codes;
    for (const std::string& text : texts_) codes.push_back(column.code_of(text));
    for (size_t i = 0; i < count; ++i) {
      const double at = unit(draws_.bits(first + static_cast<int64_t>(i))) * up_to_.back();
      const auto found = std::ranges::upper_bound(up_to_, at);
      column.append_code(codes[std::min(static_cast<size_t>(found - up_to_.begin()), codes.size() - 1)]);
    }
    return std::move(column).finish();
  }

 private:
  std::vector<std::string> texts_;
  std::vector<double> up_to_;
  const Draws draws_;
};

class RandomStringMaker final : public ColumnMaker {
 public:
  RandomStringMaker(size_t size, Draws draws) : size_(size), draws_(draws) {}
  Type type() const override { return Type::kString; }
  Column make(int64_t first, size_t count) const override {
    // 32 letters: five bits each, twelve of them from one draw.
    static constexpr char kLetters[] = "abcdefghijklmnopqrstuvwxyz234567";
    StringBuilder column;
    std::string text(size_, '\0');
    for (size_t i = 0; i < count; ++i) {
      uint64_t bits = 0;
      for (size_t k = 0; k < size_; ++k) {
        if (k % 12 == 0) bits = draws_.bits(first + static_cast<int64_t>(i), k / 12);
        text[k] = kLetters[bits & 31U];
        bits >>= 5U;
      }
      column.append(text);
    }
    return std::move(column).finish();
  }

 private:
  const size_t size_;
  const Draws draws_;
};

Status bad(const std::string& name, const std::string& what) {
  return Status::invalid("column '" + name + "': " + what);
}

template <class T>
std::optional<T> read_number(const std::string& text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::unique_ptr<ColumnMaker> make_constant(const std::string& text, Draws draws) {
  if (const auto whole = read_number<int64_t>(text))
    return numbers<int64_t>(Type::kInt64, [value = *whole](int64_t) { return value; });
  if (const auto real = read_number<double>(text))
    return numbers<double>(Type::kFloat64, [value = *real](int64_t) { return value; });
  if (text == "true" || text == "false")
    return std::make_unique<BoolMaker>(text == "true" ? 1.0 : 0.0, draws);
  return std::make_unique<ChoiceMaker>(NamedList<double>{{text, 1.0}}, draws);
}

std::unique_ptr<ColumnMaker> make_sequence(const Sequence& option) {
  // Wraps around like the machine's integers: no row can be refused.
  return numbers<int64_t>(Type::kInt64, [option](int64_t row) {
    return static_cast<int64_t>(static_cast<uint64_t>(option.start) +
                                static_cast<uint64_t>(option.step) * static_cast<uint64_t>(row));
  });
}

std::unique_ptr<ColumnMaker> make_time(const Time& option, Draws draws) {
  return numbers<int64_t>(Type::kTimestamp, [option, draws](int64_t row) {
    const int64_t due = option.start.us + option.step.count() * row;
    const auto disorder = static_cast<uint64_t>(option.disorder.count());
    // Late by up to `disorder`, never early: a max_delay of as much lets no row be late.
    return disorder == 0 ? due : due - static_cast<int64_t>(draws.bits(row) % (disorder + 1));
  });
}

}  // namespace

OptionList<Sequence> Sequence::options() {
  return options_of<Sequence>(optional("start", &Sequence::start, 0, "The first number."),
                              optional("step", &Sequence::step, 1, "What is added for each row."));
}
OptionList<Time> Time::options() {
  return options_of<Time>(
      required("start", &Time::start, "The first row's time.", example_value("2025-01-01T00:00:00Z")),
      required("step", &Time::step, "From one row to the next.", example_value("10ms")),
      optional("disorder", &Time::disorder, "0s", "By how much a row may come late, at random.",
               range(0, 9e15)));
}
OptionList<ZipfNumber> ZipfNumber::options() {
  return options_of<ZipfNumber>(
      required("n", &ZipfNumber::n, "Numbers from 1 to n, 1 the most frequent.", range(1, 1e15),
               example_value("1000")),
      optional("s", &ZipfNumber::s, 1.1, "How much more frequent: k is drawn in proportion to k^-s.",
               range(0.01, 20)));
}
OptionList<Lognormal> Lognormal::options() {
  return options_of<Lognormal>(
      optional("mu", &Lognormal::mu, 0.0, "Mean of the logarithm: the median is e^mu."),
      optional("sigma", &Lognormal::sigma, 1.0, "Standard deviation of the logarithm.", range(0, 100)));
}
OptionList<Uniform> Uniform::options() {
  return options_of<Uniform>(optional("min", &Uniform::min, 0.0, "The smallest number."),
                             optional("max", &Uniform::max, 1.0, "All numbers are below this one."));
}
OptionList<Coin> Coin::options() {
  return options_of<Coin>(optional("p", &Coin::p, 0.5, "How often it is true.", range(0, 1)));
}
OptionList<Kind> Kind::options() {
  return options_of<Kind>(
      optional("sequence", &Kind::sequence, "int64: start, start + step, ..."),
      optional("time", &Kind::time, "timestamp: from start in steps."),
      optional("zipf", &Kind::zipf, "int64: 1 to n, small ones often."),
      optional("lognormal", &Kind::lognormal, "float64: like latencies and amounts of money."),
      optional("uniform", &Kind::uniform, "float64: min to max."),
      optional("choice", &Kind::choice, "string: texts with their weights.",
               example_value("{home: 5, cart: 1}")),
      optional("random_string", &Kind::random_string, "string: so many letters and digits.", range(1, 65536)),
      optional("constant", &Kind::constant, "Always the same number, true, false or text."),
      optional("bool", &Kind::boolean, "bool: true with probability p."));
}

namespace {

Status check(const std::string& name, const Kind& kind) {
  const int given = kind.sequence.has_value() + kind.time.has_value() + kind.zipf.has_value() +
                    kind.lognormal.has_value() + kind.uniform.has_value() + kind.choice.has_value() +
                    kind.random_string.has_value() + kind.constant.has_value() + kind.boolean.has_value();
  if (given != 1)
    return bad(name, "expected one kind, as in {zipf: {n: 1000}}, found " +
                         std::string(given == 0 ? "none" : "several"));
  if (kind.uniform && !(kind.uniform->min < kind.uniform->max))
    return bad(name, "uniform needs min below max");
  if (!kind.choice) return {};
  double total = 0;
  for (const auto& [text, weight] : *kind.choice) {
    if (!(weight >= 0) || !std::isfinite(weight))
      return bad(name, "the weight of '" + text + "' must be 0 or above");
    total += weight;
  }
  return total > 0 ? Status() : bad(name, "choice needs at least one weight above 0");
}

// Needs: check() found nothing.
std::unique_ptr<ColumnMaker> make(const Kind& kind, Draws draws) {
  if (kind.sequence) return make_sequence(*kind.sequence);
  if (kind.time) return make_time(*kind.time, draws);
  if (kind.constant) return make_constant(*kind.constant, draws);
  if (kind.boolean) return std::make_unique<BoolMaker>(kind.boolean->p, draws);
  if (kind.choice) return std::make_unique<ChoiceMaker>(*kind.choice, draws);
  if (kind.random_string)
    return std::make_unique<RandomStringMaker>(static_cast<size_t>(*kind.random_string), draws);
  if (kind.zipf)
    return numbers<int64_t>(Type::kInt64, [zipf = Zipf(kind.zipf->n, kind.zipf->s), draws](int64_t row) {
      return zipf.draw(draws.seed, draws.column, static_cast<uint64_t>(row));
    });
  if (kind.lognormal)
    return numbers<double>(Type::kFloat64, [option = *kind.lognormal, draws](int64_t row) {
      return std::exp(option.mu + option.sigma * normal(draws.bits(row, 0), draws.bits(row, 1)));
    });
  return numbers<double>(Type::kFloat64, [option = *kind.uniform, draws](int64_t row) {
    return option.min + unit(draws.bits(row)) * (option.max - option.min);
  });
}

}  // namespace

Result<std::unique_ptr<ColumnMaker>> make_column_maker(const std::string& name, const ColumnOption& option,
                                                       uint64_t seed, uint64_t index) {
  if (std::holds_alternative<Word>(option)) return make_sequence({});
  const Kind& kind = std::get<Kind>(option);
  WEIR_RETURN_IF_ERROR(check(name, kind));
  return make(kind, {seed, index});
}

}  // namespace weir::generator
