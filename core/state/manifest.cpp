#include "state/manifest.hpp"

#include <xxhash.h>

#include "state/byte_codec.hpp"

namespace weir {
namespace {

constexpr std::string_view kMark = "WEIRMANI";
constexpr uint32_t kManifestFormat = 1;
constexpr size_t kHeadBytes = 20;
constexpr size_t kSmallestItem = 8;  // Every item of a list has at least two lengths.

void put(std::string& out, const SourcePosition& source) {
  put_text(out, source.node);
  put_text(out, source.partition);
  put_number(out, source.position);
  put_text(out, source.token);
  put_number(out, source.skip);
  put_text(out, source.head);
  put_number(out, source.watermark_us);
  put_number(out, static_cast<uint8_t>(source.is_ended));
}

void put(std::string& out, const SinkToken& sink) {
  put_text(out, sink.node);
  put_number(out, sink.copy);
  put_text(out, sink.token);
}

void put(std::string& out, const PageInfo& page) {
  put_number(out, page.id.epoch);
  put_text(out, page.id.node);
  put_text(out, page.id.state);
  put_number(out, page.id.copy);
  put_text(out, page.file);
  put_number(out, page.size_bytes);
  put_number(out, page.xxh3);
  put_number(out, page.rows);
}

void put(std::string& out, const InferredFormat& format) {
  put_text(out, format.node);
  put_text(out, format.text);
}

void put(std::string& out, const NodeTotals& totals) {
  put_text(out, totals.node);
  put_number(out, totals.rows_in);
  put_number(out, totals.rows_out);
  put_number(out, totals.rejected);
}

void put(std::string& out, const ManifestNote& note) {
  put_text(out, note.name);
  put_text(out, note.bytes);
}

void get(ByteReader& in, SourcePosition& source) {
  source.node = in.text();
  source.partition = in.text();
  source.position = in.number<int64_t>();
  source.token = in.text();
  source.skip = in.number<uint64_t>();
  source.head = in.text();
  source.watermark_us = in.number<int64_t>();
  source.is_ended = in.flag();
}

void get(ByteReader& in, SinkToken& sink) {
  sink.node = in.text();
  sink.copy = in.number<uint32_t>();
  sink.token = in.text();
}

void get(ByteReader& in, PageInfo& page) {
  page.id.epoch = in.number<uint64_t>();
  page.id.node = in.text();
  page.id.state = in.text();
  page.id.copy = in.number<uint32_t>();
  page.file = in.text();
  page.size_bytes = in.number<uint64_t>();
  page.xxh3 = in.number<uint64_t>();
  page.rows = in.number<uint64_t>();
}

void get(ByteReader& in, InferredFormat& format) {
  format.node = in.text();
  format.text = in.text();
}

void get(ByteReader& in, NodeTotals& totals) {
  totals.node = in.text();
  totals.rows_in = in.number<uint64_t>();
  totals.rows_out = in.number<uint64_t>();
  totals.rejected = in.number<uint64_t>();
}

void get(ByteReader& in, ManifestNote& note) {
  note.name = in.text();
  note.bytes = in.text();
}

template <class T>
void put_all(std::string& out, const std::vector<T>& items) {
  put_number(out, static_cast<uint32_t>(items.size()));
  for (const T& item : items) put(out, item);
}

template <class T>
void get_all(ByteReader& in, std::vector<T>& items) {
  items.resize(in.count(kSmallestItem));
  for (T& item : items) get(in, item);
}

std::string body_bytes(const Manifest& manifest) {
  std::string body;
  put_number(body, manifest.epoch);
  put_number(body, manifest.time_us);
  put_text(body, manifest.run);
  put_text(body, manifest.plan_fingerprint);
  put_all(body, manifest.sources);
  put_all(body, manifest.sinks);
  put_all(body, manifest.pages);
  put_all(body, manifest.formats);
  put_all(body, manifest.totals);
  put_all(body, manifest.notes);
  return body;
}

}  // namespace

std::string manifest_bytes(const Manifest& manifest) {
  const std::string body = body_bytes(manifest);
  std::string bytes(kMark);
  put_number(bytes, kManifestFormat);
  put_number(bytes, uint64_t{body.size()});
  bytes += body;
  put_number(bytes, uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
  return bytes;
}

Result<Manifest> parse_manifest(std::string_view bytes, SumCheck check) {
  if (bytes.size() < kHeadBytes + sizeof(uint64_t) || !bytes.starts_with(kMark)) {
    return Status::corrupt("it does not begin as a manifest");
  }
  ByteReader head(bytes.substr(kMark.size()));
  const auto format = head.number<uint32_t>();
  const auto body_size = head.number<uint64_t>();
  const size_t expected = bytes.size() - kHeadBytes - sizeof(uint64_t);
  if (body_size != expected) {
    return Status::corrupt("its body has " + std::to_string(expected) + " bytes, its head says " +
                           std::to_string(body_size));
  }
  const std::string_view summed = bytes.substr(0, bytes.size() - sizeof(uint64_t));
  const uint64_t sum = XXH3_64bits(summed.data(), summed.size());
  if (check == SumCheck::kDone && ByteReader(bytes.substr(summed.size())).number<uint64_t>() != sum) {
    return Status::corrupt("its sum does not match");
  }
  // Whole, so another version has written it: to go on from an older one would do everything since then
  // again.
  if (format != kManifestFormat) {
    return Status(Code::kUnsupported, "it has manifest format " + std::to_string(format) +
                                          ", this version of weir reads " + std::to_string(kManifestFormat));
  }
  ByteReader body(summed.substr(kHeadBytes));
  Manifest manifest;
  manifest.epoch = body.number<uint64_t>();
  manifest.time_us = body.number<int64_t>();
  manifest.run = body.text();
  manifest.plan_fingerprint = body.text();
  get_all(body, manifest.sources);
  get_all(body, manifest.sinks);
  get_all(body, manifest.pages);
  get_all(body, manifest.formats);
  get_all(body, manifest.totals);
  get_all(body, manifest.notes);
  if (!body.is_good() || !body.is_at_end()) return Status::corrupt("its body is not whole");
  return manifest;
}

}  // namespace weir
