#include <string>
#include <utility>

#include <weir/encode_output.hpp>
#include <weir/fault.hpp>

#include "data/column.hpp"
#include "data/ipc.hpp"
#include "data/ipc_message.hpp"
#include "data/plain_text.hpp"

namespace weir {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// The body of a record batch: first laid out, then written into the room that was counted.
class Body {
 public:
  void add(const Field& field, const weir_column& column) {
    if (column.type != static_cast<uint8_t>(field.type.type))
      throw_fault(Code::kInvalid, "column '" + field.name + "' is " +
                                      std::string(type_name(static_cast<Type>(column.type))) + ", not " +
                                      field.type.to_string());
    const int64_t null_count = nulls_of(column);
    nodes_.emplace_back(column.row_count, null_count);
    place(Piece::kBits, column, null_count == 0 ? 0 : bitmap_bytes(rows_of(column)), column.validity);
    switch (static_cast<weir_layout>(column.layout)) {
      case WEIR_LAYOUT_BITS:
        return place(Piece::kBits, column, bitmap_bytes(rows_of(column)), column.values);
      case WEIR_LAYOUT_FIXED:
        return place(Piece::kBytes, column, rows_of(column) * type_width(field.type.type), column.values);
      case WEIR_LAYOUT_OFFSETS:
      case WEIR_LAYOUT_VIEW:
      case WEIR_LAYOUT_DICTIONARY:
        return add_text(field, column);
      case WEIR_LAYOUT_LIST:
        return add_list(field, column);
      case WEIR_LAYOUT_STRUCT:
        return add_struct(field, column);
    }
    throw_fault(Code::kInternal, "column '" + field.name + "' has no known layout");
  }

  size_t size() const { return size_; }
  const std::vector<arrow_ipc::FieldNode>& nodes() const { return nodes_; }
  const std::vector<arrow_ipc::Buffer>& buffers() const { return buffers_; }

  void write(uint8_t* to) const {
    for (const Piece& piece : pieces_) {
      write(piece, to);
      const size_t end = padded(piece.size);
      if (end > piece.size) std::memset(to + piece.size, 0, end - piece.size);
      to += end;
    }
  }

 private:
  struct Piece {
    enum Kind { kBytes, kBits, kTextOffsets, kTexts, kListOffsets };
    Kind kind;
    const weir_column* column;
    size_t size;
    const void* from;
  };

  static int64_t nulls_of(const weir_column& column) {
    if (column.validity == nullptr) return 0;
    if (column.null_count >= 0) return column.null_count;
    return column.row_count - static_cast<int64_t>(count_set_bits(column.validity, rows_of(column)));
  }

  void place(Piece::Kind kind, const weir_column& column, size_t size, const void* from) {
    buffers_.emplace_back(static_cast<int64_t>(size_), static_cast<int64_t>(size));
    pieces_.push_back({kind, &column, size, from});
    size_ += padded(size);
  }

  static size_t text_bytes(const Field& field, const weir_column& column) {
    if (column.layout == WEIR_LAYOUT_OFFSETS)
      return static_cast<size_t>(offsets_of(column)[column.row_count] - offsets_of(column)[0]);
    const StringColumn texts(column);
    size_t bytes = 0;
    for (size_t row = 0; row < texts.size(); ++row)
      bytes += texts.is_null(row) ? 0 : texts.view_at(row).size();
    if (bytes > INT32_MAX)
      throw_fault(Code::kUnsupported,
                  "column '" + field.name +
                      "': one batch holds more than 2 GiB of it; split it into smaller batches");
    return bytes;
  }

  void add_text(const Field& field, const weir_column& column) {
    place(Piece::kTextOffsets, column, (rows_of(column) + 1) * sizeof(int32_t), nullptr);
    place(Piece::kTexts, column, text_bytes(field, column), nullptr);
  }

