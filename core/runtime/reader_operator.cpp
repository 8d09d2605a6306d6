#include "runtime/reader_operator.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <weir/fault.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>

#include "runtime/operator_turn.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {
namespace {

constexpr size_t kShownBytes = 1024;  // Of an input that cannot be opened.
/// How far from a chunk's end a cut is looked for: what lies behind the cut is copied, so near is better.
constexpr size_t kCutDistances[] = {size_t{4} << 10, size_t{64} << 10, size_t{1} << 20};

/// What a format may want to see before it opens a partition.
constexpr size_t kHeadBytes = size_t{1} << 20;

ByteSegment copied(const ByteSegment& first, const ByteSegment& second) {
  ByteSegment whole;
  whole.size = first.size + second.size;
  whole.offset = first.offset;
  weir_buffer* const buffer = host()->buffer_new(host(), nullptr, std::max<size_t>(1, whole.size));
  if (buffer == nullptr)
    throw_fault(Code::kNoSpace, "no memory for a record of " + std::to_string(whole.size) + " bytes");
  whole.buffer = BufferRef(host(), buffer);
  whole.data = buffer->data;
  if (first.size > 0) std::memcpy(buffer->data, first.data, first.size);
  if (second.size > 0) std::memcpy(buffer->data + first.size, second.data, second.size);
  return whole;
}

ByteSegment part_of(const ByteSegment& segment, size_t from, size_t to) {
  ByteSegment part = segment;
  part.data += from;
  part.size = to - from;
  part.offset += static_cast<int64_t>(from);
  return part;
}

}  // namespace

ReaderOperator::ReaderOperator(OperatorSetup setup, const BoundNode& node, std::shared_ptr<SeamBoard> board)
    : RootSource(std::move(setup)), node_(node), board_(std::move(board)) {
  context_.op = this;
  context_.account = &account();
}

ReaderOperator::~ReaderOperator() {
  if (instance_ != nullptr) node_.node->component()->instance_free(instance_);
}

Status ReaderOperator::start() {
  begun_epoch_ = run().wanted_epoch();  // The checkpoint that the run goes on from is not to be taken again.
  const weir_component& component = *node_.node->component();
  weir_fault fault{};
  const weir_instance_info info{sizeof(info), WEIR_MODE_WHOLE, 0, 1, &context_};
  WEIR_RETURN_IF_ERROR(
      status_of(component.instance_new(node_.node->get(), &info, &instance_, &fault), fault));
  if (was_ended()) {
    // It is not asked again, and where it stood is where it stands.
    for (const SourcePosition& position : restored_) partition_found(position.partition);
    finish_inputs();
    return {};
  }
  if (restored_.empty()) return {};
  has_opened_ = true;
  const std::vector<weir_partition_offset> offsets = offsets_of(restored_);
  return status_of(component.source->restore(instance_, offsets.data(), offsets.size(), &fault), fault);
}

void ReaderOperator::cancel() {
  const weir_component& component = *node_.node->component();
  if (component.cancel != nullptr && instance_ != nullptr) component.cancel(instance_);
}

Status ReaderOperator::committed(uint64_t epoch) {
  return tell_durable(*node_.node->component(), instance_, board_->take_told(epoch));
}

void ReaderOperator::progress(int64_t& done, int64_t& total) const {
  const weir_source_calls& calls = *node_.node->component()->source;
  if (calls.progress == nullptr || instance_ == nullptr) return;
  int64_t own_done = 0;
  int64_t own_total = -1;
  calls.progress(instance_, &own_done, &own_total);
  done += own_done;
  if (own_total >= 0) total = (total < 0 ? 0 : total) + own_total;
}

RootSource::Polled ReaderOperator::poll() {
  if (is_ended()) return Polled::kEnded;
  if (begin_barrier()) return Polled::kWorked;
  if (run().is_stopping()) return Polled::kWaiting;
  if (is_finished()) return end();
  weir_call call{sizeof(call), 0, stage().emit_budget(), run().world().clock.monotonic_ns()};
  weir_wake wake{nullptr, INT64_MAX};
  weir_fault fault{};
  weir_answer answer;
  {
    const OperatorTurn turn(stage(), *this);
    answer = node_.node->component()->source->poll(instance_, &call, &wake, &fault);
  }
  if (!fault_.is_ok()) {
    fail(fault_);
    return Polled::kWaiting;
  }
  switch (answer) {
    case WEIR_FAILED:
      fail(fault);
      return Polled::kWaiting;
    case WEIR_FINISHED:
      return end();
    case WEIR_NOT_READY:
    case WEIR_RETRY:
      if (wake.until_ns != INT64_MAX) stage().wake_at(wake.until_ns);
      return Polled::kWaiting;
    default:
      return Polled::kWorked;
  }
}

