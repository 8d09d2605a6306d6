// The benchmark's NDJSON question, answered by one file of C++ that can do nothing else:
//
//   yardstick_ndjson FILE OUT THREADS [bounds]
//
// Requests with status < 500, by window of a minute, service, region and method: how many, their average
// latency, and its exact p99 (between two ranks: linear). The columns are in any order in a row; what is not
// wanted is not read. With `bounds` the values one percent of rank below and above the p99 are written too.
//
// What makes it fast: the bytes between two values of a row are those of the row before it, so each is one
// comparison; a key's text becomes a small number; a minute is the first 16 bytes of its time. A row that
// differs is read by simdjson. The file is mapped, and threads take ranges of it in turn.
#include <fcntl.h>
#include <immintrin.h>
#include <simdjson.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <vector>

namespace {

constexpr size_t kRangeBytes = 4 << 20;
constexpr size_t kReadAhead = 64;  // How far the fast way may read past a row's end.

/// The columns that the question needs; kSkip is any other.
enum Field : uint8_t { kTime, kService, kRegion, kMethod, kStatus, kLatency, kSkip };
constexpr std::array<std::string_view, 6> kNames = {"ts",     "service", "region",
                                                    "method", "status",  "latency_ms"};

struct Record {
  std::array<std::string_view, 4> texts;  // Time and the three keys.
  int64_t status = 0;
  double latency = 0;
};

__m128i load(const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); }

/// Texts of one key column, numbered as they come. Short ones are found by their bytes alone.
class Names {
 public:
  uint32_t number_of(std::string_view text) {
    if (text.size() > 15) return slow(text);
    // The 15 bytes and the size make one value that is equal for equal texts only.
    alignas(16) std::array<char, 16> key{};
    std::memcpy(key.data(), text.data(), text.size());
    key[15] = static_cast<char>(text.size() + 1);
    std::array<uint64_t, 2> words;
    std::memcpy(words.data(), key.data(), 16);
    uint64_t at = (words[0] ^ std::rotl(words[1], 23)) * 0x9E3779B97F4A7C15 >> 56;
    for (;; at = (at + 1) & 255) {
      Slot& slot = slots_[at];
      if (slot.words == words) return slot.number;
      if (slot.words[1] == 0) {
        if (++used_ > 200) return slow(text);
        slot.number = slow(text);
        slot.words = words;
        return slot.number;
      }
    }
  }
  const std::string& text_of(uint32_t number) const { return texts_[number]; }

 private:
  struct Slot {
    std::array<uint64_t, 2> words{};
    uint32_t number = 0;
  };
  uint32_t slow(std::string_view text) {
    const auto [at, is_new] = numbers_.try_emplace(std::string(text), static_cast<uint32_t>(texts_.size()));
    if (is_new) texts_.emplace_back(text);
    return at->second;
  }
  std::array<Slot, 256> slots_;
  size_t used_ = 0;
  std::map<std::string, uint32_t> numbers_;
  std::deque<std::string> texts_;
};

struct Group {
  uint32_t minute = 0;  // In Table's minutes.
  std::array<uint32_t, 3> keys{};
  double sum = 0;
  std::vector<double> values;
};

/// The groups of one thread.
class Table {
 public:
  void add(const Record& record) {
    const uint32_t minute = minute_of(record.texts[0]);
    std::array<uint32_t, 3> keys;
    for (size_t i = 0; i < 3; ++i) keys[i] = names_[i].number_of(record.texts[i + 1]);
    Group& group = find(minute, keys);
    group.sum += record.latency;
    group.values.push_back(record.latency);
  }
  const std::deque<Group>& groups() const { return groups_; }
  std::string_view minute_text(const Group& group) const { return {minutes_[group.minute].data(), 16}; }
  const std::string& key_text(const Group& group, size_t i) const { return names_[i].text_of(group.keys[i]); }

