#include "json_shape.hpp"

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "number_text.hpp"

namespace weir::formats {
namespace {

alignas(16) constexpr uint8_t kIgnoreFrom[32] = {
    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

__m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

/// Returns the first quote, backslash or control character at or after `at`. Every line ends with one.
inline const char* string_stop(const char* at) {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i highest_control = _mm_set1_epi8(0x1F);
  for (;; at += 16) {
    const __m128i bytes = load(at);
    const __m128i stops =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(bytes, highest_control), bytes));
    const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(stops));
    if (mask != 0) return at + std::countr_zero(mask);
  }
}

/// Returns what follows the string whose first quote is at `at`, or null.
inline const char* skip_string(const char* at) {
  for (at = string_stop(at + 1);; at = string_stop(at)) {
    if (*at == '"') return at + 1;
    if (*at != '\\' || static_cast<unsigned char>(at[1]) < 0x20) return nullptr;
    at += 2;
  }
}

// White space, what follows a value, and what no scalar holds: the slow way then says what is wrong.
constexpr std::array<bool, 256> kEndsScalar = [] {
  std::array<bool, 256> ends{};
  for (size_t c = 0; c <= ' '; ++c) ends[c] = true;
  for (const char c : std::string_view(",:[]{}\"")) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

bool ends_scalar(char c) { return kEndsScalar[static_cast<unsigned char>(c)]; }

inline const char* skip_scalar(const char* at) {
  while (!ends_scalar(*at)) ++at;
  return at;
}

/// Returns what follows the array or object at `at`, or null.
const char* skip_container(const char* at) {
  size_t depth = 0;
  for (;;) {
    const char c = *at;
    if (c == '"') {
      at = skip_string(at);
      if (at == nullptr) return nullptr;
      continue;
    }
    if (c == '\n') return nullptr;
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
}

inline const char* skip_value(const char* at) {
  if (*at == '"') return skip_string(at);
  if (*at == '{' || *at == '[') return skip_container(at);
  const char* const end = skip_scalar(at);
  return end == at ? nullptr : end;
}

/// Whether the text is a number as JSON writes them.
bool is_json_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !is_digit(text[0]) || (text.size() > 1 && text[0] == '0' && is_digit(text[1])))
    return false;
  size_t at = std::min(text.find_first_not_of("0123456789"), text.size());
  if (at < text.size() && text[at] == '.') {
    const size_t first = ++at;
    at = std::min(text.find_first_not_of("0123456789", at), text.size());
    if (at == first) return false;
  }
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    if (++at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const size_t first = at;
    at = std::min(text.find_first_not_of("0123456789", at), text.size());
    if (at == first) return false;
  }
  return at == text.size();
}

}  // namespace

/// Walks over one record and notes what lies between its values.
class JsonShape::Learner {
 public:
  Learner(const ColumnPlan& plan, std::string_view record, JsonShape& shape)
      : plan_(plan), shape_(shape), at_(record.data()), end_(record.data() + record.size()) {}

  bool run() {
    literal_begin_ = at_;
    found_.resize(plan_.columns.size());
    skip_space();
    if (!object("")) return false;
    add_step(Kind::kSkip, 0);
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      if (plan_.columns[i].path == "$" && plan_.columns[i].is_wanted) return false;
      if (plan_.columns[i].is_wanted && !found_[i]) shape_.absent_.push_back(static_cast<uint32_t>(i));
    }
    return at_ == end_;
  }

 private:
  void skip_space() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t')) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    skip_space();
    return true;
  }
  bool object(const std::string& prefix) {
    if (!take('{')) return false;
    if (at_ != end_ && *at_ == '}') return ++at_, true;
    do {
      if (at_ == end_ || *at_ != '"') return false;
      const char* const key = ++at_;
      while (at_ != end_ && *at_ != '"' && *at_ != '\\') ++at_;
      if (at_ == end_ || *at_ == '\\') return false;
      const std::string path = prefix + std::string(key, at_++);
      if (!take(':') || !value(path)) return false;
      skip_space();
    } while (take(','));
    if (at_ == end_ || *at_ != '}') return false;
    ++at_;
    return true;
  }
  bool value(const std::string& path) {
    if (at_ == end_) return false;
    size_t column = SIZE_MAX;
    bool is_above = false;
    for (size_t i = 0; i < plan_.columns.size(); ++i) {
      if (!plan_.columns[i].is_wanted) continue;
      if (plan_.columns[i].path == path) column = i;
      is_above = is_above || plan_.columns[i].path.starts_with(path + ".");
    }
    const bool is_container = *at_ == '{' || *at_ == '[';
    if (column != SIZE_MAX && (is_container || found_[column])) return false;
    if (is_above && *at_ == '{') return object(path + ".");
    // Skipped, it would be skipped too where another record has an object with the column in it.
    if (is_above) return false;
    add_step(column == SIZE_MAX ? Kind::kSkip : kind_of(plan_.columns[column]), column);
    const char* const next = skip_value(at_);
    if (next == nullptr || next > end_) return false;
    literal_begin_ = at_ = next;
    if (column != SIZE_MAX) found_[column] = true;
    return true;
  }
  static Kind kind_of(const PlannedColumn& column) {
    switch (column.type.type) {
      case Type::kString:
        return Kind::kText;
      case Type::kInt64:
        return Kind::kInt64;
      case Type::kFloat64:
        return Kind::kFloat64;
      case Type::kBool:
        return Kind::kBool;
      case Type::kTimestamp:
        if (!column.format || column.format->text() == "iso") return Kind::kIsoTime;
        return column.format->unix_scale() != 0 ? Kind::kNumber : Kind::kString;
      case Type::kBinary:
      case Type::kDate32:
        return Kind::kString;
      default:
        return Kind::kNumber;
    }
  }
  void add_step(Kind kind, size_t column) {
    Step step;
    step.kind = kind;
    step.literal = static_cast<uint32_t>(shape_.literals_.size());
    step.literal_size = static_cast<uint32_t>(at_ - literal_begin_);
    shape_.literals_.append(literal_begin_, at_);
    if (kind != Kind::kSkip) {
      step.column = static_cast<uint32_t>(column);
      step.reader = static_cast<uint32_t>(shape_.readers_.size());
      shape_.readers_.emplace_back(plan_.columns[column], column, true);
    }
    shape_.steps_.push_back(step);
  }

  const ColumnPlan& plan_;
  JsonShape& shape_;
  const char* at_;
  const char* const end_;
  const char* literal_begin_ = nullptr;
  std::vector<bool> found_;
};

