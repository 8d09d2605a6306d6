// What the benchmark's chains cost in oneTBB's flow graph:
//
//   hop_flow_graph NODES FAN_OUT ROWS BATCHES THREADS
//
// A source gives one batch of ten columns again and again, as a shared pointer; then come NODES serial nodes
// that do nothing but what Weir counts for each node too (rows, batches, busy time); FAN_OUT such chains hang
// on the source, and a counting end on each. Prints the nanoseconds between the first batch at the end and
// the last.
#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <vector>

namespace {

namespace flow = oneapi::tbb::flow;
using Clock = std::chrono::steady_clock;

struct Rows {
  size_t count = 0;
  std::vector<std::vector<int64_t>> columns;
};
using Message = std::shared_ptr<const Rows>;

struct Counters {
  std::atomic<uint64_t> rows{0};
  std::atomic<uint64_t> batches{0};
  std::atomic<int64_t> busy_ns{0};
};

void add_alone(auto& counter, auto amount) {
  counter.store(counter.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
}

Message pass(Counters& counters, const Message& batch) {
  const auto began = Clock::now();
  add_alone(counters.rows, batch->count);
  add_alone(counters.batches, uint64_t{1});
  add_alone(counters.busy_ns, (Clock::now() - began).count());
  return batch;
}

int measure(size_t nodes, size_t fan_out, size_t rows, size_t batches, size_t threads) {
  const oneapi::tbb::global_control workers(oneapi::tbb::global_control::max_allowed_parallelism, threads);
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
  std::deque<flow::function_node<Message, Message>> chain;
  std::deque<flow::function_node<Message, flow::continue_msg>> ends;
  std::vector<Clock::time_point> began(fan_out);
  std::atomic<size_t> arrived{0};
  for (size_t branch = 0; branch < fan_out; ++branch) {
    flow::sender<Message>* from = &source;
    for (size_t i = 0; i < nodes; ++i) {
      Counters& own = counters.emplace_back();
      chain.emplace_back(graph, flow::serial, [&own](const Message& in) { return pass(own, in); });
      flow::make_edge(*from, chain.back());
      from = &chain.back();
    }
    Counters& own = counters.emplace_back();
    ends.emplace_back(graph, flow::serial, [&own, &arrived, at = &began[branch]](const Message& in) {
      if (own.batches.load(std::memory_order_relaxed) == 0) *at = Clock::now();
      pass(own, in);
      arrived.fetch_add(1, std::memory_order_relaxed);
      return flow::continue_msg();
    });
    flow::make_edge(*from, ends.back());
  }
  source.activate();
  graph.wait_for_all();
  const std::chrono::nanoseconds took = Clock::now() - began.front();
  if (arrived != batches * fan_out) return std::fputs("batches were lost\n", stderr), 1;
  std::printf("%lld %zu\n", static_cast<long long>(took.count()), batches);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count != 6) return std::fputs("usage: hop_flow_graph NODES FAN_OUT ROWS BATCHES THREADS\n", stderr), 2;
  std::vector<size_t> numbers;
  for (int i = 1; i < count; ++i) numbers.push_back(std::strtoull(words[i], nullptr, 10));
  return measure(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]);
}
