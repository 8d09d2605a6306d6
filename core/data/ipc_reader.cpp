#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <weir/fault.hpp>

#include "data/ipc.hpp"
#include "data/ipc_message.hpp"

namespace weir {
namespace {

using Kind = IpcStep::Kind;
constexpr size_t kMaxMetadataBytes = size_t{256} << 20;
constexpr int64_t kMaxBodyBytes = int64_t{1} << 36;
constexpr std::string_view kFileMagic = "ARROW1";
constexpr size_t kFileMagicBytes = 8;
// Rows of a batch without columns take no byte that would bound them.
constexpr int64_t kMaxBareRows = 1 << 24;

// One message, cut out of the stream but not looked into.
struct Frame {
  enum class Outcome { kMessage, kEndMark, kNeedMore };
  Outcome outcome = Outcome::kNeedMore;
  std::span<const uint8_t> metadata;
  std::span<const uint8_t> rest;  // From the body on.
};

Result<Frame> cut_frame(std::span<const uint8_t> bytes) {
  Frame frame;
  if (bytes.size() < kPrefixBytes) return frame;
  uint32_t mark = 0;
  int32_t size = 0;
  std::memcpy(&mark, bytes.data(), 4);
  std::memcpy(&size, bytes.data() + 4, 4);
  if (mark != kMessageMark) return Status::corrupt("no message begins here");
  if (size == 0) {
    frame.outcome = Frame::Outcome::kEndMark;
    return frame;
  }
  if (size < 0 || static_cast<size_t>(size) > kMaxMetadataBytes)
    return Status::corrupt("its metadata claims " + std::to_string(size) + " bytes");
  const std::span<const uint8_t> behind = bytes.subspan(kPrefixBytes);
  if (behind.size() < static_cast<size_t>(size)) return frame;
  frame.metadata = behind.first(static_cast<size_t>(size));
  frame.rest = behind.subspan(static_cast<size_t>(size));
  frame.outcome = Frame::Outcome::kMessage;
  return frame;
}

const flatbuffers::String* find_value(const arrow_ipc::Message& message, std::string_view key) {
  if (message.custom_metadata() == nullptr) return nullptr;
  for (const arrow_ipc::KeyValue* pair : *message.custom_metadata())
    if (pair->key() != nullptr && pair->value() != nullptr && pair->key()->string_view() == key)
      return pair->value();
  return nullptr;
}

Status check_number(const arrow_ipc::Message& message, uint64_t expected) {
  const flatbuffers::String* text = find_value(message, kNumberKey);
  if (text == nullptr) return Status::corrupt("it carries no number (weir.seq)");
  if (text->string_view() == std::to_string(expected)) return {};
  return Status::corrupt("it is message " + text->str() +
                         " of its file: messages are missing or out of order");
}

Status check_digest(const arrow_ipc::Message& message, std::span<const uint8_t> metadata,
                    std::span<const uint8_t> body, std::vector<uint8_t>& scratch) {
  const flatbuffers::String* digits = find_value(message, kDigestKey);
  if (digits == nullptr || digits->size() != kDigestDigits)
    return Status::corrupt("it carries no digest (weir.xxh3)");
  scratch.assign(metadata.begin(), metadata.end());
  std::copy(kNoDigest.begin(), kNoDigest.end(), scratch.begin() + (digits->Data() - metadata.data()));
  const DigestDigits found = message_digest(scratch, body);
  if (std::equal(found.begin(), found.end(), digits->c_str())) return {};
  return Status::corrupt("its bytes do not match their digest " + digits->str());
}

// Hands out the nodes and buffers of one record batch in the order of the schema's tree.
class BatchWalk {
 public:
  BatchWalk(const arrow_ipc::RecordBatch& batch, std::span<const uint8_t> body, const Buffer& keeper,
            const std::map<int64_t, Column>& dictionaries)
      : batch_(batch), body_(body), keeper_(keeper), dictionaries_(dictionaries) {
    if (batch.compression() != nullptr)
      throw_fault(Code::kUnsupported, "its body is compressed; write the stream without compression");
    // The verifier looks at where tables lie, not at where the items of a vector do.
    if (!is_aligned(batch.nodes()) || !is_aligned(batch.buffers()) ||
        !is_aligned(batch.variadic_buffer_counts()))
      throw_fault(Code::kCorrupt, "its metadata is damaged");
  }

  Column column(const ArrowField& field) {
    const Result<Column> made = column_of_arrow(field, data(field));
    if (!made.is_ok()) throw FaultException(made.status());
    return *made;
  }

 private:
  template <class Vector>
  static bool is_aligned(const Vector* vector) {
    // An empty one lies anywhere: a writer aligns items, and it has none.
    return vector == nullptr || vector->size() == 0 ||
           reinterpret_cast<uintptr_t>(vector->Data()) % alignof(int64_t) == 0;
  }

