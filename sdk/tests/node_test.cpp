// Sources, sinks and transforms with signals, each called through its C table as the host calls it.
#include <gmock/gmock.h>

#include <array>
#include <optional>

#include "test_host.hpp"
#include "weir/sink.hpp"
#include "weir/source.hpp"
#include "weir/transactional_sink.hpp"
#include "weir/transform.hpp"

namespace {

using testing::ElementsAre;

weir::Batch numbers(std::initializer_list<int64_t> values) {
  weir::ColumnBuilder<int64_t> made;
  for (const int64_t value : values) made.append(value);
  const std::array columns = {std::move(made).finish()};
  return weir::Batch::make(values.size(), columns);
}

// Three rows in two batches, then the end.
class Counter final : public weir::Source {
 public:
  weir::Result<weir::Schema> bind() override { return weir::Schema::parse("n: int64"); }
  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    if (offsets[0].offset.token != "two") return weir::Status::invalid("no such token");
    next_ = offsets[0].offset.position;
    return {};
  }
  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    if (partition_ == 0) partition_ = output.partition_found("all");
    if (next_ == 3) return weir::Progress::finished();
    if (next_ == 2 && !waited_) {
      waited_ = true;
      return weir::Progress::not_ready_until(77);
    }
    if (next_ == 0) {
      output.emit(partition_, numbers({0, 1}), 0, {2, "two"});
      next_ = 2;
    } else {
      output.emit(partition_, numbers({2}), 2, {3, "three"});
      output.partition_ended(partition_);
      next_ = 3;
    }
    return weir::Progress::done();
  }

 private:
  uint32_t partition_ = 0;
  int64_t next_ = 0;
  bool waited_ = false;
};

// Refuses odd numbers, is not ready for a batch that begins with 100, throws at 666.
class Even final : public weir::TransactionalSink {
 public:
  weir::Status bind(std::span<const weir::Input>) override { return {}; }
  weir::Result<weir::Progress> write(const weir::Batch& batch, size_t, weir::Emitter& output) override {
    const auto n = batch.column<int64_t>(0);
    if (n[0] == 666) throw std::runtime_error("the disk is on fire");
    if (n[0] == 100) return weir::Progress::retry_after(std::chrono::seconds(2), "the queue is full");
    for (size_t i = 0; i < n.size(); ++i) {
      if (n[i] % 2 != 0) {
        output.reject(batch, i, "odd", "an odd number", "n");
      } else {
        sum_ += n[i];
      }
    }
    return weir::Progress::done();
  }
  weir::Result<std::string> prepare(uint64_t epoch, std::span<const weir::PartitionOffset> at) override {
    return std::to_string(epoch) + ":" + at[0].partition + ":" + std::to_string(sum_);
  }
  weir::Status commit(std::string_view token) override {
    names_.emplace_back(token);
    return {};
  }
  weir::Status abort(std::string_view) override { return {}; }
  weir::Status recover(std::span<const std::string_view> tokens) override {
    return weir::Status::invalid("asked to recover " + std::to_string(tokens.size()));
  }
  void written(const std::function<void(std::string_view)>& note) const override {
    for (const std::string& name : names_) note(name);
  }

 private:
  int64_t sum_ = 0;
  std::vector<std::string> names_;
};

class Node {
 public:
  Node(std::string_view name, std::vector<weir_value> options = {}, std::string_view schema = "n: int64")
      : c(find_component(name)), schema_(weir::Schema::parse(schema).value()) {
    EXPECT_EQ(c->create(weir::host(), options.data(), options.size(), &node_, &fault), 0) << fault.message;
    weir_bind_input input{};
    input.struct_size = sizeof(input);
    input.schema = schema_.get();
    const weir_binding* binding = nullptr;
    EXPECT_EQ(c->bind(node_, &input, c->input_count, &binding, &fault), 0) << fault.message;
    const weir_instance_info info{sizeof(info), WEIR_MODE_WHOLE, 0, 1, &context};
    EXPECT_EQ(c->instance_new(node_, &info, &it, &fault), 0) << fault.message;
  }
  ~Node() {
    c->instance_free(it);
    c->destroy(node_);
  }
  weir_answer write(weir_batch* batch) { return c->sink->write(it, &call, 0, batch, &wake, &fault); }

  const weir_component* c;
  weir_instance* it = nullptr;
  TestContext context;
  weir_call call{sizeof(call), 0, 1 << 20, 0};
  weir_wake wake{};
  weir_fault fault{};

 private:
  weir::CSchema schema_;
  weir_node* node_ = nullptr;
};

TEST(Source, GivesRowsWithPlacesWaitsAndFinishes) {
  Node node("test_counter");
  const auto poll = [&] { return node.c->source->poll(node.it, &node.call, &node.wake, &node.fault); };
  EXPECT_EQ(poll(), WEIR_DONE);
  EXPECT_EQ(poll(), WEIR_NOT_READY);
  EXPECT_EQ(node.wake.until_ns, 77);
  EXPECT_EQ(poll(), WEIR_DONE);
  EXPECT_EQ(poll(), WEIR_FINISHED);
  EXPECT_THAT(node.context.partitions, ElementsAre("all"));
  EXPECT_THAT(node.context.emissions, ElementsAre("1@2/two: 0, 1", "1@3/three: 2", "1 event 1"));
}

