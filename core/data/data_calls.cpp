#include "data/data_calls.hpp"

#include <weir/host.hpp>
#include <weir/text.hpp>

#include "data/batch.hpp"
#include "data/buffer.hpp"
#include "data/column.hpp"
#include "data/first_sizes.hpp"
#include "data/ipc_extension.hpp"
#include "data/memory.hpp"

namespace weir {
namespace {

MemoryAccount& account_of(const weir_context* context) {
  return context && context->account ? *context->account : current_account();
}

// Who does not say the size of what he hands over now could not be told from one who hands over more later.
bool are_sized(const weir_column_parts* parts) { return fits(parts) && fits(parts->view); }

}  // namespace

void fill_data_calls(weir_host& host) {
  host.buffer_new = [](const weir_host*, weir_context* account, size_t size) {
    return buffer_new(account_of(account), size);
  };
  host.buffer_import = [](const weir_host*, uint8_t* data, size_t size, void (*release)(void*), void* owner) {
    return buffer_import(data, size, release, owner);
  };
  host.buffer_retain = buffer_retain;
  host.buffer_release = buffer_release;
  host.buffer_is_sole = [](const weir_buffer* buffer) -> int32_t { return buffer_is_sole(buffer); };
  host.column_new = [](const weir_host*, const weir_column_parts* parts) {
    return are_sized(parts) ? column_new(*parts) : nullptr;
  };
  host.column_retain = column_retain;
  host.column_release = column_release;
  host.column_writable = column_writable;
  host.batch_new = [](const weir_host*, const weir_batch* view) {
    return fits(view) ? batch_new(*view) : nullptr;
  };
  host.batch_retain = batch_retain;
  host.batch_release = batch_release;
  host.batch_is_sole = [](const weir_batch* batch) -> int32_t { return batch_is_sole(batch); };
}

void init_data_host() {
  static const weir_host data_host = [] {
    weir_host host{};
    host.struct_size = sizeof(weir_host);
    host.abi_major = WEIR_ABI_MAJOR;
    host.abi_minor = WEIR_ABI_MINOR;
    fill_data_calls(host);
    host.extension = data_extension;
    return host;
  }();
  set_host(&data_host);
}

const void* data_extension(const weir_host*, weir_str name) {
  return as_view(name) == WEIR_IPC_EXTENSION ? &ipc_extension() : nullptr;
}

}  // namespace weir
