#pragma once
// One batch as one message of Arrow IPC, for state that is spilled or saved.
#include <span>
#include <string>
#include <string_view>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/ipc.hpp"

namespace weir {

/// Bytes that an IpcWriter appends to.
class MessageBytes : public weir_bytes_out {
 public:
  MessageBytes() : weir_bytes_out{nullptr, 0, 0, &MessageBytes::make_room} {}
  MessageBytes(const MessageBytes&) = delete;
  MessageBytes& operator=(const MessageBytes&) = delete;
  std::string_view view() const { return {reinterpret_cast<const char*>(data), size}; }
  void clear() { size = 0; }

 private:
  static int32_t make_room(weir_bytes_out* out, size_t more);
  std::string bytes_;
};

/// Appends `batch` to `out` as a message. Fails as IpcWriter::write() does.
Status write_message(const Schema& schema, const weir_batch& batch, MessageBytes& out);

/// Returns the batch of one message, which shares `bytes`. Fails with kCorrupt.
Result<Batch> read_message(const Schema& schema, const Buffer& bytes, size_t size);

}  // namespace weir
