#include "test_host.hpp"

#include <string_view>

#include "data/data_calls.hpp"
#include "weir/host.hpp"
#include "weir/text.hpp"

extern "C" const weir_library* weir_plugin_v1(const weir_host* host);

namespace {

std::vector<std::string> logs;

TestContext& of(weir_context* context) { return *static_cast<TestContext*>(context); }
std::string text(weir_str s) { return std::string(weir::as_view(s)); }

void emit(weir_context* context, uint32_t port, weir_batch* batch) {
  of(context).outputs.push_back({port, weir::Batch::adopt(batch)});
}

void reject(weir_context* context, const weir_batch*, const weir_rejection* rejections, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const weir_rejection& r = rejections[i];
    std::string line = r.row >= 0 ? std::to_string(r.row) : "@" + std::to_string(r.offset);
    line += ' ' + text(r.code) + ": " + text(r.message);
    if (r.column.size > 0) line += " [" + text(r.column) + ']';
    if (r.raw.size > 0) line += " <" + text(r.raw) + '>';
    of(context).rejections.push_back(line);
  }
}

uint32_t partition_found(weir_context* context, weir_str name) {
  of(context).partitions.push_back(text(name));
  return static_cast<uint32_t>(of(context).partitions.size());
}

void partition_event(weir_context* context, uint32_t partition, uint32_t event) {
  of(context).emissions.push_back(std::to_string(partition) + " event " + std::to_string(event));
}

std::string place(uint32_t partition, const weir_offset& offset) {
  return std::to_string(partition) + '@' + std::to_string(offset.position) + '/' + text(offset.token) + ": ";
}

void emit_rows(weir_context* context, uint32_t partition, weir_batch* batch, const weir_offset* next) {
  const weir::Batch owned = weir::Batch::adopt(batch);
  of(context).emissions.push_back(place(partition, *next) + to_text(owned));
}

void emit_bytes(weir_context* context, const weir_bytes_chunk* chunk) {
  const weir::Buffer owned = weir::Buffer::adopt(chunk->buffer);
  of(context).emissions.push_back(place(chunk->partition, chunk->start) +
                                  std::string(reinterpret_cast<const char*>(owned.data()), owned.size()));
}

void note_log(const weir_host*, weir_context*, uint32_t level, weir_str message, const weir_pair* fields,
              size_t count) {
  std::string line = std::to_string(level) + ' ' + text(message);
  for (size_t i = 0; i < count; ++i) line += ' ' + text(fields[i].key) + '=' + text(fields[i].value);
  logs.push_back(line);
}

void metric_add(weir_context* context, weir_str name, int64_t amount) {
  of(context).counts.emplace_back(text(name), amount);
}

int32_t log_append(weir_context* context, uint32_t, weir_batch* batch, weir_fault*) {
  of(context).log.push_back(weir::Batch::adopt(batch));
  return 0;
}
int32_t log_count(weir_context* context, uint32_t, uint64_t* count, weir_fault*) {
  *count = of(context).log.size();
  return 0;
}
int32_t log_read(weir_context* context, uint32_t, uint64_t index, weir_batch** out, weir_fault*) {
  *out = of(context).log.at(index).share().release();
  return 0;
}
int32_t log_clear(weir_context* context, uint32_t, weir_fault*) {
  of(context).log.clear();
  return 0;
}

const weir_state_calls& state_calls() {
  static const weir_state_calls calls = [] {
    weir_state_calls made{};
    made.struct_size = sizeof(made);
    made.log_append = &log_append;
    made.log_count = &log_count;
    made.log_read = &log_read;
    made.log_clear = &log_clear;
    return made;
  }();
  return calls;
}

weir_host make_host() {
  weir_host host{};
  host.struct_size = sizeof(host);
  host.abi_major = WEIR_ABI_MAJOR;
  host.abi_minor = WEIR_ABI_MINOR;
  weir::fill_data_calls(host);
  host.emit = &emit;
  host.reject = &reject;
  host.partition_found = &partition_found;
  host.partition_event = &partition_event;
  host.emit_rows = &emit_rows;
  host.emit_bytes = &emit_bytes;
  host.log = &note_log;
  host.state = &state_calls();
  host.metric_add = &metric_add;
  host.monotonic_ns = [](const weir_host*) { return int64_t{1000}; };
  host.is_stopping = [](const weir_context*) { return 0; };
  return host;
}

template <class T>
std::string numbers(const weir_column& column) {
  const weir::ColumnView<T> view(column);
  std::string out;
  for (size_t i = 0; i < view.size(); ++i) {
    if (i > 0) out += ", ";
    if (view.is_null(i)) {
      out += "null";
    } else if constexpr (std::is_floating_point_v<T>) {
      char digits[32];
      std::snprintf(digits, sizeof(digits), "%g", static_cast<double>(view[i]));
      out += digits;
    } else {
      out += std::to_string(static_cast<int64_t>(view[i]));
    }
  }
  return out;
}

template <class View, class Print>
std::string each(const View& view, Print print) {
  std::string out;
  for (size_t i = 0; i < view.size(); ++i) out += (i > 0 ? ", " : "") + (view.is_null(i) ? "null" : print(i));
  return out;
}

std::string list_text(const weir_column& column) {
  const weir::ListColumn lists(column);
  return each(lists, [&](size_t i) {
    return '[' + to_text(*weir::slice(lists.items(), lists.first(i), lists.length(i))) + ']';
  });
}

std::string struct_text(const weir_column& column) {
  const weir::StructColumn rows(column);
  return each(rows, [&](size_t i) {
    std::string out = "{";
    for (size_t m = 0; m < rows.member_count(); ++m)
      out += (m > 0 ? " " : "") + to_text(*weir::slice(rows.member(m), i, 1));
    return out + "}";
  });
}

}  // namespace

void use_test_host() {
  static const weir_host host = make_host();
  weir::set_host(&host);
}

std::vector<std::string> take_logs() { return std::exchange(logs, {}); }

const weir_component* find_component(std::string_view name) {
  use_test_host();
  const weir_library* library = weir_plugin_v1(weir::host());
  for (uint32_t i = 0; library != nullptr && i < library->component_count; ++i)
    if (weir::as_view(library->components[i]->name) == name) return library->components[i];
  return nullptr;
}

std::string to_text(const weir_column& column) {
  switch (column.type) {
    case WEIR_BOOL: {
      const weir::BoolColumn bools(column);
      return each(bools, [&](size_t i) { return std::string(bools[i] ? "true" : "false"); });
    }
    case WEIR_STRING:
    case WEIR_BINARY: {
      const weir::StringColumn texts(column);
      return each(texts, [&](size_t i) { return std::string(texts[i]); });
    }
    case WEIR_INT8:
      return numbers<int8_t>(column);
    case WEIR_INT32:
    case WEIR_DATE32:
      return numbers<int32_t>(column);
    case WEIR_UINT32:
      return numbers<uint32_t>(column);
    case WEIR_UINT64:
      return numbers<uint64_t>(column);
    case WEIR_FLOAT64:
      return numbers<double>(column);
    case WEIR_DECIMAL128:
      return numbers<weir::Decimal128>(column);
    case WEIR_LIST:
      return list_text(column);
    case WEIR_STRUCT:
      return struct_text(column);
    default:
      return numbers<int64_t>(column);
  }
}

std::string to_text(const weir::Batch& batch) {
  std::string out;
  for (size_t i = 0; i < batch.column_count(); ++i)
    out += (i > 0 ? " | " : "") + to_text(batch.raw_column(i));
  return out;
}