RootSource::Polled ReaderOperator::end() {
  // Where nothing at all could be opened, the format is wrong and not a file.
  if (!refusal_.is_ok() && !has_opened_) {
    fail(refusal_);
    return Polled::kWaiting;
  }
  board_->barrier_before(UINT64_MAX, next_range_);
  deliver(weir_signal{WEIR_SIGNAL_END, 0, 0, 0});
  return Polled::kWorked;
}

bool ReaderOperator::begin_barrier() {
  const uint64_t epoch = run().wanted_epoch();
  if (epoch <= begun_epoch_) return false;
  begun_epoch_ = epoch;
  board_->barrier_before(epoch, next_range_);
  deliver(weir_signal{WEIR_SIGNAL_BARRIER, 0, 0, epoch});
  return true;
}

uint32_t ReaderOperator::partition_found(std::string name) {
  if (const auto known = ids_.find(name); known != ids_.end()) return known->second;
  const uint32_t id = run().partition_id(node_.name, name);
  ids_.emplace(name, id);
  Partition& partition = partitions_[id];
  partition.name = name;
  const auto restored = std::ranges::find(restored_, name, &SourcePosition::partition);
  if (restored != restored_.end()) {
    partition.restored = *restored;
    partition.skip = restored->skip;
  }
  board_->found(id, name, partition.restored);
  return id;
}

void ReaderOperator::partition_event(uint32_t id, uint32_t event) {
  if (event == WEIR_PARTITION_ENDED) partitions_.erase(id);
}

void ReaderOperator::emit_bytes(const weir_bytes_chunk& chunk) {
  ByteSegment segment;
  segment.buffer = BufferRef(host(), chunk.buffer);
  segment.data = chunk.buffer->data;
  segment.size = chunk.buffer->size;
  segment.offset = chunk.start.position;
  // All of it was decoded before the restart, its end too.
  if (partitions_.at(chunk.partition).restored.is_ended) return;
  metrics().bytes_out.add_alone(segment.size);
  Partition& partition = partitions_.at(chunk.partition);
  partition.chunks.push_back({chunk.start.position, std::string(as_view(chunk.start.token))});
  const size_t skipped = std::min<size_t>(partition.skip, segment.size);
  partition.skip -= skipped;
  segment = part_of(segment, skipped, segment.size);
  const bool is_last = (chunk.flags & WEIR_BYTES_LAST) != 0;
  if (!partition.decoding) {
    if (partition.carry.size > 0) segment = copied(std::exchange(partition.carry, {}), segment);
    const Status opened = open(partition, chunk.partition, segment);
    const bool is_bad_data = opened.code() == Code::kInvalid || opened.code() == Code::kCorrupt;
    if (is_bad_data && !is_last && segment.size < kHeadBytes) {
      // A slow source may have given half a header: more of it may make sense.
      partition.carry = std::move(segment);
      return;
    }
    if (!opened.is_ok() && is_bad_data) return refuse(partition, chunk.partition, std::move(segment), opened);
    fault_ = opened;
    if (!fault_.is_ok()) return;
    has_opened_ = true;
  }
  if (partition.decoding->refusal) return;
  cut(partition, std::move(segment), is_last);
}