  void add_list(const Field& field, const weir_column& column) {
    place(Piece::kListOffsets, column, (rows_of(column) + 1) * sizeof(int32_t), nullptr);
    const ListColumn lists(column);
    const size_t first = lists.first(0);
    const size_t count = lists.first(lists.size()) - first;
    // Only the items of these rows; the offsets are written from 0 on.
    slices_.push_back(slice(lists.items(), first, count));
    add(field.type.children.at(0), *slices_.back());
  }

  void add_struct(const Field& field, const weir_column& column) {
    if (field.type.children.size() != column.child_count)
      throw_fault(Code::kInvalid, "column '" + field.name + "' has " + std::to_string(column.child_count) +
                                      " members, not those of " + field.type.to_string());
    for (uint32_t i = 0; i < column.child_count; ++i) add(field.type.children[i], *column.children[i]);
  }

  static void write(const Piece& piece, uint8_t* to) {
    const weir_column& column = *piece.column;
    switch (piece.kind) {
      case Piece::kBytes:
        if (piece.size > 0) std::memcpy(to, piece.from, piece.size);
        return;
      case Piece::kBits:
        if (piece.size == 0) return;
        std::memcpy(to, piece.from, piece.size);
        // Bits past the last row hold anything; at rest they are 0, so that equal rows are equal bytes.
        if (const size_t used = rows_of(column) % 8; used != 0)
          to[piece.size - 1] = static_cast<uint8_t>(to[piece.size - 1] & ((1U << used) - 1U));
        return;
      case Piece::kTextOffsets:
        return write_offsets(piece, to, [&](int32_t* offsets) {
          const Result<size_t> size = text_offsets(column, offsets);
          WEIR_CHECK(size.is_ok());  // text_bytes() counted the same.
        });
      case Piece::kTexts:
        return copy_texts(column, to);
      case Piece::kListOffsets:
        return write_offsets(piece, to, [&](int32_t* offsets) {
          const int32_t* from = offsets_of(column);
          for (size_t row = 0; row <= rows_of(column); ++row) offsets[row] = from[row] - from[0];
        });
    }
  }

  // What stood in the output before decides whether the room is aligned.
  template <class Fill>
  static void write_offsets(const Piece& piece, uint8_t* to, Fill fill) {
    if (reinterpret_cast<uintptr_t>(to) % alignof(int32_t) == 0) return fill(reinterpret_cast<int32_t*>(to));
    const Buffer aligned = Buffer::allocate(piece.size);
    fill(reinterpret_cast<int32_t*>(aligned.data()));
    std::memcpy(to, aligned.data(), piece.size);
  }

  std::vector<Piece> pieces_;
  std::vector<arrow_ipc::FieldNode> nodes_;
  std::vector<arrow_ipc::Buffer> buffers_;
  std::vector<Column> slices_;
  size_t size_ = 0;
};

// Where the digits of the digest stand in the finished metadata.
size_t finish_message(FlatBufferBuilder& builder, arrow_ipc::MessageHeader kind, Offset<void> header,
                      size_t body_size, uint64_t number, std::string_view note) {
  const auto text = [&](std::string_view value) { return builder.CreateString(value.data(), value.size()); };
  const auto digits = text(kNoDigest);
  const auto digest_key = text(kDigestKey);
  const auto number_text = text(std::to_string(number));
  const auto number_key = text(kNumberKey);
  std::vector pairs = {arrow_ipc::CreateKeyValue(builder, number_key, number_text),
                       arrow_ipc::CreateKeyValue(builder, digest_key, digits)};
  if (!note.empty()) {
    const auto note_text = text(note);
    const auto note_key = text(kNoteKey);
    pairs.push_back(arrow_ipc::CreateKeyValue(builder, note_key, note_text));
  }
  const auto metadata = builder.CreateVector(pairs);
  builder.Finish(arrow_ipc::CreateMessage(builder, arrow_ipc::MetadataVersion_V5, kind, header,
                                          static_cast<int64_t>(body_size), metadata));
  // Offsets count from the end; a string begins with its 4-byte size.
  return builder.GetSize() - digits.o + 4;
}

}  // namespace

