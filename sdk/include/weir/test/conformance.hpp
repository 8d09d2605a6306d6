#pragma once
// What every component promises, tried on one: expect_conforms().
#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "weir/test/node_harness.hpp"

namespace weir::test {

/// Options that must be refused, and words that the fault must have: the option's name among them.
struct BadOptions {
  std::string options;
  std::string fault;
};

/// What the component is tried with.
struct Trial {
  std::string rows = {};   ///< For its input "in", as JSON. At least three rows say something.
  std::string bytes = {};  ///< For decoders. At least three records.
  std::vector<BadOptions> bad_options = {};
  std::vector<std::pair<std::string, std::string>> files = {};  ///< Name and bytes, for sources.
  /// Sinks without transactions may write again after a restart what they wrote before it.
  bool may_repeat = false;
  /// For sinks that send: what the receiver has got since the last call, a line each. When it is set, the run
  /// waits for the receiver's answers, and the lines count as what the sink wrote. The receiver takes all.
  /// Called where the receiver has everything that it answered.
  std::function<std::vector<std::string>()> received = {};
};

namespace detail {

/// Everything that a run gave, in no order: what is promised of rows is that they are the same.
struct Outcome {
  std::vector<std::string> lines;
  std::string fault;
};

class ConformanceRun {
 public:
  ConformanceRun(const Subject& subject, const Trial& trial) : subject_(subject), trial_(trial) {}

  bool is_source() const { return subject_.kind == Subject::Kind::kSource; }

  /// Cuts the input into pieces of so many rows or bytes; 0: one piece.
  std::vector<std::pair<size_t, size_t>> pieces(size_t size) const {
    size_t all = trial_.bytes.size();
    if (subject_.kind != Subject::Kind::kDecoder && !is_source())
      all = rows_of(Schema::parse(subject_.inputs[0].second).value(), trial_.rows).value().row_count();
    std::vector<std::pair<size_t, size_t>> made;
    for (size_t at = 0; at < all; at += size == 0 ? all : size)
      made.emplace_back(at, size == 0 ? all : std::min(size, all - at));
    return made;
  }

  std::unique_ptr<NodeHarness> begin() const {
    if (trial_.received) trial_.received();  // What came before is not of this node.
    auto node = std::make_unique<NodeHarness>(subject_);
    if (trial_.files.empty()) return node;
    for (const auto& [name, bytes] : trial_.files) node->write_file(name, bytes);
    node->start();
    return node;
  }
  void give(NodeHarness& node, std::pair<size_t, size_t> piece) const {
    if (subject_.kind == Subject::Kind::kDecoder) {
      node.push_bytes(std::string_view(trial_.bytes).substr(piece.first, piece.second));
    } else {
      const Batch all = rows_of(node.schema_of("in"), trial_.rows).value();
      node.push(all.slice(piece.first, piece.second));
    }
  }

  /// Takes a checkpoint; of a sink that sends, once what it was given before has arrived.
  void checkpoint(NodeHarness& node) const {
    if (!trial_.received) {
      node.checkpoint();
      return;
    }
    const bool is_taken = node.checkpoint(kPatience);
    if (!is_taken && node.state() == NodeHarness::State::kWaiting)
      ADD_FAILURE() << "no checkpoint could be taken: " << kNothingCame;
  }
  /// No more input: the node runs to its end; a sink that sends until all has arrived.
  void end(NodeHarness& node) const {
    node.end();
    while (trial_.received && node.state() == NodeHarness::State::kWaiting) {
      if (!node.wait_for_others(kPatience)) {
        ADD_FAILURE() << "the node does not come to its end: " << kNothingCame;
        return;
      }
      node.run();
    }
  }

