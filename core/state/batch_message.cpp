#include "state/batch_message.hpp"

#include <algorithm>

namespace weir {

int32_t MessageBytes::make_room(weir_bytes_out* out, size_t more) {
  auto* const self = static_cast<MessageBytes*>(out);
  self->bytes_.resize(std::max(self->size + more, self->bytes_.size() * 2));
  self->data = reinterpret_cast<uint8_t*>(self->bytes_.data());
  self->capacity = self->bytes_.size();
  return 0;
}

Status write_message(const Schema& schema, const weir_batch& batch, MessageBytes& out) {
  // The schema of a state is known to whoever reads it: each message stands for itself as the first one.
  IpcWriter writer(schema, 1);
  return writer.write(batch, out);
}

Result<Batch> read_message(const Schema& schema, const Buffer& bytes, size_t size) {
  IpcReader reader(IpcTrust::kOwn);
  reader.assume_schema(schema);
  reader.skip_to_any_number();
  WEIR_ASSIGN_OR_RETURN(IpcStep step, reader.read(std::span(bytes.data(), size), false, bytes));
  if (step.kind == IpcStep::Kind::kBatch && step.consumed == size) return std::move(step.batch);
  return Status::corrupt("a stored batch is not whole");
}

}  // namespace weir