  [[noreturn]] static void fail(const ArrowField& field, const std::string& what) {
    throw_fault(Code::kCorrupt, "column '" + field.field.name + "': " + what);
  }

  ArrowData data(const ArrowField& field) {
    ArrowData made;
    const arrow_ipc::FieldNode& node = next_node(field);
    made.length = node.length();
    made.null_count = node.null_count();
    const bool is_dictionary = field.index_type != Type::kNull;
    if (is_dictionary) {
      const auto found = dictionaries_.find(field.dictionary_id);
      if (found == dictionaries_.end()) fail(field, "its dictionary did not come before it");
      made.dictionary = found->second;
    }
    const size_t count = is_dictionary ? 2 : buffer_count(field);
    for (size_t i = 0; i < count; ++i) made.buffers.push_back(next_buffer(field));
    if (is_dictionary) return made;
    for (const ArrowField& child : field.children) made.children.push_back(data(child));
    return made;
  }

  size_t buffer_count(const ArrowField& field) {
    switch (field.layout) {
      case ArrowField::Layout::kNull:
        return 0;
      case ArrowField::Layout::kStruct:
      case ArrowField::Layout::kFixedList:
        return 1;
      case ArrowField::Layout::kText:
      case ArrowField::Layout::kLargeText:
        return 3;
      case ArrowField::Layout::kTextView:
        return 2 + next_heap_count(field);
      default:
        return 2;
    }
  }

  const arrow_ipc::FieldNode& next_node(const ArrowField& field) {
    if (batch_.nodes() == nullptr || node_ >= batch_.nodes()->size())
      fail(field, "the message ends before it");
    return *batch_.nodes()->Get(node_++);
  }

  size_t next_heap_count(const ArrowField& field) {
    const auto* counts = batch_.variadic_buffer_counts();
    if (counts == nullptr || heaps_ >= counts->size()) fail(field, "the number of its heaps is missing");
    const int64_t count = counts->Get(heaps_++);
    if (count < 0 || batch_.buffers() == nullptr || static_cast<uint64_t>(count) > batch_.buffers()->size())
      fail(field, "it claims " + std::to_string(count) + " heaps");
    return static_cast<size_t>(count);
  }

  ArrowBuffer next_buffer(const ArrowField& field) {
    if (batch_.buffers() == nullptr || buffer_ >= batch_.buffers()->size())
      fail(field, "a buffer is missing");
    const arrow_ipc::Buffer& buffer = *batch_.buffers()->Get(buffer_++);
    const auto offset = static_cast<uint64_t>(buffer.offset());
    const auto length = static_cast<uint64_t>(buffer.length());
    if (offset > body_.size() || length > body_.size() - offset)
      fail(field, "buffer " + std::to_string(buffer_ - 1) + " lies outside the message");
    ArrowBuffer made;
    made.size = length;
    // An empty buffer stands for none: that is how a missing null mask travels.
    if (length > 0) made.data = body_.data() + offset;
    made.keeper = keeper_;
    return made;
  }

  const arrow_ipc::RecordBatch& batch_;
  const std::span<const uint8_t> body_;
  const Buffer& keeper_;
  const std::map<int64_t, Column>& dictionaries_;
  uint32_t node_ = 0;
  uint32_t buffer_ = 0;
  uint32_t heaps_ = 0;
};

const ArrowField* find_dictionary(const std::vector<ArrowField>& fields, int64_t id) {
  for (const ArrowField& field : fields) {
    if (field.index_type != Type::kNull && field.dictionary_id == id) return &field;
    if (const ArrowField* found = find_dictionary(field.children, id)) return found;
  }
  return nullptr;
}

}  // namespace

struct IpcReader::State {
  IpcTrust trust;
  std::optional<IpcSchema> schema;
  std::map<int64_t, Column> dictionaries;
  uint64_t next_number = 0;
  bool is_any_number = false;
  bool is_at_start = true;
  bool is_ended = false;
  std::vector<uint8_t> hashed;     // Metadata with '0' for its digits.
  std::vector<uint64_t> metadata;  // Metadata that did not lie at a multiple of 8.