std::optional<JsonShape> JsonShape::learn(const ColumnPlan& plan, std::string_view record) {
  JsonShape shape;
  if (!Learner(plan, record, shape).run()) return std::nullopt;
  shape.literals_.append(16, '\0');
  return shape;
}

inline bool JsonShape::matches(const Step& step, const char* at) const {
  const char* literal = literals_.data() + step.literal;
  size_t size = step.literal_size;
  // No literal holds a newline, so that the first difference comes before anything unreadable does.
  for (; size > 16; size -= 16, at += 16, literal += 16)
    if (_mm_movemask_epi8(_mm_cmpeq_epi8(load(at), load(literal))) != 0xFFFF) return false;
  const auto ignored = _mm_loadu_si128(reinterpret_cast<const __m128i*>(kIgnoreFrom + 16 - size));
  return _mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(load(at), load(literal)), ignored)) == 0xFFFF;
}

const char* JsonShape::read(BatchWriter& writer, const char* at) {
  const Step* step = steps_.data();
  const Step* const last = step + steps_.size() - 1;
  for (; step != last; ++step) {
    if (!matches(*step, at)) return nullptr;
    at = read_value(writer, *step, at + step->literal_size);
    if (at == nullptr) return nullptr;
  }
  if (!matches(*step, at)) return nullptr;
  for (const uint32_t column : absent_) writer.put_null(column);
  return at + step->literal_size;
}

inline const char* JsonShape::read_value(BatchWriter& writer, const Step& step, const char* at) {
  switch (step.kind) {
    case Kind::kSkip:
      return skip_value(at);
    case Kind::kText: {
      if (*at != '"') break;
      const char* const end = string_stop(at + 1);
      if (*end != '"') return nullptr;
      writer.put_input_text(step.column, {at + 1, static_cast<size_t>(end - at - 1)});
      return end + 1;
    }
    case Kind::kIsoTime: {
      if (*at != '"') break;
      const char* const end = string_stop(at + 1);
      if (*end != '"') return nullptr;
      if (!readers_[step.reader].read(writer, {at + 1, static_cast<size_t>(end - at - 1)})) return nullptr;
      return end + 1;
    }
    case Kind::kInt64: {
      const bool is_negative = *at == '-';
      const char* const first = at + (is_negative ? 1 : 0);
      const char* digit = first;
      int64_t value = 0;
      while (is_digit(*digit))
        value =
            static_cast<int64_t>(static_cast<uint64_t>(value) * 10 + static_cast<uint64_t>(*digit++ - '0'));
      const auto count = digit - first;
      if (count == 0 || count > 18 || (*first == '0' && count > 1)) break;
      writer.put(step.column, is_negative ? -value : value);
      return digit;
    }
    case Kind::kFloat64: {
      const char* const first = at + (*at == '-' ? 1 : 0);
      if (!is_digit(*first) || (*first == '0' && is_digit(first[1]))) break;
      const char* next = at;
      double value = 0;
      if (!read_short_float(next, at + 64, value) || !ends_scalar(*next)) {
        const char* const end = skip_scalar(at);
        if (!is_json_number({at, static_cast<size_t>(end - at)})) return nullptr;
        const auto [stop, error] = std::from_chars(at, end, value);
        if (error != std::errc() || stop != end) return nullptr;
        next = end;
      }
      writer.put(step.column, value);
      return next;
    }
    default:
      break;
  }
  return read_rare(writer, step, at);
}

const char* JsonShape::read_rare(BatchWriter& writer, const Step& step, const char* at) {
  const char* const end = *at == '"' ? string_stop(at + 1) : skip_scalar(at);
  const std::string_view token(at, static_cast<size_t>(end - at));
  if (token == "null") {
    writer.put_null(step.column);
    return end;
  }
  switch (step.kind) {
    case Kind::kBool:
      if (token != "true" && token != "false") return nullptr;
      writer.put_bool(step.column, token == "true");
      return end;
    case Kind::kString:
      if (*at != '"' || *end != '"') return nullptr;
      return readers_[step.reader].read(writer, token.substr(1)) ? end + 1 : nullptr;
    case Kind::kNumber:
      if (!is_json_number(token)) return nullptr;
      return readers_[step.reader].read(writer, token) ? end : nullptr;
    default:
      return nullptr;
  }
}

}  // namespace weir::formats