  /// Takes what the node gave, also what lies in files or was sent.
  Outcome outcome(NodeHarness& node) const {
    Outcome made;
    made.fault = node.fault();
    if (!made.fault.empty()) return made;
    const bool has_outputs =
        subject_.kind != Subject::Kind::kSink && subject_.kind != Subject::Kind::kEncoder;
    if (has_outputs) {
      for (const std::string& port : subject_.settings.outputs)
        for (std::string& line : node.pull(port).lines()) made.lines.push_back(port + " " + std::move(line));
    }
    for (const Rejected& row : node.pull_errors())
      made.lines.push_back("errors " + row.code + ": " + row.message + " [" + row.column + "] " + row.raw);
    if (subject_.kind == Subject::Kind::kEncoder) made.lines.push_back(node.encoded());
    if (subject_.kind == Subject::Kind::kSink) {
      for (const std::string& name : node.files()) add_lines(node.read_file(name), made.lines);
      if (trial_.received) std::ranges::move(trial_.received(), std::back_inserter(made.lines));
    }
    std::ranges::sort(made.lines);
    return made;
  }

  Outcome whole(size_t piece_size) const {
    const auto node = begin();
    if (is_source()) {
      node->run(kMaxSlices);
    } else {
      for (const auto& piece : pieces(piece_size)) give(*node, piece);
      end(*node);
    }
    return outcome(*node);
  }

  /// Checkpoint behind piece `at`, then more input, then a restart, then the rest.
  Outcome restarted(size_t piece_size, size_t at) const {
    const auto node = begin();
    const auto all = pieces(piece_size);
    const size_t ahead = std::min(all.size(), at + 2);
    for (size_t i = 0; i < ahead; ++i) {
      if (i == at) checkpoint(*node);
      give(*node, all[i]);
    }
    node->restart(at + 1);
    for (size_t i = ahead; i < all.size(); ++i) give(*node, all[i]);
    end(*node);
    return outcome(*node);
  }

  /// A source: so many slices, a checkpoint, so many more, a restart, and to the end.
  Outcome restarted_source(size_t slices) const {
    const auto node = begin();
    if (slices > 0) node->run(slices);
    node->checkpoint();
    node->run(slices + 1);
    node->restart(slices + 1);
    node->run(kMaxSlices);
    return outcome(*node);
  }

  static constexpr uint64_t kMaxSlices = 10'000;
  static constexpr std::chrono::seconds kPatience{10};  ///< With an answer from outside.

 private:
  static constexpr const char* kNothingCame =
      "it waits, and for 10 s no thread of its own has given it anything to do. Does it signal its handle, "
      "and does the receiver answer all?";

