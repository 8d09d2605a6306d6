// The limit of any reader of lines: scan_lines FILE THREADS maps the file and finds every newline with
// memchr.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

constexpr size_t kRangeBytes = 4 << 20;

size_t count_lines(const char* at, const char* end) {
  size_t lines = 0;
  while ((at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)))) != nullptr) {
    ++lines;
    ++at;
  }
  return lines;
}

int scan(const char* path, size_t thread_count) {
  const int file = open(path, O_RDONLY);
  struct stat info{};
  if (file < 0 || fstat(file, &info) != 0) return std::perror(path), 1;
  const auto size = static_cast<size_t>(info.st_size);
  void* const mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped == MAP_FAILED) return std::perror(path), 1;
  char* const text = static_cast<char*>(mapped);
  std::atomic<size_t> next{0};
  std::atomic<size_t> lines{0};
  const auto work = [&] {
    for (;;) {
      const size_t from = next.fetch_add(kRangeBytes);
      if (from >= size) return;
      const size_t count = std::min(size - from, kRangeBytes);
      madvise(text + from, count, MADV_POPULATE_READ);
      lines += count_lines(text + from, text + from + count);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (size_t i = 1; i < thread_count; ++i) threads.emplace_back(work);
    work();
  }
  std::printf("%zu\n", lines.load());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return std::fputs("usage: scan_lines FILE THREADS\n", stderr), 2;
  return scan(arguments[1], static_cast<size_t>(std::max(1, std::atoi(arguments[2]))));
}
