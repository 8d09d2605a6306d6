#include "plugin/describe.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string_view>

#include "plugin/child_process.hpp"
#include "plugin/description_json.hpp"
#include "plugin/library_load.hpp"
#include "plugin/library_scan.hpp"

namespace weir {
namespace {

constexpr size_t kMaxOutput = 16u << 20;
// What the child prints begins with one of these; anything else did not come from describe_main().
constexpr std::string_view kDescription = "weir-description\n";
constexpr std::string_view kFault = "weir-fault\n";

std::string in_seconds(std::chrono::milliseconds time) {
  char text[32] = {};
  std::snprintf(text, sizeof(text), "%g s", static_cast<double>(time.count()) / 1000);
  return text;
}

Result<LibraryDescription> read_answer(const ChildEnd& end, const std::string& path,
                                       const DescribeSettings& settings) {
  const std::string_view output = end.output;
  if (end.timed_out)
    return Status::invalid(path + ": took longer than " + in_seconds(settings.timeout) +
                           " to be described and was stopped");
  if (end.signal != 0)
    return Status::invalid(path + ": crashed (" + signal_name(end.signal) + ") while it was described");
  if (output.starts_with(kFault)) return Status::invalid(std::string(output.substr(kFault.size())));
  if (!output.starts_with(kDescription))
    return Status::invalid(path + ": ended the process (exit code " + std::to_string(end.exit_code) +
                           ") while it was described");
  Result<LibraryDescription> description = description_from_json(output.substr(kDescription.size()));
  if (!description.is_ok()) return description.status().with_context(path);
  return description;
}

// A crash must look like one: no handler of ours or of a sanitizer in between, no core file left behind.
void prepare_to_crash() {
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(signal, SIG_DFL);
  const rlimit none = {0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(to, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

Result<LibraryDescription> describe_library(const std::string& path, const DescribeSettings& settings) {
  LibraryDescriptor descriptor;
  if (Status status = inspect_library(path, &descriptor); !status.is_ok()) return status.with_context(path);
  const DescriptionCache cache(settings.cache_directory);
  if (auto kept = cache.find(descriptor.build_id)) return *std::move(kept);
  std::vector<std::string> command = settings.command;
  command.push_back(path);
  WEIR_ASSIGN_OR_RETURN(const ChildEnd end, run_child(command, settings.timeout, kMaxOutput));
  WEIR_ASSIGN_OR_RETURN(LibraryDescription description, read_answer(end, path, settings));
  cache.keep(descriptor.build_id, description);
  return description;
}

int describe_main(const std::string& path, const Host& host) {
  prepare_to_crash();
  // The library may print what it likes: our answer goes where nobody else writes.
  const int answer = ::dup(STDOUT_FILENO);
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  const auto loaded = load_library(path, host);
  const std::string text = loaded.is_ok() ? std::string(kDescription) +
                                                description_to_json(describe_components(*(*loaded)->library))
                                          : std::string(kFault) + std::string(loaded.status().message());
  write_all(answer, text);
  // Not exit(): what the library left for the end of the process is none of our concern.
  ::_exit(0);
}

}  // namespace weir
