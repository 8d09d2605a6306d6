#include "runtime/reader_operator.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <weir/fault.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>

#include "runtime/operator_turn.hpp"
#include "runtime/region_shared.hpp"
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
    : RootSource(std::move(setup), node), node_(node), board_(std::move(board)) {
  context_.op = this;
  context_.account = &account();
}

ReaderOperator::~ReaderOperator() {
  if (instance_ != nullptr) node_.node->component()->instance_free(instance_);
}

Status ReaderOperator::start() {
  begun_epoch_ =
      region().wanted_epoch();  // The checkpoint that the run goes on from is not to be taken again.
  const weir_component& component = *node_.node->component();
  weir_fault fault{};
  const weir_instance_info info{sizeof(info), WEIR_MODE_WHOLE, 0, 1, &context_};
  WEIR_RETURN_IF_ERROR(
      status_of(component.instance_new(node_.node->get(), &info, &instance_, &fault), fault));
  if (was_ended()) {
    // It is not asked again, and where it stood is where it stands.
    for (const SourcePosition& position : restored_) partition_found(position.partition);
    finish_inputs();
    return tell_durable(component, instance_, restored_);
  }
  // What cannot be read again begins anew.
  if ((component.traits & WEIR_TRAIT_REPLAYABLE) == 0) restored_.clear();
  if (restored_.empty()) return {};
  has_opened_ = true;
  board_->set_restored(restored_);
  return go_on_from(restored_, component, instance_);
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
  if (run().is_stopping() || has_caught_up()) return Polled::kWaiting;
  if (run().disk_room().must_wait(stage())) return Polled::kWaiting;
  if (is_finished()) return end();
  if (is_catching_up_) return catch_up();
  weir_call call{sizeof(call), 0, stage().emit_budget(), run().world().clock.monotonic_ns()};
  weir_wake wake{nullptr, INT64_MAX};
  weir_fault fault{};
  weir_answer answer;
  note_asked();
  {
    const OperatorTurn turn(stage(), *this);
    answer = node_.node->component()->source->poll(instance_, &call, &wake, &fault);
  }
  if (!fault_.is_ok()) {
    fail(fault_);
    return Polled::kWaiting;
  }
  const bool is_waiting = answer == WEIR_NOT_READY || answer == WEIR_RETRY;
  note_answered(is_waiting, wake);
  if (answer == WEIR_FINISHED) board_->all_found();
  for (const uint32_t partition : take_silent()) silent_.insert(partition);
  if (is_waiting) deal_carries();
  if (is_waiting || !silent_.empty()) tell_time();
  switch (answer) {
    case WEIR_FAILED:
      fail(fault);
      return Polled::kWaiting;
    case WEIR_FINISHED:
      return end();
    case WEIR_NOT_READY:
    case WEIR_RETRY:
      is_catching_up_ = run().is_until_now() && !node_.is_bounded;
      return is_catching_up_ ? catch_up() : wait_for(wake, node_.is_bounded);
    default:
      return Polled::kWorked;
  }
}

