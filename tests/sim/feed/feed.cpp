// feed: a broker outside the simulated machine, and the source that reads it.
//
//   events: {type: feed, topic: events.topic, partitions: 3, rows: 700, keys: 5, seed: 9, batch_rows: 40}
//
// Out: `ts`, `key`, `seq`, `x` (feed_rows.hpp). The broker forgets what was acknowledged, whatever becomes of
// the process: a run that goes on from before that place loses rows. It is endless for the plan, and ends.
// `topic` is a file that must be there: who makes it anew has a topic of which nothing was acknowledged.
// With `silent_until`, one more partition is there that has no row and is over when that directory holds a
// file. The source fails if none comes while the others give rows for long.
#include <weir/builder.hpp>
#include <weir/files.hpp>
#include <weir/host.hpp>
#include <weir/source.hpp>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "feed_rows.hpp"

namespace {

/// What each topic has forgotten: the first row of a partition that is still there.
///
/// Threads: any, at once.
class Broker {
 public:
  int64_t first(uint64_t topic, const std::string& partition) {
    const std::lock_guard lock(mutex_);
    return firsts_[topic][partition];
  }
  void acknowledge(uint64_t topic, const std::string& partition, int64_t position) {
    const std::lock_guard lock(mutex_);
    int64_t& first = firsts_[topic][partition];
    first = std::max(first, position);
  }

 private:
  std::mutex mutex_;
  std::map<uint64_t, std::map<std::string, int64_t>> firsts_;  // Guarded by mutex_.
};

Broker& broker() {
  static Broker one;
  return one;
}

struct FeedOptions {
  weir::Path topic;
  int64_t partitions = 0;
  int64_t rows = 0;
  int64_t keys = 0;
  int64_t seed = 0;
  int64_t batch_rows = 0;
  weir::Duration pause{};
  weir::Duration begins_after{};
  std::optional<weir::Path> silent_until;
};

class Feed final : public weir::Source {
 public:
  explicit Feed(FeedOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind() override {
    weir::Schema schema;
    schema.fields.push_back({"ts", weir::Type::kTimestamp, false});
    schema.fields.push_back({"key", weir::Type::kString, false});
    schema.fields.push_back({"seq", weir::Type::kInt64, false});
    schema.fields.push_back({"x", weir::Type::kInt64, false});
    return schema;
  }

  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    for (const weir::PartitionOffset& offset : offsets) restored_[offset.partition] = offset.offset.position;
    return {};
  }

  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    const int64_t now_ns = weir::host()->monotonic_ns(weir::host());
    if (partitions_.empty()) {
      WEIR_RETURN_IF_ERROR(find_partitions(output));
      rests_until_ns_ = now_ns + options_.begins_after.count() * 1000;
    }
    if (now_ns < rests_until_ns_) return weir::Progress::not_ready_until(rests_until_ns_);
    const uint64_t chance =
        weir::simulated::mixed(static_cast<uint64_t>(options_.seed) + 77 * static_cast<uint64_t>(++polls_));
    // A broker has nothing now and then.
    if (chance % 16 == 0) return weir::Progress::not_ready_until(now_ns + 3'000'000);
    for (size_t tried = 0; tried < partitions_.size(); ++tried) {
      Partition& partition = partitions_[(chance / 16 + tried) % partitions_.size()];
      if (partition.has_ended) continue;
      give(partition, output);
      if (options_.pause.count() == 0) return weir::Progress::done();
      rests_until_ns_ = now_ns + options_.pause.count() * 1000;
      return weir::Progress::not_ready_until(rests_until_ns_);
    }
    if (options_.silent_until) return wait_in_silence(now_ns);
    return weir::Progress::finished();
  }

  weir::Status durable(std::span<const weir::PartitionOffset> offsets) override {
    WEIR_RETURN_IF_ERROR(find_topic());
    for (const weir::PartitionOffset& offset : offsets)
      broker().acknowledge(topic_, offset.partition, offset.offset.position);
    return {};
  }

 private:
  struct Partition {
    uint32_t id = 0;
    int64_t next = 0;
    bool has_ended = false;
  };

  weir::Status find_topic() {
    WEIR_ASSIGN_OR_RETURN(const weir_file_info topic, weir::files::info(options_.topic.text));
    topic_ = topic.inode;
    return {};
  }