  static void add_lines(const std::string& bytes, std::vector<std::string>& lines) {
    for (size_t at = 0; at < bytes.size();) {
      const size_t end = std::min(bytes.find('\n', at), bytes.size());
      lines.push_back(bytes.substr(at, end - at));
      at = end + 1;
    }
  }
  const Subject& subject_;
  const Trial& trial_;
};

inline void expect_same(const Outcome& found, const Outcome& wanted, const Trial& trial,
                        const std::string& how) {
  EXPECT_EQ(found.fault, "") << how;
  std::vector<std::string> lines = found.lines;
  if (trial.may_repeat) {
    std::vector<std::string> once = wanted.lines;
    lines.erase(std::ranges::unique(lines).begin(), lines.end());
    once.erase(std::ranges::unique(once).begin(), once.end());
    EXPECT_EQ(lines, once) << how;
    return;
  }
  EXPECT_EQ(lines, wanted.lines) << how;
}

}  // namespace detail

/// Batches and byte runs may be cut anywhere.
inline void expect_same_rows_however_cut(const Subject& subject, const Trial& trial) {
  const detail::ConformanceRun run(subject, trial);
  const detail::Outcome whole = run.whole(0);
  ASSERT_EQ(whole.fault, "");
  ASSERT_FALSE(whole.lines.empty()) << "the trial gives nothing to compare";
  for (const size_t size : {1, 2, 3, 7}) {
    if (size < run.pieces(1).size())
      detail::expect_same(run.whole(size), whole, trial, "cut into pieces of " + std::to_string(size));
  }
}

/// Checkpoint and restart, with more input between the two, anywhere.
inline void expect_same_rows_after_a_restart(const Subject& subject, const Trial& trial) {
  const detail::ConformanceRun run(subject, trial);
  const detail::Outcome whole = run.whole(0);
  ASSERT_EQ(whole.fault, "");
  if (run.is_source()) {
    for (const size_t slices : {0, 1, 2, 5})
      detail::expect_same(run.restarted_source(slices), whole, trial,
                          "restarted after " + std::to_string(slices) + " slices");
    return;
  }
  const size_t count = run.pieces(1).size();
  const size_t size = std::max<size_t>(1, count / 16);  // At most about 16 places.
  for (size_t at = 0; at < run.pieces(size).size(); ++at)
    detail::expect_same(run.restarted(size, at), whole, trial,
                        "checkpoint before " + std::to_string(at * size) + ", restarted behind it");
}

/// An option that does not exist, and those of the trial.
inline void expect_bad_options_are_named(const Subject& subject, const Trial& trial) {
  Subject bad = subject;
  bad.options += "\nno_such_option: 1";
  EXPECT_THAT(NodeHarness(bad).fault(), testing::HasSubstr("no_such_option"));
  for (const BadOptions& one : trial.bad_options) {
    bad.options = one.options;
    EXPECT_THAT(NodeHarness(bad).fault(), testing::HasSubstr(one.fault)) << one.options;
  }
}

namespace detail {

/// Cancels a node while it runs. Returns how long it took to stop.
inline std::chrono::steady_clock::duration time_to_cancel(const Subject& subject, const Trial& trial) {
  const ConformanceRun run(subject, trial);
  const auto node = run.begin();
  EXPECT_EQ(node->fault(), "");
  std::atomic<bool> is_running{false};
  std::thread runner([&] {
    for (int turn = 0; turn < 1000; ++turn) {
      if (!run.is_source()) {
        if (subject.kind == Subject::Kind::kDecoder) {
          node->give_bytes(trial.bytes);
        } else {
          node->give(rows_of(node->schema_of("in"), trial.rows).value());
        }
      }
      const NodeHarness::State state = node->run(100);
      is_running.store(true);
      is_running.notify_one();
      if (state == NodeHarness::State::kComplete || state == NodeHarness::State::kFailed) return;
      if (trial.received && state == NodeHarness::State::kWaiting)
        node->wait_for_others(ConformanceRun::kPatience);
    }
  });
  is_running.wait(false);
  const auto began = std::chrono::steady_clock::now();
  node->cancel();
  runner.join();
  return std::chrono::steady_clock::now() - began;
}

}  // namespace detail

/// Cancelled while it runs, it returns within 100 ms. Of five attempts the fastest counts: on a busy machine
/// one may have to wait for others.
inline void expect_cancel_returns_soon(const Subject& subject, const Trial& trial) {
  constexpr std::chrono::milliseconds kSoon(100);
  auto fastest = detail::time_to_cancel(subject, trial);
  for (int attempt = 1; attempt < 5 && fastest >= kSoon; ++attempt)
    fastest = std::min(fastest, detail::time_to_cancel(subject, trial));
  EXPECT_LT(fastest, kSoon);
}

/// All four promises, each in a trace of its own.
inline void expect_conforms(const Subject& subject, const Trial& trial) {
  {
    SCOPED_TRACE("however the input is cut");
    if (subject.kind != Subject::Kind::kSource) expect_same_rows_however_cut(subject, trial);
  }
  {
    SCOPED_TRACE("checkpoint and restart");
    expect_same_rows_after_a_restart(subject, trial);
  }
  {
    SCOPED_TRACE("bad options");
    expect_bad_options_are_named(subject, trial);
  }
  {
    SCOPED_TRACE("cancel");
    expect_cancel_returns_soon(subject, trial);
  }
}

}  // namespace weir::test