 private:
  /// Times are almost in order: it is one of the two minutes seen last.
  uint32_t minute_of(std::string_view time) {
    for (const uint32_t minute : recent_)
      if (minute < minutes_.size() && std::memcmp(minutes_[minute].data(), time.data(), 16) == 0)
        return minute;
    recent_[1] = recent_[0];
    return recent_[0] = slow_minute_of(time);
  }
  uint32_t slow_minute_of(std::string_view time) {
    std::array<char, 16> text;
    std::memcpy(text.data(), time.data(), 16);
    const auto known = std::ranges::find(minutes_, text);
    if (known != minutes_.end()) return static_cast<uint32_t>(known - minutes_.begin());
    minutes_.push_back(text);
    return static_cast<uint32_t>(minutes_.size() - 1);
  }
  Group& find(uint32_t minute, const std::array<uint32_t, 3>& keys) {
    if (keys[0] < 32 && keys[1] < 32 && keys[2] < 32) {
      const size_t place = (size_t{minute} << 15) + (keys[0] << 10) + (keys[1] << 5) + keys[2];
      if (place >= direct_.size()) direct_.resize((size_t{minute} + 1) << 15);
      Group*& group = direct_[place];
      if (group == nullptr) group = &make(minute, keys);
      return *group;
    }
    Group*& group = others_[{minute, keys[0], keys[1], keys[2]}];
    if (group == nullptr) group = &make(minute, keys);
    return *group;
  }
  Group& make(uint32_t minute, const std::array<uint32_t, 3>& keys) {
    groups_.push_back({minute, keys, 0, {}});
    groups_.back().values.reserve(1024);
    return groups_.back();
  }

  std::array<Names, 3> names_;
  std::vector<std::array<char, 16>> minutes_;
  std::array<uint32_t, 2> recent_{UINT32_MAX, UINT32_MAX};
  std::vector<Group*> direct_;  // By minute and three small numbers.
  std::map<std::tuple<uint32_t, uint32_t, uint32_t, uint32_t>, Group*> others_;
  std::deque<Group> groups_;
};

/// Returns the first quote or backslash at or after `at`, or something past the row where there is none.
const char* quote_at(const char* at) {
  for (;; at += 16) {
    const __m128i bytes = load(at);
    const __m128i stops = _mm_or_si128(
        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
        _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))));
    if (const auto mask = static_cast<uint32_t>(_mm_movemask_epi8(stops)); mask != 0)
      return at + std::countr_zero(mask);
  }
}

bool is_digit(char c) { return static_cast<unsigned char>(c - '0') <= 9; }

/// Reads digits with at most one point, up to 15 of them. Returns null for any other number.
const char* read_number(const char* at, double& value) {
  constexpr std::array<double, 16> kPowers = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                              1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char* const begin = at;
  uint64_t digits = 0;
  while (is_digit(*at)) digits = digits * 10 + static_cast<uint64_t>(*at++ - '0');
  const char* const point = at;
  if (*at == '.')
    for (++at; is_digit(*at); ++at) digits = digits * 10 + static_cast<uint64_t>(*at - '0');
  if (at == begin || at - begin > 15 || (*at != ',' && *at != '}')) return nullptr;
  value = static_cast<double>(digits) / kPowers[static_cast<size_t>(at == point ? 0 : at - point - 1)];
  return at;
}

/// What lies between the values of a row, learned from one.
class Shape {
 public:
  /// Keeps nothing when the row is not a flat object of strings and numbers.
  explicit Shape(std::string_view row) {
    const char* at = row.data();
    const char* const end = at + row.size();
    const char* literal = at;
    while (at < end) {
      const char* const key = static_cast<const char*>(std::memchr(at, '"', static_cast<size_t>(end - at)));
      if (key == nullptr) break;
      const char* const key_end = quote_at(key + 1);
      if (key_end + 2 >= end || *key_end != '"' || key_end[1] != ':') {
        steps_.clear();
        return;
      }
      const auto name =
          std::ranges::find(kNames, std::string_view(key + 1, static_cast<size_t>(key_end - key - 1)));
      at = key_end + 2;
      const bool is_text = *at == '"';
      if (is_text) ++at;
      add(literal, at, static_cast<Field>(name - kNames.begin()), is_text);
      while (at < end && (is_text ? *at != '"' : *at != ',' && *at != '}')) ++at;
      literal = at;
      if (is_text) ++at;
    }
    add(literal, end, kSkip, false);
  }

