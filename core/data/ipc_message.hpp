#pragma once
// How one message of an IPC stream is wrapped, numbered and hashed. Only ipc_*.cpp include this.
#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include <arrow_ipc_generated.h>
#include <weir/schema.hpp>
#include <weir/status.hpp>

#include "data/arrow_data.hpp"
#include "data/arrow_format.hpp"

namespace weir {

constexpr std::string_view kNumberKey = "weir.seq";
constexpr std::string_view kDigestKey = "weir.xxh3";
constexpr std::string_view kNoteKey = "weir.note";
constexpr size_t kDigestDigits = 16;
constexpr std::string_view kNoDigest = "0000000000000000";
/// Before every message: this mark, then the size of its metadata [bytes] as int32. Size 0: the end mark.
constexpr uint32_t kMessageMark = 0xFFFFFFFF;
constexpr size_t kPrefixBytes = 8;
constexpr size_t kMessageAlignment = 8;

constexpr size_t padded(size_t size) {
  return (size + kMessageAlignment - 1) / kMessageAlignment * kMessageAlignment;
}

using DigestDigits = std::array<char, kDigestDigits>;
/// Returns the digits for metadata, whose own digits are '0', and a body.
DigestDigits message_digest(std::span<const uint8_t> metadata, std::span<const uint8_t> body);

/// Returns the Schema table for a schema.
flatbuffers::Offset<arrow_ipc::Schema> write_schema(const Schema& schema,
                                                    flatbuffers::FlatBufferBuilder& builder);

/// A schema as it came: what the columns become, and how they lie.
struct IpcSchema {
  Schema schema;
  std::vector<ArrowField> fields;
};
/// Needs: the verifier passed the message. Fails: kUnsupported for types that Weir has no form for.
Result<IpcSchema> read_schema(const arrow_ipc::Schema& schema);
/// The layout in which IpcWriter writes the columns of `schema`.
Result<IpcSchema> own_schema(const Schema& schema);

}  // namespace weir