Status ReaderOperator::open(Partition& partition, uint32_t id, ByteSegment& first) {
  const BoundFormat& format = *node_.format;
  auto decoding = std::make_shared<PartitionDecoding>();
  decoding->partition = id;
  decoding->name = partition.name;
  decoding->calls = format.node->component()->decoder;
  // After a restart in the middle of a partition, what its first bytes said was kept with the position.
  const bool is_beginning = first.offset == 0;
  const weir_str head = is_beginning ? weir_str{reinterpret_cast<const char*>(first.data), first.size}
                                     : as_str(partition.restored.head);
  size_t header_size = 0;
  weir_fault fault{};
  const int32_t code = decoding->calls->open(format.node->get(), as_str(partition.name), head,
                                             &decoding->context, &header_size, &fault);
  WEIR_RETURN_IF_ERROR(status_of(code, fault));
  WEIR_CHECK(header_size <= head.size);
  if (is_beginning) {
    board_->head(id, std::string(head.data, header_size));
    first = part_of(first, header_size, first.size);
  }
  const int64_t probe = decoding->calls->find_record(decoding->context, first.data, first.size, 0);
  decoding->is_splittable = probe != WEIR_NOT_SPLITTABLE;
  partition.decoding = std::move(decoding);
  return {};
}

void ReaderOperator::refuse(Partition& partition, uint32_t id, ByteSegment first, const Status& why) {
  const std::string_view text(reinterpret_cast<const char*>(first.data), first.size);
  const std::string_view line = text.substr(0, std::min(text.find('\n'), kShownBytes));
  auto decoding = std::make_shared<PartitionDecoding>();
  decoding->partition = id;
  decoding->name = partition.name;
  decoding->is_splittable = false;
  decoding->refusal =
      HeldRejection{-1, first.offset, "unreadable-input", std::string(why.message()), {}, std::string(line)};
  partition.decoding = std::move(decoding);
  refusal_ = why.with_context(partition.name);
  deal(partition, {std::move(first)}, true);
}

void ReaderOperator::cut(Partition& partition, ByteSegment chunk, bool is_last) {
  const PartitionDecoding& decoding = *partition.decoding;
  if (!decoding.is_splittable) {
    deal(partition, {std::move(chunk)}, is_last);
    return;
  }
  const auto record_at = [&](size_t from) {
    return decoding.calls->find_record(decoding.context, chunk.data, chunk.size, from);
  };
  std::vector<ByteSegment> segments;
  size_t begin = 0;
  if (partition.carry.size > 0 && chunk.size > 0) {
    const int64_t first = record_at(1);
    begin = first < 0 ? chunk.size : static_cast<size_t>(first);
    partition.carry = copied(partition.carry, part_of(chunk, 0, begin));
    if (first < 0 && !is_last) return;  // A record longer than a chunk.
  }
  if (partition.carry.size > 0) segments.push_back(std::exchange(partition.carry, {}));
  size_t end = chunk.size;
  if (!is_last) {
    int64_t found = WEIR_NOT_FOUND;
    for (const size_t distance : kCutDistances) {
      if (distance + begin >= chunk.size) break;
      found = record_at(chunk.size - distance);
      if (found >= 0) break;
    }
    if (found < 0 && begin < chunk.size) found = record_at(begin + 1);
    end = found < 0 ? begin : static_cast<size_t>(found);
    partition.carry = part_of(chunk, end, chunk.size);
  }
  if (end > begin) segments.push_back(part_of(chunk, begin, end));
  if (segments.empty() && !is_last) return;
  if (segments.empty()) segments.push_back(part_of(chunk, chunk.size, chunk.size));
  deal(partition, std::move(segments), is_last);
}

void ReaderOperator::deal(Partition& partition, std::vector<ByteSegment> segments, bool is_last) {
  auto range = std::make_unique<ByteRange>();
  range->index = next_range_++;
  range->partition = partition.decoding;
  range->is_last = is_last;
  range->chunks = partition.chunks;
  // The carry lies in the newest chunk, or in several when a record spans them: all are still needed then.
  if (partition.carry.size == 0 || partition.carry.offset >= partition.chunks.back().position) {
    partition.chunks.erase(partition.chunks.begin(), partition.chunks.end() - 1);
  }
  int64_t charge = 0;
  for (const ByteSegment& segment : segments) charge += static_cast<int64_t>(segment.size);
  range->segments = std::move(segments);
  Edge& lane = *lanes_[range->index % lanes_.size()];
  EdgeItem item;
  item.kind = EdgeItem::Kind::kBytes;
  item.charge_bytes = std::max<int64_t>(1, charge);
  item.range = std::move(range);
  stage().charge_emitted(charge);
  stage().send(lane, std::move(item));
}

}  // namespace weir