TEST(Source, GoesOnWhereItIsToldAndRefusesPlacesThatItDoesNotKnow) {
  Node node("test_counter");
  weir_partition_offset at{weir::as_str("all"), {2, weir::as_str("other")}};
  EXPECT_EQ(node.c->source->restore(node.it, &at, 1, &node.fault), 1);
  EXPECT_STREQ(node.fault.message, "no such token");
  at.offset.token = weir::as_str("two");
  EXPECT_EQ(node.c->source->restore(node.it, &at, 1, &node.fault), 0);
}

TEST(Sink, RefusedRowsGoToErrorsAndTheOthersIntoTheToken) {
  Node node("test_even");
  EXPECT_EQ(node.write(numbers({2, 3, 4}).release()), WEIR_DONE);
  EXPECT_THAT(node.context.rejections, ElementsAre("1 odd: an odd number [n]"));
  const weir_partition_offset at{weir::as_str("p"), {9, {}}};
  weir_token token{};
  ASSERT_EQ(node.c->sink->prepare(node.it, 5, &at, 1, &token, &node.fault), 0);
  EXPECT_EQ(weir::as_view(token.bytes), "5:p:6");
  ASSERT_EQ(node.c->sink->commit(node.it, token.bytes, &node.fault), 0);
  std::vector<std::string> paths;
  node.c->sink->written(
      node.it,
      [](void* to, weir_str path) {
        static_cast<std::vector<std::string>*>(to)->emplace_back(weir::as_view(path));
      },
      &paths);
  EXPECT_THAT(paths, ElementsAre("5:p:6"));
  EXPECT_EQ(node.c->sink->recover(node.it, &token.bytes, 1, &node.fault), 1);
  EXPECT_STREQ(node.fault.message, "asked to recover 1");
}

TEST(Sink, ARetryLeavesTheBatchToTheHost) {
  Node node("test_even");
  const weir::Batch batch = numbers({100});
  weir::Batch given = batch.share();
  weir_batch* raw = given.release();
  EXPECT_EQ(node.write(raw), WEIR_RETRY);
  EXPECT_STREQ(node.fault.message, "the queue is full");
  EXPECT_EQ(node.wake.until_ns, 1000 + 2'000'000'000);
  EXPECT_EQ(weir::host()->batch_is_sole(batch.get()), 0);
  weir::host()->batch_release(raw);
  EXPECT_NE(weir::host()->batch_is_sole(batch.get()), 0);
}

TEST(Sink, AnExceptionBecomesAFault) {
  Node node("test_even");
  EXPECT_EQ(node.write(numbers({666}).release()), WEIR_FAILED);
  EXPECT_EQ(node.fault.code, 11);
  EXPECT_STREQ(node.fault.message, "the component threw: the disk is on fire");
}

TEST(Transform, SortsAtTheEndInPortionsThatTheBudgetAllows) {
  weir_value by{};
  by.struct_size = sizeof(by);
  by.kind = WEIR_OPTION_COLUMN;
  by.present = 1;
  Node node("sort_all", {by});
  const auto process = [&](weir_batch* batch) {
    return node.c->transform->process(node.it, &node.call, 0, batch, &node.wake, &node.fault);
  };
  weir::ColumnBuilder<int64_t> many;
  for (int64_t i = 0; i < 20000; ++i) many.append((i * 7919) % 20011);
  const std::array columns = {std::move(many).finish()};
  EXPECT_EQ(process(weir::Batch::make(20000, columns).release()), WEIR_DONE);
  EXPECT_EQ(process(numbers({-1}).release()), WEIR_DONE);
  node.call.emit_budget = 1;
  const weir_signal end{WEIR_SIGNAL_END, 0, 0, 0};
  weir_answer answer = node.c->transform->signal(node.it, &node.call, &end, &node.fault);
  int calls = 1;
  for (; answer == WEIR_MORE; ++calls)
    answer = node.c->transform->signal(node.it, &node.call, nullptr, &node.fault);
  EXPECT_EQ(answer, WEIR_DONE);
  EXPECT_EQ(calls, 3);
  int64_t before = -2;
  size_t rows = 0;
  for (const auto& output : node.context.outputs)
    for (const int64_t value : output.batch.column<int64_t>(0).values()) {
      EXPECT_GT(value, before);
      before = value;
      ++rows;
    }
  EXPECT_EQ(rows, 20001U);
}

}  // namespace

WEIR_SOURCE(Counter, weir::NoOptions, "test_counter", "Three numbers.", weir::traits(weir::Trait::kBounded));
WEIR_SINK(Even, weir::NoOptions, "test_even", "Takes even numbers.");
