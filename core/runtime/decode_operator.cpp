#include "runtime/decode_operator.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>
#include <weir/builder.hpp>
#include <weir/fault.hpp>
#include <weir/host.hpp>

#include "runtime/reject_writer.hpp"
#include "runtime/row_watermark.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {
namespace {

size_t total_size(const std::vector<ByteSegment>& segments) {
  return std::accumulate(segments.begin(), segments.end(), size_t{0},
                         [](size_t sum, const ByteSegment& segment) { return sum + segment.size; });
}

/// Copies segments that follow each other into one buffer.
ByteSegment joined(const std::vector<ByteSegment>& segments) {
  ByteSegment whole;
  whole.size = total_size(segments);
  whole.offset = segments.front().offset;
  weir_buffer* const buffer = host()->buffer_new(host(), nullptr, whole.size);
  if (buffer == nullptr)
    throw_fault(Code::kNoSpace, "no memory for a record of " + std::to_string(whole.size) + " bytes");
  whole.buffer = BufferRef(host(), buffer);
  whole.data = buffer->data;
  uint8_t* to = buffer->data;
  for (const ByteSegment& segment : segments) {
    if (segment.size > 0) std::memcpy(to, segment.data, segment.size);
    to += segment.size;
  }
  return whole;
}

}  // namespace

DecodeOperator::DecodeOperator(OperatorSetup setup, std::shared_ptr<SeamBoard> board, const BoundNode& node,
                               uint64_t max_record_bytes)
    : Operator(std::move(setup)),
      board_(std::move(board)),
      event_time_(node.event_time),
      needs_row_watermark_(node.needs_row_watermark),
      announces_partitions_(node.announces_partitions),
      max_record_bytes_(max_record_bytes) {
  context_.op = this;
  context_.account = &account();
}

weir_answer DecodeOperator::process_range(std::unique_ptr<ByteRange> range, weir_wake& wake,
                                          weir_fault& fault) {
  range_ = std::move(range);
  metrics().bytes_in.add_alone(total_size(range_->segments));
  // A partition that cannot be split has no beginning to guess: its range waits for the seam.
  if (range_->partition->is_splittable && !decode({}, fault)) return WEIR_FAILED;
  phase_ = Phase::kDecoded;
  return resume(wake, fault);
}

weir_answer DecodeOperator::resume(weir_wake&, weir_fault& fault) {
  if (phase_ == Phase::kDecoded) {
    const std::optional<Seam> before = board_->seam_before(*range_);
    if (!before) return WEIR_NOT_READY;
    const bool guessed_right = range_->partition->is_splittable && before->is_empty();
    if (!guessed_right && !decode(*before, fault)) return WEIR_FAILED;
    if (!settle(fault)) return WEIR_FAILED;
    phase_ = Phase::kSending;
  }
  return send_some();
}

/// Decodes the whole range, with the bytes that the range before left over in front.
bool DecodeOperator::decode(const Seam& before, weir_fault& fault) {
  decoded_ = {};
  left_ = {};
  if (range_->partition->refusal) {
    decoded_.rejections.push_back(*range_->partition->refusal);
    left_.chunks = range_->chunks;
    return true;
  }
  left_ = before;
  const std::vector<ByteSegment>& segments = range_->segments;
  for (size_t i = 0; i < segments.size(); ++i) {
    const bool is_end = (range_->is_last || range_->is_whole) && i + 1 == segments.size();
    if (!decode_gathered(segments[i], is_end, fault)) return false;
    bound_leftover();
  }
  left_.chunks.insert(left_.chunks.end(), range_->chunks.begin(), range_->chunks.end());
  return true;
}

/// Decodes what is left over and the segment behind it, unless that cannot end a record.
bool DecodeOperator::decode_gathered(ByteSegment segment, bool is_end, weir_fault& fault) {
  const PartitionDecoding& partition = *range_->partition;
  if (left_.too_long) {
    std::optional<ByteSegment> rest = behind_long_record(segment, is_end);
    if (!rest) return true;
    segment = std::move(*rest);
  }
  std::vector<ByteSegment>& leftover = left_.leftover;
  const bool may_end_a_record =
      is_end || !partition.is_splittable || leftover.empty() ||
      partition.calls->find_record(partition.context, segment.data, segment.size, 1) >= 0;
  leftover.push_back(std::move(segment));
  if (!may_end_a_record) return true;
  // Trying a document that is not complete yet costs its whole length: only each time it has doubled.
  if (!partition.is_splittable && !is_end && total_size(leftover) < 2 * undecoded_bytes_) return true;
  const ByteSegment whole = leftover.size() == 1 ? leftover.front() : joined(leftover);
  leftover.clear();
  return decode_segment(whole, is_end, leftover, fault);
}

/// A record that outgrew its bound is let go: only where it began is still known.
void DecodeOperator::bound_leftover() {
  if (!range_->partition->is_splittable || total_size(left_.leftover) <= max_record_bytes_) return;
  left_.too_long = left_.leftover.front().offset;
  left_.leftover.clear();
}

