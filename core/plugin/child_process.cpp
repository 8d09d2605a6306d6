#include "plugin/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <system_error>

namespace weir {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

class Pipe {
 public:
  Status open() {
    return ::pipe2(ends_.data(), O_CLOEXEC) == 0 ? Status::ok() : Status::io("no pipe can be made");
  }
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(ends_[0]);
    close_end(ends_[1]);
  }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_writer() { close_end(ends_[1]); }

 private:
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_ = {-1, -1};
};

// posix_spawn and not fork: the engine has threads, and memory that need not be copied.
Result<pid_t> spawn(const std::vector<std::string>& command, int output) {
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, arguments[0], &files, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    return Status::io(command[0] + " cannot be started: " + std::generic_category().message(error));
  return child;
}

// Reads until the other end closes. Answers false when the time or the room ran out before.
bool read_output(int from, SteadyClock::time_point deadline, size_t max_output, std::string& output) {
  std::array<char, 65536> piece = {};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
    if (left <= 0) return false;
    pollfd wait = {from, POLLIN, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(left));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t got = ::read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return true;
    output.append(piece.data(), static_cast<size_t>(got));
    if (output.size() > max_output) return false;
  }
}

bool ends_before(pid_t child, SteadyClock::time_point deadline) {
  // By number: glibc 2.36 declares pidfd_open() without C linkage.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
  if (handle < 0) return false;
  int ready = 0;
  for (auto left = 1ms; ready <= 0 && left > 0ms;) {
    left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    pollfd wait = {handle, POLLIN, 0};
    ready = ::poll(&wait, 1, static_cast<int>(std::max(left, 0ms).count()));
  }
  ::close(handle);
  return ready > 0;
}

}  // namespace

Result<ChildEnd> run_child(const std::vector<std::string>& command, std::chrono::milliseconds timeout,
                           size_t max_output) {
  WEIR_CHECK(!command.empty());
  Pipe pipe;
  WEIR_RETURN_IF_ERROR(pipe.open());
  WEIR_ASSIGN_OR_RETURN(const pid_t child, spawn(command, pipe.writer()));
  pipe.close_writer();
  ChildEnd end;
  const SteadyClock::time_point deadline = SteadyClock::now() + timeout;
  end.timed_out = !read_output(pipe.reader(), deadline, max_output, end.output);
  // One that closed its output may linger all the same.
  if (!end.timed_out) end.timed_out = !ends_before(child, deadline);
  if (end.timed_out) ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  return end;
}

std::string signal_name(int signal) {
  const char* const name = ::sigabbrev_np(signal);
  return name == nullptr ? "signal " + std::to_string(signal) : "SIG" + std::string(name);
}

}  // namespace weir
