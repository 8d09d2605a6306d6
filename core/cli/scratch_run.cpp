#include "cli/scratch_run.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include "plan/plan.hpp"
#include "plan/projection.hpp"
#include "runtime/executors.hpp"
#include "stores/dead_letter_rows.hpp"

namespace weir {
namespace {

/// A directory of its own that goes when it does.
class ScratchDirectory {
 public:
  static Result<std::unique_ptr<ScratchDirectory>> make() {
    std::error_code error;
    const std::filesystem::path place = std::filesystem::temp_directory_path(error);
    std::string path = (error ? std::filesystem::path("/tmp") : place) / "weir-XXXXXX";
    if (mkdtemp(path.data()) == nullptr) return Status::io("cannot make a directory like '" + path + "'");
    return std::unique_ptr<ScratchDirectory>(new ScratchDirectory(std::move(path)));
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code ignored;  // What stays lies where the system tidies up.
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

/// Keeps rejected rows in memory.
class HeldDeadLetters final : public DeadLetterStore {
 public:
  Status append(const Batch& rows) override {
    const std::lock_guard lock(mutex_);
    rows_.push_back(rows.share());
    return {};
  }
  Result<std::string> make_safe() override { return std::string(); }
  Status cut_back_to(std::string_view) override { return {}; }
  std::vector<Batch> take() { return std::exchange(rows_, {}); }

 private:
  std::mutex mutex_;
  std::vector<Batch> rows_;  // Guarded by mutex_ while the run goes on.
};

}  // namespace

Result<ScratchOutcome> run_scratch(BoundPipeline part, uint32_t threads, Session& session,
                                   RunControl& control) {
  WEIR_RETURN_IF_ERROR(project_columns(part));
  WEIR_ASSIGN_OR_RETURN(const auto directory, ScratchDirectory::make());
  const Plan plan = make_plan(std::move(part), threads);
  const auto executor = make_thread_executor(threads, session.host().world().clock);
  HeldDeadLetters rejected;
  RunOptions options;
  options.state_directory = directory->path();
  options.run_id = "scratch";
  options.dead_letters = &rejected;
  ScratchOutcome outcome;
  outcome.run = run_plan(plan, options, session.host(), *executor, control, {});
  outcome.rejected = rejected.take();
  return outcome;
}

std::vector<std::string> rejection_notes(const std::vector<Batch>& rejected,
                                         const std::function<bool(const DeadLetter&)>& hides) {
  std::map<std::pair<std::string, std::string>, std::pair<size_t, std::string>> counts;
  for (const Batch& batch : rejected) {
    for (size_t row = 0; row < batch.row_count(); ++row) {
      const DeadLetter letter = dead_letter_at(batch, row);
      auto& [count, message] = counts[{letter.node, letter.code}];
      if (++count == 1)
        message = hides(letter) ? "its columns have labels, --reveal says why" : letter.message;
    }
  }
  std::vector<std::string> notes;
  for (const auto& [where, what] : counts) {
    notes.push_back("'" + where.first + "' rejected " + std::to_string(what.first) +
                    (what.first == 1 ? " row [" : " rows [") + where.second + "]: " + what.second);
  }
  return notes;
}

}  // namespace weir