/// Returns what follows the end of the long record, which is rejected then; nothing while it goes on.
std::optional<ByteSegment> DecodeOperator::behind_long_record(const ByteSegment& segment, bool is_end) {
  const PartitionDecoding& partition = *range_->partition;
  const int64_t found = partition.calls->find_record(partition.context, segment.data, segment.size, 1);
  if (found < 0 && !is_end) return std::nullopt;
  ByteSegment rest = segment;
  const size_t gone = found < 0 ? segment.size : static_cast<size_t>(found);
  rest.data += gone;
  rest.size -= gone;
  rest.offset += static_cast<int64_t>(gone);
  const int64_t begin = *std::exchange(left_.too_long, std::nullopt);
  HeldRejection rejection;
  rejection.offset = begin;
  rejection.code = "record-too-long";
  rejection.message = "the record has " + std::to_string(rest.offset - begin) +
                      " bytes, and the longest that is read has " + std::to_string(max_record_bytes_) +
                      ": raise max_record_bytes of the source if it is right";
  decoded_.rejections.push_back(std::move(rejection));
  return rest;
}

bool DecodeOperator::decode_segment(const ByteSegment& segment, bool is_last,
                                    std::vector<ByteSegment>& leftover, weir_fault& fault) {
  weir_bytes bytes{};
  bytes.struct_size = sizeof(bytes);
  bytes.is_last = is_last ? 1 : 0;
  bytes.buffer = segment.buffer.get();
  bytes.data = segment.data;
  bytes.size = segment.size;
  bytes.offset = segment.offset;
  bytes.partition = range_->partition->partition;
  size_t consumed = 0;
  context_.held = &decoded_;
  const weir_answer answer =
      range_->partition->calls->decode(range_->partition->context, &context_, &bytes, &consumed, &fault);
  context_.held = nullptr;
  if (answer == WEIR_FAILED) return false;
  WEIR_CHECK(consumed <= segment.size);
  undecoded_bytes_ = consumed == 0 ? segment.size : 0;
  if (is_last || consumed == segment.size) return true;
  ByteSegment rest = segment;
  rest.data += consumed;
  rest.size -= consumed;
  rest.offset += static_cast<int64_t>(consumed);
  leftover.push_back(std::move(rest));
  return true;
}

bool DecodeOperator::settle(weir_fault&) {
  const SourcePosition position = position_after();
  if (left_.is_empty()) left_.chunks.clear();
  // From where the record begins it is read again, however long it has become.
  if (left_.too_long) {
    const auto is_later = [&](const ChunkStart& chunk) { return chunk.position > *left_.too_long; };
    std::erase_if(left_.chunks, is_later);
  }
  settled_ = board_->settle(*range_, std::move(left_), event_time_ ? highest_time() : INT64_MIN, position);
  left_ = {};
  sent_ = 0;
  good_rows_ = std::accumulate(decoded_.batches.begin(), decoded_.batches.end(), size_t{0},
                               [](size_t sum, const Batch& batch) { return sum + batch.row_count(); });
  return true;
}

SourcePosition DecodeOperator::position_after() const {
  SourcePosition position;
  position.is_ended = range_->is_last;
  if (!left_.is_empty()) {
    position.position = left_.offset();
  } else {
    const ByteSegment& last = range_->segments.back();
    position.position = last.offset + static_cast<int64_t>(last.size);
  }
  const ChunkStart* chunk = left_.chunks.empty() ? nullptr : &left_.chunks.front();
  for (const ChunkStart& candidate : left_.chunks) {
    if (candidate.position <= position.position) chunk = &candidate;
  }
  if (chunk != nullptr) {
    position.token = chunk->token;
    position.skip = static_cast<uint64_t>(position.position - chunk->position);
  }
  return position;
}

int64_t DecodeOperator::highest_time() const {
  int64_t highest = INT64_MIN;
  for (const Batch& batch : decoded_.batches) {
    const ColumnView<int64_t> times(batch.raw_column(event_time_->column));
    for (size_t row = 0; row < times.size(); ++row) {
      if (!times.is_null(row)) highest = std::max(highest, times.values()[row]);
    }
  }
  return highest;
}

weir_answer DecodeOperator::send_some() {
  while (sent_ < decoded_.batches.size()) {
    if (stage().emit_budget() <= 0) return WEIR_MORE;
    Batch batch = std::move(decoded_.batches[sent_++]);
    if (needs_row_watermark_) add_row_watermark(batch);
    emit(0, std::move(batch));
  }
  // Last: only now the good rows among which these are few or many have been counted.
  const size_t seen_rows = good_rows_ + decoded_.rejections.size();
  rejects().reject_bytes(*this, range_->partition->name, decoded_.rejections, seen_rows);
  decoded_ = {};
  if (settled_.watermark) send_signal({WEIR_SIGNAL_WATERMARK, 0, *settled_.watermark, 0});
  if (announces_partitions_ && range_->is_last)
    send_signal({kSignalPartitionEnded, 0, 0, range_->partition->partition});
  send_signal({kSignalRangeEnd, 0, 0, 0});
  range_.reset();
  phase_ = Phase::kIdle;
  return WEIR_DONE;
}

void DecodeOperator::add_row_watermark(Batch& batch) {
  batch = with_row_watermark(std::move(batch), *event_time_, settled_.watermark_before);
}

}  // namespace weir
