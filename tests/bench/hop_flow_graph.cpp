// What the benchmark's chains cost in oneTBB's flow graph:
//
//   hop_flow_graph POLICY NODES FAN_OUT ROWS BATCHES
//
// A source gives one batch of ten columns again and again, as a shared pointer; then come NODES serial nodes
// that do nothing but what Weir counts for each node too (rows, batches, and the time of one batch in
// sixteen); FAN_OUT such chains hang on the source, and a counting end on each. POLICY is `queueing`, what a
// node has unless it says otherwise, or `lightweight`, where the sender's thread runs it. Prints the
// nanoseconds between the first batch at the end and the last.
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <memory>
#include <string_view>
#include <vector>

namespace {

namespace flow = oneapi::tbb::flow;
using Clock = std::chrono::steady_clock;

struct Rows {
  size_t count = 0;
  std::vector<std::vector<int64_t>> columns;
};
using Message = std::shared_ptr<const Rows>;

int64_t processor_ns() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

struct Counters {
  std::atomic<uint64_t> rows{0};
  std::atomic<uint64_t> batches{0};
  std::atomic<int64_t> busy_ns{0};
};

void add_alone(auto& counter, auto amount) {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

constexpr uint64_t kSampledBatches = 16;

/// What a node that does nothing does for its counters.
void count(Counters& counters, const Message& batch) noexcept {
  const uint64_t before = counters.batches.load(std::memory_order_relaxed);
  const bool is_timed = before % kSampledBatches == 0;
  const auto began = is_timed ? Clock::now() : Clock::time_point();
  add_alone(counters.rows, batch->count);
  add_alone(counters.batches, uint64_t{1});
  if (is_timed) add_alone(counters.busy_ns, (Clock::now() - began).count());
}

template <class Policy>
int measure(size_t nodes, size_t fan_out, size_t rows, size_t batches) {
  const oneapi::tbb::global_control workers(oneapi::tbb::global_control::max_allowed_parallelism, 1);
  auto made = std::make_shared<Rows>();
  made->count = rows;
  made->columns.assign(10, std::vector<int64_t>(rows));
  const Message batch = made;
  flow::graph graph;
  size_t sent = 0;
  flow::input_node<Message> source(graph, [&](oneapi::tbb::flow_control& control) -> Message {
    if (sent++ < batches) return batch;
    control.stop();
    return {};
  });
  std::deque<Counters> counters;
  std::deque<flow::function_node<Message, Message, Policy>> chain;
  std::deque<flow::function_node<Message, flow::continue_msg, Policy>> ends;
  std::atomic<size_t> arrived{0};
  for (size_t branch = 0; branch < fan_out; ++branch) {
    flow::sender<Message>* from = &source;
    for (size_t i = 0; i < nodes; ++i) {
      Counters& own = counters.emplace_back();
      chain.emplace_back(graph, flow::serial, [&own](const Message& in) noexcept {
        count(own, in);
        return in;
      });
      flow::make_edge(*from, chain.back());
      from = &chain.back();
    }
    Counters& own = counters.emplace_back();
    ends.emplace_back(graph, flow::serial, [&own, &arrived](const Message& in) noexcept {
      count(own, in);
      arrived.fetch_add(1, std::memory_order_relaxed);
      return flow::continue_msg();
    });
    flow::make_edge(*from, ends.back());
  }
  const int64_t began_ns = processor_ns();
  source.activate();
  graph.wait_for_all();
  const int64_t took_ns = processor_ns() - began_ns;
  if (arrived != batches * fan_out) return std::fputs("batches were lost\n", stderr), 1;
  std::printf("%lld %zu\n", static_cast<long long>(took_ns), batches);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string_view policy = count == 6 ? words[1] : "";
  if (policy != "queueing" && policy != "lightweight") {
    std::fputs("usage: hop_flow_graph queueing|lightweight NODES FAN_OUT ROWS BATCHES\n", stderr);
    return 2;
  }
  std::vector<size_t> numbers;
  for (int i = 2; i < count; ++i) numbers.push_back(std::strtoull(words[i], nullptr, 10));
  const auto run = policy == "queueing" ? measure<flow::queueing> : measure<flow::queueing_lightweight>;
  return run(numbers[0], numbers[1], numbers[2], numbers[3]);
}
