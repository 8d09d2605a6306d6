#include "runtime/buffer_edge.hpp"

#include <algorithm>
#include <utility>
#include <weir/builder.hpp>
#include <weir/host.hpp>

#include "runtime/actor.hpp"

namespace weir {
namespace {

constexpr const char* kRowWatermark = "weir_row_watermark";
/// So many files are the most that a buffer holds, so that room comes back in steps.
constexpr int64_t kSegments = 8;
constexpr int64_t kSmallestSegment = 4 << 10;

Schema schema_at_rest(const Schema& schema, bool has_row_watermark) {
  Schema rest = schema;
  if (has_row_watermark) rest.fields.push_back(Field(kRowWatermark, DataType(Type::kInt64)));
  return rest;
}

uint64_t segment_bytes(int64_t limit) {
  return static_cast<uint64_t>(
      std::clamp<int64_t>(limit / kSegments, kSmallestSegment, DurableBuffer::kLargestSegmentBytes));
}

}  // namespace

BufferEdge::BufferEdge(World& world, const std::string& directory, const PlanBuffer& planned,
                       const BoundNode& node)
    : name_(planned.name),
      key_("buffer:" + planned.name),
      limits_(*node.buffer),
      has_row_watermark_(planned.has_row_watermark),
      rows_(world.disk, world.faults, directory + "/" + planned.name,
            schema_at_rest(node.inputs[planned.port], planned.has_row_watermark),
            segment_bytes(node.buffer->bytes)) {}

std::optional<BufferMark> BufferEdge::mark_in(const Manifest& manifest) const {
  const auto token = std::ranges::find(manifest.sinks, key_, &SinkToken::node);
  if (token == manifest.sinks.end()) return std::nullopt;
  const Result<BufferMark> mark = BufferMark::parse(token->token);
  return mark.is_ok() ? std::optional(*mark) : std::nullopt;
}

Status BufferEdge::open(const Manifest& written, const Manifest& read) {
  published_ = mark_in(written).value_or(BufferMark());
  const auto position = std::ranges::find(read.sources, key_, &SourcePosition::node);
  if (position != read.sources.end()) {
    // More than there is was read where the newest manifest of the writing region is lost: its rows come
    // again rather than not at all.
    restored_position_ = std::min(static_cast<uint64_t>(position->position), published_.next_batch);
    restored_watermark_us_ = position->watermark_us;
  }
  return rows_.open(published_, restored_position_);
}

Batch BufferEdge::to_rest(const Batch& batch) const {
  if (!has_row_watermark_) return batch.share();
  std::vector<Column> columns = batch.columns();
  if (batch->row_watermark != nullptr) {
    columns.push_back(Column::retain(batch->row_watermark));
  } else {
    ColumnBuilder<int64_t> none(batch.row_count());
    std::ranges::fill(none.values(), INT64_MIN);
    columns.push_back(std::move(none).finish());
  }
  return Batch::make(batch.row_count(), columns);
}

Batch BufferEdge::from_rest(Batch batch, int64_t now_ns) const {
  std::vector<Column> columns = batch.columns();
  weir_batch view = *batch;
  view.entered_ns = now_ns;
  Column watermark;
  if (has_row_watermark_) {
    watermark = std::move(columns.back());
    columns.pop_back();
    view.row_watermark = watermark.get();
  }
  return Batch::make(view, columns);
}

BufferMark BufferEdge::published() const {
  const std::lock_guard lock(mutex_);
  return published_;
}

void BufferEdge::publish(const BufferMark& mark) {
  {
    const std::lock_guard lock(mutex_);
    published_ = mark;
  }
  reader_->notify();
  writer_->notify();
}

Status BufferEdge::release(uint64_t batch) {
  const Status status = rows_.release(batch);
  writer_->notify();
  return status;
}

void BufferEdge::set_idle(bool is_idle) {
  if (is_idle_.exchange(is_idle) != is_idle) reader_->notify();
}

void BufferEdge::close() {
  is_closed_.store(true);
  writer_->notify();
}

Status BufferEdge::clear() {
  WEIR_RETURN_IF_ERROR(rows_.seal());
  return rows_.release(UINT64_MAX);
}

BufferReport BufferEdge::report() const { return {name_, rows_.size_bytes(), dropped_rows_.load()}; }

}  // namespace weir
