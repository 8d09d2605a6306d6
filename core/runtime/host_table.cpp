#include "runtime/host_table.hpp"

#include <utility>
#include <weir/batch.hpp>
#include <weir/fault.hpp>
#include <weir/host.hpp>
#include <weir/text.hpp>

#include "data/data_calls.hpp"
#include "expr/abi_calls.hpp"
#include "plan/format_handle.hpp"
#include "runtime/event_time_extension.hpp"
#include "runtime/instance_context.hpp"
#include "runtime/metrics_extension.hpp"
#include "runtime/net_extension.hpp"
#include "runtime/operator.hpp"
#include "runtime/reader_operator.hpp"
#include "runtime/reject_writer.hpp"
#include "runtime/row_source_operator.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

/// Something a component waits for: it wakes the stage that the component runs in.
struct weir_handle {
  weir::Actor& stage;
};

namespace weir {
namespace {

HostTable& table_of(const weir_host* host) { return *static_cast<HostTable*>(host->world); }

void emit(weir_context* context, uint32_t port, weir_batch* batch) {
  InstanceContext& instance = context_of(context);
  if (instance.held != nullptr) {
    instance.held->batches.push_back(Batch::adopt(batch));
    return;
  }
  instance.op->emit(port, Batch::adopt(batch));
}

// What a library hands over without being answered: of another size it cannot be read, and the run fails.
template <class T>
bool is_whole(weir_context* context, const T& given, const char* type) {
  if (given.struct_size == sizeof(T)) return true;
  Operator& op = *context_of(context).op;
  op.run().fail(op.node(), Status::invalid("the component gives a " + std::string(type) +
                                           " of another size than this ABI's"));
  return false;
}

HeldRejection held(const weir_rejection& rejection) {
  HeldRejection copy;
  copy.row = rejection.row;
  copy.offset = rejection.row < 0 ? rejection.offset : -1;
  copy.code = as_view(rejection.code);
  copy.message = as_view(rejection.message);
  copy.column = as_view(rejection.column);
  copy.raw = as_view(rejection.raw);
  return copy;
}

void reject(weir_context* context, const weir_batch* batch, const weir_rejection* rejections, size_t count) {
  InstanceContext& instance = context_of(context);
  std::vector<HeldRejection> rows;
  for (size_t i = 0; i < count; ++i) {
    if (!is_whole(context, rejections[i], "weir_rejection")) return;
    rows.push_back(held(rejections[i]));
  }
  if (instance.held != nullptr) {
    for (HeldRejection& row : rows) instance.held->rejections.push_back(std::move(row));
    return;
  }
  Operator& op = *instance.op;
  if (batch == nullptr) {
    op.rejects().reject_bytes(op, {}, rows, count);
    return;
  }
  host()->batch_retain(batch);
  op.rejects().reject_rows(op, Batch::adopt(batch), std::move(rows));
}

// Only sources call these, and the engine makes each source one of two operators.
uint32_t partition_found(weir_context* context, weir_str name) {
  Operator* const op = context_of(context).op;
  if (auto* const reader = dynamic_cast<ReaderOperator*>(op))
    return reader->partition_found(std::string(as_view(name)));
  return dynamic_cast<RowSourceOperator&>(*op).partition_found(std::string(as_view(name)));
}

void partition_event(weir_context* context, uint32_t partition, uint32_t event) {
  Operator* const op = context_of(context).op;
  if (auto* const reader = dynamic_cast<ReaderOperator*>(op))
    return reader->partition_event(partition, event);
  dynamic_cast<RowSourceOperator&>(*op).partition_event(partition, event);
}

void emit_rows(weir_context* context, uint32_t partition, weir_batch* batch, const weir_offset* next) {
  dynamic_cast<RowSourceOperator&>(*context_of(context).op).emit_rows(partition, Batch::adopt(batch), *next);
}

void emit_bytes(weir_context* context, const weir_bytes_chunk* chunk) {
  if (!is_whole(context, *chunk, "weir_bytes_chunk")) return;
  dynamic_cast<ReaderOperator&>(*context_of(context).op).emit_bytes(*chunk);
}

int64_t wall_us(const weir_host* host) { return table_of(host).world().clock.now_us(); }
int64_t monotonic_ns(const weir_host* host) { return table_of(host).world().clock.monotonic_ns(); }

int32_t fill_random(const weir_host* host, void* into, size_t size) {
  table_of(host).world().random.fill(into, size);
  return 0;
}

LogLevel level_of(uint32_t level) {
  switch (level) {
    case WEIR_LOG_DEBUG:
      return LogLevel::kDebug;
    case WEIR_LOG_WARN:
      return LogLevel::kWarn;
    case WEIR_LOG_ERROR:
      return LogLevel::kError;
    default:
      return LogLevel::kInfo;
  }
}

void log_line(const weir_host* host, weir_context* context, uint32_t level, weir_str message,
              const weir_pair* fields, size_t count) {
  std::string text(as_view(message));
  for (size_t i = 0; i < count; ++i) {
    text += ' ';
    text += as_view(fields[i].key);
    text += '=';
    text += as_view(fields[i].value);
  }
  const std::string node = context == nullptr ? std::string() : context_of(context).op->node();
  table_of(host).log().log(level_of(level), text, {{"node", node}});
}

void metric_add(weir_context* context, weir_str name, int64_t amount) {
  context_of(context).op->run().count(context_of(context).op->node(), std::string(as_view(name)), amount);
}

int32_t is_stopping(const weir_context* context) {
  return context_of(context).op->run().is_cancelled() ? 1 : 0;
}

weir_handle* handle_new(weir_context* context) {
  return std::make_unique<weir_handle>(weir_handle{context_of(context).op->stage()}).release();
}
void handle_signal(weir_handle* handle) { handle->stage.notify(); }
void handle_free(weir_handle* handle) { const std::unique_ptr<weir_handle> owned(handle); }

weir_str run_id(const weir_context* context) { return as_str(context_of(context).op->run().run_id()); }
weir_str node_name(const weir_context* context) { return as_str(context_of(context).op->node()); }
weir_str partition_name(const weir_context* context, uint32_t partition) {
  return as_str(context_of(context).op->run().partition_name(partition));
}

void wake_at(weir_context* context, int64_t monotonic_ns) { context_of(context).op->wake_at(monotonic_ns); }

const void* extension(const weir_host* host, weir_str name) {
  if (as_view(name) == WEIR_NET_EXTENSION) return &net_extension();
  if (as_view(name) == WEIR_METRICS_EXTENSION) return &metrics_extension();
  if (as_view(name) == WEIR_EVENT_TIME_EXTENSION) return &event_time_extension();
  return data_extension(host, name);
}

}  // namespace

HostTable::HostTable(World world, Logger& log) : world_(world), log_(log) {
  host_.struct_size = sizeof(host_);
  host_.abi_major = WEIR_ABI_MAJOR;
  host_.abi_minor = WEIR_ABI_MINOR;
  host_.world = this;
  fill_data_calls(host_);
  expr::fill_expression_calls(host_);
  fill_format_calls(host_);
  fill_files_calls(files_);
  fill_state_calls(state_);
  host_.files = &files_;
  host_.state = &state_;
  host_.emit = &emit;
  host_.reject = &reject;
  host_.partition_found = &partition_found;
  host_.partition_event = &partition_event;
  host_.emit_rows = &emit_rows;
  host_.emit_bytes = &emit_bytes;
  host_.wall_us = &wall_us;
  host_.monotonic_ns = &monotonic_ns;
  host_.random = &fill_random;
  host_.log = &log_line;
  host_.metric_add = &metric_add;
  host_.is_stopping = &is_stopping;
  host_.handle_new = &handle_new;
  host_.handle_signal = &handle_signal;
  host_.handle_free = &handle_free;
  host_.run_id = &run_id;
  host_.node_name = &node_name;
  host_.partition_name = &partition_name;
  host_.extension = &extension;
  host_.wake_at = &wake_at;
  set_host(&host_);
}

}  // namespace weir