  weir::Status find_partitions(weir::RowOutput& output) {
    WEIR_RETURN_IF_ERROR(find_topic());
    for (int64_t i = 0; i < options_.partitions; ++i) {
      const std::string name = std::to_string(i);
      const auto restored = restored_.find(name);
      const int64_t wanted = restored == restored_.end() ? 0 : restored->second;
      partitions_.push_back(
          {output.partition_found(name), std::max(wanted, broker().first(topic_, name)), false});
    }
    if (options_.silent_until) output.partition_found("silent");
    return {};
  }

  /// The others are over.
  weir::Result<weir::Progress> wait_in_silence(int64_t now_ns) {
    constexpr int64_t kWaits = 200;
    // With fewer batches than that in this life, nobody could have heard that the partition is silent and
    // then seen the time of the others pass.
    constexpr int64_t kBatchesThatTell = 60;
    const auto files = weir::files::list(options_.silent_until->text);
    const bool is_over = files.is_ok() && std::ranges::any_of(*files, [](const std::string& name) {
                           return !name.starts_with(".");
                         });
    if (is_over || (waits_ == kWaits && given_ < kBatchesThatTell)) return weir::Progress::finished();
    rests_until_ns_ = now_ns + 50'000'000;  // Whoever asks earlier hears it again.
    if (waits_++ < kWaits) return weir::Progress::not_ready_until(rests_until_ns_);
    return weir::Status::invalid("a partition was silent, and what the other gave did not come out");
  }

  void give(Partition& partition, weir::RowOutput& output) {
    ++given_;
    const int64_t first = partition.next;
    const int64_t end = std::min(options_.rows, first + options_.batch_rows);
    if (first >= end) {
      partition.has_ended = true;
      output.partition_ended(partition.id);
      return;
    }
    const auto number = static_cast<uint64_t>(&partition - partitions_.data());
    weir::ColumnBuilder<int64_t> ts(weir::Type::kTimestamp);
    weir::StringBuilder key;
    weir::ColumnBuilder<int64_t> seq;
    weir::ColumnBuilder<int64_t> x;
    for (int64_t i = first; i < end; ++i) {
      const weir::simulated::FeedRow row =
          weir::simulated::feed_row(static_cast<uint64_t>(options_.seed), number, static_cast<uint64_t>(i),
                                    static_cast<uint64_t>(options_.keys));
      ts.append(row.ts_us);
      key.append(row.key);
      seq.append(row.seq);
      x.append(row.x);
    }
    partition.next = end;
    std::vector<weir::Column> columns;
    columns.push_back(std::move(ts).finish());
    columns.push_back(std::move(key).finish());
    columns.push_back(std::move(seq).finish());
    columns.push_back(std::move(x).finish());
    output.emit(partition.id, weir::Batch::make(static_cast<size_t>(end - first), columns), first, {end, {}});
  }

  const FeedOptions options_;
  uint64_t topic_ = 0;
  std::map<std::string, int64_t> restored_;
  std::vector<Partition> partitions_;
  int64_t polls_ = 0;
  int64_t rests_until_ns_ = 0;
  int64_t given_ = 0;  // Batches.
  int64_t waits_ = 0;  // For the end of the silent partition.
};
}  // namespace

WEIR_SOURCE(Feed, FeedOptions, "feed", "Read a broker that forgets what was acknowledged.",
            weir::traits(weir::Trait::kReplayable),
            weir::required("topic", &FeedOptions::topic, "Whose rows the broker keeps apart."),
            weir::required("partitions", &FeedOptions::partitions, "How many.", weir::range(1, 100)),
            weir::required("rows", &FeedOptions::rows, "In each partition.", weir::range(1, 1e9)),
            weir::required("keys", &FeedOptions::keys, "In each partition.", weir::range(1, 1e9)),
            weir::required("seed", &FeedOptions::seed, "What the rows depend on."),
            weir::required("batch_rows", &FeedOptions::batch_rows, "Rows in a batch.", weir::range(1, 8192)),
            weir::optional("pause", &FeedOptions::pause, "0s",
                           "After each batch, in the poll that gives it."),
            weir::optional("begins_after", &FeedOptions::begins_after, "0s", "Before the first batch."),
            weir::optional("silent_until", &FeedOptions::silent_until,
                           "A directory; one more partition has nothing until a file is there."));
