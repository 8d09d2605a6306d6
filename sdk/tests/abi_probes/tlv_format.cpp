// tlv: reads a binary log of records "0xA7, length (1 byte), value (4 bytes, big endian), text, sum (1
// byte)".
//
// The sum of all bytes of a record, its sum included, is 0 modulo 256. A record whose sum is wrong is
// rejected with its place, and reading goes on at the next byte that begins a sound record.
#include <weir/decoder.hpp>

#include <array>

namespace {

constexpr size_t kHeaderBytes = 2;
constexpr size_t kFixedBytes = kHeaderBytes + 4 + 1;
constexpr uint8_t kMagic = 0xA7;
constexpr size_t kBatchRows = 8192;

uint8_t byte_at(std::string_view bytes, size_t at) { return static_cast<uint8_t>(bytes[at]); }

enum class Record { kSound, kDamaged, kIncomplete };

// Says what begins at `at`, and how long it is when it is sound.
Record look_at(std::string_view bytes, size_t at, size_t* size) {
  if (byte_at(bytes, at) != kMagic) return Record::kDamaged;
  if (bytes.size() - at < kHeaderBytes) return Record::kIncomplete;
  *size = kFixedBytes + byte_at(bytes, at + 1);
  if (bytes.size() - at < *size) return Record::kIncomplete;
  unsigned sum = 0;
  for (size_t i = 0; i < *size; ++i) sum += byte_at(bytes, at + i);
  return (sum & 0xFFU) == 0 ? Record::kSound : Record::kDamaged;
}

class TlvDecoder final : public weir::Decoder {
 public:
  weir::Result<weir::Schema> bind(std::string_view, std::string_view) override {
    return weir::Schema::parse("value: int64, text: string");
  }

  int64_t find_record(std::string_view bytes, size_t from) const override {
    size_t size = 0;
    for (size_t at = from; at < bytes.size(); ++at)
      if (look_at(bytes, at, &size) == Record::kSound) return static_cast<int64_t>(at);
    return weir::kNotFound;
  }

  weir::Result<size_t> decode(const weir::DecodeInput& input, weir::DecodeOutput& output) const override {
    const std::string_view bytes = input.text();
    size_t at = 0;
    while (at < bytes.size()) {
      Rows rows;
      const size_t from = at;
      bool is_at_end = false;
      while (at < bytes.size() && rows.values.size() < kBatchRows && !is_at_end)
        is_at_end = !read_one(input, &at, &rows, output);
      const std::array columns = {std::move(rows.values).finish(), std::move(rows.texts).finish()};
      output.emit(weir::Batch::make(columns[0].size(), columns), from, at);
      if (is_at_end) break;
    }
    return at;
  }

 private:
  struct Rows {
    weir::ColumnBuilder<int64_t> values;
    weir::StringBuilder texts;
  };

  // Returns false when the bytes end inside a record that may go on in the next ones.
  bool read_one(const weir::DecodeInput& input, size_t* at, Rows* rows, weir::DecodeOutput& output) const {
    const std::string_view bytes = input.text();
    size_t size = 0;
    const Record found = look_at(bytes, *at, &size);
    if (found == Record::kIncomplete && !input.is_last()) return false;
    if (found != Record::kSound) {
      const int64_t next = find_record(bytes, *at + 1);
      const size_t end = next < 0 ? bytes.size() : static_cast<size_t>(next);
      output.reject(*at, bytes.substr(*at, end - *at), "bad-record",
                    "these bytes are no record with a right sum");
      *at = end;
      return true;
    }
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | byte_at(bytes, *at + kHeaderBytes + i);
    rows->values.append(value);
    rows->texts.append_view(input.buffer(), bytes.substr(*at + kHeaderBytes + 4, size - kFixedBytes));
    *at += size;
    return true;
  }
};

}  // namespace

WEIR_FORMAT(TlvDecoder, weir::NoEncoder, weir::NoOptions, "tlv",
            "Read a binary log of length-prefixed records.");