  /// Returns the end of the row at `at`, or null when it is not of this shape.
  const char* read(const char* at, Record& record) const {
    if (steps_.empty()) return nullptr;
    for (size_t i = 0; i + 1 < steps_.size(); ++i) {
      const Step& step = steps_[i];
      if (!matches(step, at)) return nullptr;
      at += step.size;
      if (step.is_text) {
        const char* const end = quote_at(at);
        if (*end != '"') return nullptr;
        if (step.field <= kMethod) record.texts[step.field] = {at, static_cast<size_t>(end - at)};
        at = end;
        continue;
      }
      double value = 0;
      at = read_number(at, value);
      if (at == nullptr) return nullptr;
      if (step.field == kLatency) record.latency = value;
      if (step.field == kStatus) record.status = static_cast<int64_t>(value);
    }
    return matches(steps_.back(), at) ? at + steps_.back().size : nullptr;
  }

 private:
  struct Step {
    std::array<char, 32> literal{};
    __m128i low, high, low_mask, high_mask;
    size_t size;
    Field field;
    bool is_text;
  };
  void add(const char* begin, const char* end, Field field, bool is_text) {
    Step step;
    step.size = static_cast<size_t>(end - begin);
    step.field = field;
    step.is_text = is_text;
    if (step.size > step.literal.size()) return steps_.clear();
    std::array<char, 32> mask{};
    std::copy(begin, end, step.literal.begin());
    std::fill_n(mask.begin(), step.size, static_cast<char>(0xFF));
    step.low = load(step.literal.data());
    step.high = load(step.literal.data() + 16);
    step.low_mask = load(mask.data());
    step.high_mask = load(mask.data() + 16);
    steps_.push_back(step);
  }
  static bool matches(const Step& step, const char* at) {
    const __m128i low = _mm_xor_si128(_mm_and_si128(load(at), step.low_mask), step.low);
    if (step.size <= 16) return _mm_testz_si128(low, low) != 0;
    const __m128i high = _mm_xor_si128(_mm_and_si128(load(at + 16), step.high_mask), step.high);
    const __m128i both = _mm_or_si128(low, high);
    return _mm_testz_si128(both, both) != 0;
  }
  std::vector<Step> steps_;
};

/// Reads any row. Exits on one that is not an object with the wanted columns: the input is our own.
class AnyRow {
 public:
  void read(std::string_view row, Record& record) {
    simdjson::dom::element object;
    if (parser_.parse(row.data(), row.size(), true).get(object) != simdjson::SUCCESS) fail(row);
    for (size_t i = 0; i < 4; ++i)
      if (object[kNames[i]].get(record.texts[i]) != simdjson::SUCCESS) fail(row);
    if (object["status"].get(record.status) != simdjson::SUCCESS) fail(row);
    if (object["latency_ms"].get(record.latency) != simdjson::SUCCESS) fail(row);
    if (record.texts[0].size() < 16) fail(row);
  }

 private:
  [[noreturn]] static void fail(std::string_view row) {
    std::fprintf(stderr, "cannot read: %.*s\n", static_cast<int>(row.size()), row.data());
    std::exit(1);
  }
  simdjson::dom::parser parser_;
};

/// Reads the rows that begin in [from, to).
void read_range(std::string_view file, size_t from, size_t to, Table& table) {
  const char* const end = file.data() + file.size();
  const char* const stop = file.data() + to;
  const char* at = file.data() + from;
  const auto line_end = [end](const char* begin) {
    const auto* found = static_cast<const char*>(std::memchr(begin, '\n', static_cast<size_t>(end - begin)));
    return found == nullptr ? end : found;
  };
  if (from > 0 && at[-1] != '\n') at = line_end(at) + 1;
  Shape shape("");
  AnyRow any;
  Record record;
  while (at < stop) {
    const char* next = end - at > 4096 ? shape.read(at, record) : nullptr;
    if (next == nullptr || *next != '\n' || record.texts[0].size() < 16) {
      next = line_end(at);
      const std::string_view row(at, static_cast<size_t>(next - at));
      if (!row.empty()) any.read(row, record);
      shape = Shape(row);
      if (row.empty()) record.status = INT64_MAX;
    }
    if (record.status < 500) table.add(record);
    at = next + 1;
  }
}