/// A run until now ends when the lanes are through with what is there and its time is told: the windows that
/// it closes are part of it. Until then the last of them wakes this stage. Asked first: a lane that is
/// through behind the telling would leave it untold.
RootSource::Polled ReaderOperator::catch_up() {
  if (!board_->is_settled_upto(next_range_, stage())) return Polled::kWaiting;
  tell_time();
  return caught_up();
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

void ReaderOperator::tell_time() {
  // A lane still has rows of it: its range, once settled, says how far time is, and wakes this stage.
  std::erase_if(silent_, [this](uint32_t partition) {
    const auto known = partitions_.find(partition);
    const uint64_t end = known == partitions_.end() ? next_range_ : known->second.dealt_end;
    if (!board_->is_settled_upto(end, stage())) return false;
    board_->set_aside(partition);
    announce_idle(partition);
    return true;
  });
  if (!board_->is_settled_upto(next_range_, stage())) return;
  if (const auto signal = board_->take_signal()) {
    if (signal->kind == WEIR_SIGNAL_WATERMARK) told_watermark_ = signal->time;
    return send_signal(*signal);
  }
  // Only the lane that settled a range told of it; the others have nothing that would carry it on.
  const int64_t watermark = board_->watermark();
  if (watermark <= told_watermark_) return;
  told_watermark_ = watermark;
  send_signal({WEIR_SIGNAL_WATERMARK, 0, watermark, 0});
}

void ReaderOperator::deal_carries() {
  for (auto& [id, partition] : partitions_) {
    if (partition.carry.size > 0 && partition.decoding)
      deal(partition, {std::exchange(partition.carry, {})}, false);
  }
}

void ReaderOperator::come_back(uint32_t partition) {
  silent_.erase(partition);
  silent_.erase(SilenceWatch::kItself);
  partition_has_rows(partition);
  if (const auto back = board_->come_back(partition)) send_signal(*back);
}

bool ReaderOperator::begin_barrier() {
  const uint64_t epoch = region().wanted_epoch();
  if (epoch <= begun_epoch_) return false;
  begun_epoch_ = epoch;
  board_->barrier_before(epoch, next_range_);
  deliver(weir_signal{WEIR_SIGNAL_BARRIER, 0, 0, epoch});
  return true;
}

uint32_t ReaderOperator::partition_found(std::string name) {
  if (const auto known = ids_.find(name); known != ids_.end()) {
    const auto [partition, is_again] = partitions_.try_emplace(known->second);
    if (!is_again) return known->second;
    // Its last ranges may still be on their way: what begins now takes the place of what they leave in their
    // order.
    partition->second.name = name;
    partition->second.begins_anew.emplace();
    return known->second;
  }
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
  if (!partition.restored.is_ended) partition_is_there(id);
  return id;
}

void ReaderOperator::partition_event(uint32_t id, uint32_t event) {
  if (event == WEIR_PARTITION_IDLE) {
    silent_.insert(id);
    return;
  }
  silent_.erase(id);
  partition_is_over(id);
  if (event == WEIR_PARTITION_ENDED) partitions_.erase(id);
  if (event == WEIR_PARTITION_GONE) board_->gone(id);
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
  cut(partition, std::move(segment), chunk.flags);
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
    std::string header(head.data, header_size);
    if (partition.begins_anew) {
      partition.begins_anew = std::move(header);
    } else {
      board_->head(id, std::move(header));
    }
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
  deal(partition, {std::move(first)}, WEIR_BYTES_LAST);
}

void ReaderOperator::cut(Partition& partition, ByteSegment chunk, uint32_t flags) {
  const PartitionDecoding& decoding = *partition.decoding;
  if (!decoding.is_splittable) {
    deal(partition, {std::move(chunk)}, flags);
    return;
  }
  // Whatever is wanted at once is dealt whole: a lane keeps what begins a record for the next range.
  bool is_all = flags != 0;
  const auto record_at = [&](size_t from) {
    return decoding.calls->find_record(decoding.context, chunk.data, chunk.size, from);
  };
  std::vector<ByteSegment> segments;
  size_t begin = 0;
  if (partition.carry.size > 0 && chunk.size > 0) {
    const int64_t first = record_at(1);
    // A record longer than a chunk is not gathered here: the lanes do that, up to a bound.
    if (first < 0) is_all = true;
    if (first > 0) begin = static_cast<size_t>(first);
    if (first > 0) partition.carry = copied(partition.carry, part_of(chunk, 0, begin));
  }
  if (partition.carry.size > 0) segments.push_back(std::exchange(partition.carry, {}));
  size_t end = chunk.size;
  if (!is_all) {
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
  if (segments.empty() && (flags & WEIR_BYTES_LAST) == 0) return;
  if (segments.empty()) segments.push_back(part_of(chunk, chunk.size, chunk.size));
  deal(partition, std::move(segments), flags);
}

void ReaderOperator::deal(Partition& partition, std::vector<ByteSegment> segments, uint32_t flags) {
  auto range = std::make_unique<ByteRange>();
  range->index = next_range_++;
  partition.dealt_end = next_range_;
  range->partition = partition.decoding;
  range->is_last = (flags & WEIR_BYTES_LAST) != 0;
  range->is_whole = (flags & WEIR_BYTES_WHOLE) != 0;
  range->begins_anew = std::exchange(partition.begins_anew, std::nullopt);
  range->chunks = partition.chunks;
  // The carry lies in the newest chunk, or in several when a record spans them: all are still needed then.
  if (partition.carry.size == 0 || partition.carry.offset >= partition.chunks.back().position) {
    partition.chunks.erase(partition.chunks.begin(), partition.chunks.end() - 1);
  }
  come_back(range->partition->partition);
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
