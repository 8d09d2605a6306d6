// The benchmark's CSV question, answered by one file of C++ that can do nothing else:
//
//   yardstick_csv FILE OUT THREADS [bounds]
//
// Flights (date,delay,distance,origin,destination) by origin and destination: how many, their average delay,
// and its exact p99 (between two ranks: linear). With `bounds` the values one percent of rank below and above
// the p99 are written too. The file is mapped, and threads take ranges of it in turn. No field of the input
// is quoted; a row that is not as expected ends the program.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr size_t kRangeBytes = 4 << 20;
constexpr std::string_view kHeader = "date,delay,distance,origin,destination\n";

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "yardstick_csv: %s\n", what);
  std::exit(1);
}

/// An airport's code of three letters is one number.
using Code = uint32_t;

struct Group {
  Code origin = 0;
  int64_t sum = 0;
  std::vector<int32_t> delays;
};

/// The groups of one thread: open addressing over the codes.
class Table {
 public:
  void add(Code origin, int32_t delay) {
    for (size_t at = origin * 0x9E3779B97F4A7C15 >> 50;; at = (at + 1) & (slots_.size() - 1)) {
      Group*& group = slots_[at];
      if (group == nullptr) {
        if (groups_.size() > slots_.size() / 2) fail("more airports than expected");
        groups_.push_back({origin, 0, {}});
        group = &groups_.back();
      }
      if (group->origin != origin) continue;
      group->sum += delay;
      group->delays.push_back(delay);
      return;
    }
  }
  const std::deque<Group>& groups() const { return groups_; }

 private:
  std::vector<Group*> slots_ = std::vector<Group*>(size_t{1} << 14);
  std::deque<Group> groups_;
};

/// Reads the row at `at` into the table and returns the next one.
const char* read_row(const char* at, const char* end, Table& table) {
  constexpr std::ptrdiff_t kDateSize = 19;
  constexpr std::ptrdiff_t kCodesSize = 8;
  if (end - at < kDateSize + kCodesSize || at[kDateSize] != ',') fail("not a row of flights");
  at += kDateSize + 1;
  const bool is_early = *at == '-';
  if (is_early) ++at;
  int32_t delay = 0;
  for (; *at != ','; ++at) {
    if (static_cast<unsigned char>(*at - '0') > 9) fail("a delay is not a number");
    delay = delay * 10 + (*at - '0');
  }
  ++at;
  while (*at != ',') ++at;
  ++at;
  if (end - at < kCodesSize || at[3] != ',' || at[7] != '\n') fail("an airport's code has not three letters");
  Code origin = 0;
  std::memcpy(&origin, at, 3);
  table.add(origin, is_early ? -delay : delay);
  return at + kCodesSize;
}

void read_range(std::string_view file, size_t from, size_t to, Table& table) {
  const char* const end = file.data() + file.size();
  const char* const stop = file.data() + to;
  const char* at = file.data() + from;
  if (from == 0) {
    at += kHeader.size();
  } else if (at[-1] != '\n') {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at))) + 1;
  }
  while (at < stop) at = read_row(at, end, table);
}

struct Result {
  int64_t sum = 0;
  std::vector<int32_t> delays;
};

double quantile(std::vector<int32_t>& values, double q) {
  const double place = static_cast<double>(values.size() - 1) * q;
  const auto rank = static_cast<size_t>(place);
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(rank);
  std::nth_element(values.begin(), at, values.end());
  const double share = place - static_cast<double>(rank);
  if (share == 0 || rank + 1 == values.size()) return *at;
  return *at + (*std::min_element(at + 1, values.end()) - *at) * share;
}

void append(std::string& out, double value) {
  std::array<char, 32> text;
  out += ',';
  out.append(text.data(), std::to_chars(text.begin(), text.end(), value).ptr);
}

bool write(const char* path, std::map<Code, Result>& results, bool with_bounds) {
  std::string out = "origin,flights,avg_delay,p99_delay";
  out += with_bounds ? ",low,high\n" : "\n";
  for (auto& [origin, result] : results) {
    out.append(reinterpret_cast<const char*>(&origin), 3);
    out += ',' + std::to_string(result.delays.size());
    append(out, static_cast<double>(result.sum) / static_cast<double>(result.delays.size()));
    append(out, quantile(result.delays, 0.99));
    if (with_bounds) {
      std::ranges::sort(result.delays);
      const double last = static_cast<double>(result.delays.size() - 1);
      append(out, result.delays[static_cast<size_t>(last * 0.98)]);
      append(out, result.delays.back());
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
  if (!text.starts_with(kHeader)) fail("the header is not that of the flights");
  std::atomic<size_t> next{0};
  std::vector<std::unique_ptr<Table>> tables(thread_count);
  const auto work = [&](std::unique_ptr<Table>& table) {
    table = std::make_unique<Table>();
    for (;;) {
      const size_t from = next.fetch_add(kRangeBytes);
      if (from >= size) return;
      const size_t to = std::min(size, from + kRangeBytes);
      madvise(const_cast<char*>(text.data()) + from, to - from, MADV_POPULATE_READ);
      read_range(text, from, to, *table);
    }
  };
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < thread_count; ++i) threads.emplace_back(work, std::ref(tables[i]));
  work(tables[0]);
  threads.clear();
  std::map<Code, Result> results;
  for (const auto& table : tables) {
    for (const Group& group : table->groups()) {
      Result& result = results[group.origin];
      result.sum += group.sum;
      result.delays.insert(result.delays.end(), group.delays.begin(), group.delays.end());
    }
  }
  if (!write(out, results, with_bounds)) return std::perror(out), 1;
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4 || count > 5) {
    std::fputs("usage: yardstick_csv FILE OUT THREADS [bounds]\n", stderr);
    return 2;
  }
  const auto threads = static_cast<size_t>(std::max(1, std::atoi(arguments[3])));
  // The mapping and the groups are given back by the end of the process.
  _exit(answer(arguments[1], arguments[2], threads, count == 5));
}