  Result<IpcStep> read(std::span<const uint8_t> bytes, bool is_last, const Buffer& keeper);
  Result<IpcStep> stop(IpcStep step, size_t left, bool is_last);
  Result<const arrow_ipc::Message*> verify(std::span<const uint8_t>& bytes);
  Status check(const arrow_ipc::Message& message, std::span<const uint8_t> bytes,
               std::span<const uint8_t> body);
  std::optional<IpcStep> take(const arrow_ipc::Message& message, std::span<const uint8_t> body,
                              const Buffer& keeper);
  void take_schema(const arrow_ipc::Schema& found);
  void take_dictionary(const arrow_ipc::DictionaryBatch& found, std::span<const uint8_t> body,
                       const Buffer& keeper);
  Batch batch_of(const arrow_ipc::RecordBatch& found, std::span<const uint8_t> body,
                 const Buffer& keeper) const;
};

// The end mark, or the end of the bytes before one.
Result<IpcStep> IpcReader::State::stop(IpcStep step, size_t left, bool is_last) {
  const bool is_own = trust == IpcTrust::kOwn;
  if (is_ended) {
    step.kind = Kind::kEnd;
    if (is_own && left > 0) return Status::corrupt("more bytes follow the end mark");
    return step;
  }
  if (!is_last) return step;
  if (left > 0) return Status::corrupt("the bytes end within it");
  if (is_own) return Status::corrupt("the end mark is missing: the file was not sealed, or its tail is lost");
  if (!schema) return Status::corrupt("the stream is empty, not even its schema is there");
  step.kind = Kind::kEnd;
  is_ended = true;
  return step;
}

Result<const arrow_ipc::Message*> IpcReader::State::verify(std::span<const uint8_t>& bytes) {
  if (reinterpret_cast<uintptr_t>(bytes.data()) % kMessageAlignment != 0) {
    metadata.resize(padded(bytes.size()) / sizeof(uint64_t));
    std::memcpy(metadata.data(), bytes.data(), bytes.size());
    bytes = {reinterpret_cast<const uint8_t*>(metadata.data()), bytes.size()};
  }
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (!arrow_ipc::VerifyMessageBuffer(verifier)) return Status::corrupt("its metadata is damaged");
  const arrow_ipc::Message* message = arrow_ipc::GetMessage(bytes.data());
  if (message->version() != arrow_ipc::MetadataVersion_V5 &&
      message->version() != arrow_ipc::MetadataVersion_V4)
    return Status::unsupported("it is of Arrow's metadata version V" +
                               std::to_string(message->version() + 1));
  if (message->header() == nullptr) return Status::corrupt("its header is missing");
  if (message->body_length() < 0 || message->body_length() > kMaxBodyBytes)
    return Status::corrupt("its body claims " + std::to_string(message->body_length()) + " bytes");
  return message;
}

Status IpcReader::State::check(const arrow_ipc::Message& message, std::span<const uint8_t> bytes,
                               std::span<const uint8_t> body) {
  const bool is_own = trust == IpcTrust::kOwn;
  if (!is_own && find_value(message, kDigestKey) == nullptr) return {};
  WEIR_RETURN_IF_ERROR(check_digest(message, bytes, body, hashed));
  if (!is_own) return {};
  if (!is_any_number) return check_number(message, next_number);
  // The digest has just vouched for the number.
  if (const flatbuffers::String* text = find_value(message, kNumberKey))
    std::from_chars(text->c_str(), text->c_str() + text->size(), next_number);
  is_any_number = false;
  return {};
}

void IpcReader::State::take_schema(const arrow_ipc::Schema& found) {
  if (schema) throw_fault(Code::kCorrupt, "a second schema");
  Result<IpcSchema> read = read_schema(found);
  if (!read.is_ok()) throw FaultException(read.status());
  schema = std::move(read).value();
}

void IpcReader::State::take_dictionary(const arrow_ipc::DictionaryBatch& found, std::span<const uint8_t> body,
                                       const Buffer& keeper) {
  const ArrowField* field = find_dictionary(schema->fields, found.id());
  if (field == nullptr || found.data() == nullptr)
    throw_fault(Code::kCorrupt, "a dictionary that no column has");
  ArrowField values = *field;
  values.index_type = Type::kNull;
  Column made = BatchWalk(*found.data(), body, keeper, dictionaries).column(values);
  Column& known = dictionaries[found.id()];
  if (found.is_delta() && known) {
    const Column both[] = {known, made};
    made = concat(both);
  }
  known = std::move(made);
}

Batch IpcReader::State::batch_of(const arrow_ipc::RecordBatch& found, std::span<const uint8_t> body,
                                 const Buffer& keeper) const {
  BatchWalk walk(found, body, keeper, dictionaries);
  std::vector<Column> columns;
  for (const ArrowField& field : schema->fields) {
    columns.push_back(walk.column(field));
    if (columns.back()->row_count != found.length())
      throw_fault(Code::kCorrupt, "column '" + field.field.name + "' has " +
                                      std::to_string(columns.back()->row_count) + " rows, the batch " +
                                      std::to_string(found.length()));
  }
  if (found.length() < 0 || (columns.empty() && found.length() > kMaxBareRows))
    throw_fault(Code::kCorrupt, "it claims " + std::to_string(found.length()) + " rows");
  return Batch::make(static_cast<size_t>(found.length()), columns);
}

std::optional<IpcStep> IpcReader::State::take(const arrow_ipc::Message& message,
                                              std::span<const uint8_t> body, const Buffer& keeper) {
  IpcStep step;
  if (const auto* found = message.header_as_Schema()) {
    take_schema(*found);
    step.kind = Kind::kSchema;
    return step;
  }
  if (!schema) throw_fault(Code::kCorrupt, "no schema came before it");
  if (const auto* found = message.header_as_DictionaryBatch()) {
    take_dictionary(*found, body, keeper);
    return std::nullopt;
  }
  if (const auto* found = message.header_as_RecordBatch()) {
    step.kind = Kind::kBatch;
    step.batch = batch_of(*found, body, keeper);
    if (const flatbuffers::String* note = find_value(message, kNoteKey)) step.note = note->str();
    return step;
  }
  throw_fault(Code::kUnsupported, "it is neither a schema nor a batch");
}

// Throws FaultException where it does not answer a fault.
Result<IpcStep> IpcReader::State::read(std::span<const uint8_t> bytes, bool is_last, const Buffer& keeper) {
  IpcStep step;
  if (is_ended) return stop(std::move(step), bytes.size(), is_last);
  // An Arrow file is a stream behind a magic word; what follows the end mark is its directory.
  if (trust == IpcTrust::kForeign && is_at_start) {
    if (bytes.size() < kFileMagicBytes && !is_last) return step;
    if (bytes.size() >= kFileMagicBytes &&
        std::memcmp(bytes.data(), kFileMagic.data(), kFileMagic.size()) == 0)
      step.consumed = kFileMagicBytes;
    is_at_start = step.consumed == 0 && bytes.empty();
  }
  while (true) {
    const std::span<const uint8_t> left = bytes.subspan(step.consumed);
    WEIR_ASSIGN_OR_RETURN(Frame frame, cut_frame(left));
    if (frame.outcome == Frame::Outcome::kEndMark) {
      is_ended = true;
      step.consumed += kPrefixBytes;
      return stop(std::move(step), left.size() - kPrefixBytes, is_last);
    }
    if (frame.outcome == Frame::Outcome::kNeedMore) return stop(std::move(step), left.size(), is_last);
    WEIR_ASSIGN_OR_RETURN(const arrow_ipc::Message* message, verify(frame.metadata));
    const auto body_size = static_cast<size_t>(message->body_length());
    if (frame.rest.size() < body_size) return stop(std::move(step), left.size(), is_last);
    const std::span<const uint8_t> body = frame.rest.first(body_size);
    WEIR_RETURN_IF_ERROR(check(*message, frame.metadata, body));
    Buffer kept = keeper;
    if (!kept && body_size > 0) {
      kept = Buffer::allocate(body_size);
      std::memcpy(kept.data(), body.data(), body_size);
    }
    const std::span<const uint8_t> kept_body =
        keeper ? body : std::span<const uint8_t>(kept ? kept.data() : nullptr, body_size);
    std::optional<IpcStep> taken = take(*message, kept_body, kept);
    step.consumed = static_cast<size_t>(body.data() + body_size - bytes.data());
    ++next_number;
    if (!taken) continue;
    taken->consumed = step.consumed;
    return std::move(*taken);
  }
}

IpcReader::IpcReader(IpcTrust trust) : state_(std::make_unique<State>()) { state_->trust = trust; }
IpcReader::~IpcReader() = default;
IpcReader::IpcReader(IpcReader&&) noexcept = default;
IpcReader& IpcReader::operator=(IpcReader&&) noexcept = default;

Result<IpcStep> IpcReader::read(std::span<const uint8_t> bytes, bool is_last, const Buffer& keeper) {
  Result<IpcStep> step = Status::internal("nothing was read");
  try {
    step = state_->read(bytes, is_last, keeper);
  } catch (...) {
    step = current_exception_status();
  }
  if (step.is_ok()) return step;
  return step.status().with_context("message " + std::to_string(state_->next_number));
}

void IpcReader::skip_to_any_number() {
  state_->is_any_number = true;
  state_->is_at_start = false;
}

void IpcReader::assume_schema(const Schema& schema) {
  Result<IpcSchema> own = own_schema(schema);
  WEIR_CHECK(own.is_ok());  // Every type of a schema is one that the writer writes.
  state_->schema = std::move(own).value();
  state_->is_at_start = false;
}

const Schema& IpcReader::schema() const {
  WEIR_CHECK(state_->schema.has_value());
  return state_->schema->schema;
}

uint64_t IpcReader::next_number() const { return state_->next_number; }

}  // namespace weir