struct Result {
  uint64_t count = 0;
  double sum = 0;
  std::vector<double> values;
};
using Key = std::array<std::string, 4>;  // Window and keys.

double quantile(std::vector<double>& values, double q) {
  const double place = static_cast<double>(values.size() - 1) * q;
  const auto rank = static_cast<size_t>(place);
  const auto at = values.begin() + static_cast<ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, values.end());
  const double share = place - static_cast<double>(rank);
  if (share == 0 || rank + 1 == values.size()) return *at;
  return *at + (*std::min_element(at + 1, values.end()) - *at) * share;
}

/// Threads add their groups; each key's values are moved or appended, never sorted twice.
std::map<Key, Result> merged(const std::vector<std::unique_ptr<Table>>& tables) {
  std::map<Key, Result> results;
  for (const auto& table : tables) {
    for (const Group& group : table->groups()) {
      Result& result = results[{std::string(table->minute_text(group)), table->key_text(group, 0),
                                table->key_text(group, 1), table->key_text(group, 2)}];
      result.count += group.values.size();
      result.sum += group.sum;
      if (result.values.empty())
        result.values = std::move(const_cast<Group&>(group).values);
      else
        result.values.insert(result.values.end(), group.values.begin(), group.values.end());
    }
  }
  return results;
}

void append(std::string& out, double value) {
  std::array<char, 32> text;
  out += ',';
  out.append(text.data(), std::to_chars(text.begin(), text.end(), value).ptr);
}

bool write(const char* path, std::map<Key, Result>& results, bool with_bounds) {
  std::string out = "window_start,service,region,method,requests,avg_ms,p99_ms";
  out += with_bounds ? ",low,high\n" : "\n";
  for (auto& [key, result] : results) {
    out += key[0] + ":00Z," + key[1] + ',' + key[2] + ',' + key[3] + ',' + std::to_string(result.count);
    append(out, result.sum / static_cast<double>(result.count));
    append(out, quantile(result.values, 0.99));
    if (with_bounds) {
      std::ranges::sort(result.values);
      const double last = static_cast<double>(result.values.size() - 1);
      append(out, result.values[static_cast<size_t>(last * 0.98)]);
      append(out, result.values.back());
    }
    out += '\n';
  }
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return false;
  size_t written = 0;
  while (written < out.size()) {
    const ssize_t count = ::write(file, out.data() + written, out.size() - written);
    if (count < 0) return false;
    written += static_cast<size_t>(count);
  }
  return close(file) == 0;
}

int answer(const char* in, const char* out, size_t thread_count, bool with_bounds) {
  const int file = open(in, O_RDONLY);
  struct stat info{};
  if (file < 0 || fstat(file, &info) != 0) return std::perror(in), 1;
  const auto size = static_cast<size_t>(info.st_size);
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped == MAP_FAILED) return std::perror(in), 1;
  const std::string_view text(static_cast<const char*>(mapped), size);
  std::atomic<size_t> next{0};
  std::vector<std::unique_ptr<Table>> tables(thread_count);
  const auto work = [&](std::unique_ptr<Table>& table) {
    table = std::make_unique<Table>();
    for (;;) {
      const size_t from = next.fetch_add(kRangeBytes);
      if (from >= size) return;
      const size_t to = std::min(size, from + kRangeBytes);
      // One call instead of a fault every few pages.
      madvise(const_cast<char*>(text.data()) + from, to - from, MADV_POPULATE_READ);
      read_range(text, from, to, *table);
    }
  };
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < thread_count; ++i) threads.emplace_back(work, std::ref(tables[i]));
  work(tables[0]);
  threads.clear();
  auto results = merged(tables);
  if (!write(out, results, with_bounds)) return std::perror(out), 1;
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4 || count > 5) {
    std::fputs("usage: yardstick_ndjson FILE OUT THREADS [bounds]\n", stderr);
    return 2;
  }
  const auto threads = static_cast<size_t>(std::max(1, std::atoi(arguments[3])));
  // The mapping and the groups are given back by the end of the process.
  std::fflush(nullptr);
  const int code = answer(arguments[1], arguments[2], threads, count == 5);
  _exit(code);
}