struct IpcWriter::State {
  Schema schema;
  uint64_t next_number;
  FlatBufferBuilder builder;

  // Appends prefix, metadata and body; `write_body` fills `body_size` bytes.
  template <class WriteBody>
  void append(arrow_ipc::MessageHeader kind, Offset<void> header, size_t body_size, weir_bytes_out& out,
              WriteBody write_body, std::string_view note = {}) {
    const size_t digits_at = finish_message(builder, kind, header, body_size, next_number, note);
    const size_t used = builder.GetSize();
    const size_t metadata_size = padded(used);
    EncodeOutput output(&out);
    auto* at = reinterpret_cast<uint8_t*>(output.reserve(kPrefixBytes + metadata_size + body_size));
    const auto size_on_wire = static_cast<int32_t>(metadata_size);
    std::memcpy(at, &kMessageMark, 4);
    std::memcpy(at + 4, &size_on_wire, 4);
    uint8_t* metadata = at + kPrefixBytes;
    std::memcpy(metadata, builder.GetBufferPointer(), used);
    std::memset(metadata + used, 0, metadata_size - used);
    write_body(metadata + metadata_size);
    const DigestDigits digits =
        message_digest({metadata, metadata_size}, {metadata + metadata_size, body_size});
    std::memcpy(metadata + digits_at, digits.data(), digits.size());
    output.commit(kPrefixBytes + metadata_size + body_size);
    ++next_number;
  }
};

IpcWriter::IpcWriter(Schema schema, uint64_t next_number)
    : state_(std::make_unique<State>(State{std::move(schema), next_number, FlatBufferBuilder()})) {}
IpcWriter::~IpcWriter() = default;
IpcWriter::IpcWriter(IpcWriter&&) noexcept = default;
IpcWriter& IpcWriter::operator=(IpcWriter&&) noexcept = default;

uint64_t IpcWriter::next_number() const { return state_->next_number; }

Status IpcWriter::begin(weir_bytes_out& out) {
  try {
    state_->builder.Clear();
    const auto schema = write_schema(state_->schema, state_->builder);
    state_->append(arrow_ipc::MessageHeader_Schema, schema.Union(), 0, out, [](uint8_t*) {});
    return {};
  } catch (...) {
    return current_exception_status();
  }
}

Status IpcWriter::write(const weir_batch& batch, weir_bytes_out& out, std::string_view note) {
  try {
    const Schema& schema = state_->schema;
    if (batch.column_count != schema.size())
      return Status::invalid("the batch has " + std::to_string(batch.column_count) + " columns, its stream " +
                             std::to_string(schema.size()));
    Body body;
    for (size_t i = 0; i < schema.size(); ++i) body.add(schema[i], *batch.columns[i]);
    state_->builder.Clear();
    const auto nodes = state_->builder.CreateVectorOfStructs(body.nodes());
    const auto buffers = state_->builder.CreateVectorOfStructs(body.buffers());
    const auto header = arrow_ipc::CreateRecordBatch(state_->builder, batch.row_count, nodes, buffers);
    state_->append(
        arrow_ipc::MessageHeader_RecordBatch, header.Union(), body.size(), out,
        [&](uint8_t* to) { body.write(to); }, note);
    return {};
  } catch (...) {
    return current_exception_status();
  }
}

Status IpcWriter::finish(weir_bytes_out& out) {
  try {
    EncodeOutput output(&out);
    char* at = output.reserve(kPrefixBytes);
    std::memcpy(at, &kMessageMark, 4);
    std::memset(at + 4, 0, 4);
    output.commit(kPrefixBytes);
    return {};
  } catch (...) {
    return current_exception_status();
  }
}

}  // namespace weir
