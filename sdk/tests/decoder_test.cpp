#include "weir/decoder.hpp"

#include <gmock/gmock.h>

#include "test_host.hpp"

namespace {

using testing::ElementsAre;

std::string record(uint32_t value, std::string_view text) {
  std::string bytes = {'\xA7', static_cast<char>(text.size())};
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  bytes += text;
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<uint8_t>(c);
  return bytes + static_cast<char>(256 - sum % 256);
}

// The format as a byte source's host uses it: what one call leaves begins the next one's bytes.
class Opened {
 public:
  Opened() {
    EXPECT_EQ(c_->create(weir::host(), nullptr, 0, &node_, &fault_), 0) << fault_.message;
    const weir_binding* binding = nullptr;
    EXPECT_EQ(c_->decoder->bind(node_, {}, {}, &binding, &fault_), 0) << fault_.message;
    EXPECT_EQ(weir::as_view(binding->outputs[0].columns[1].field.name), "text");
    size_t header = 1;
    EXPECT_EQ(c_->decoder->open(node_, weir::as_str("log"), {}, &context_, &header, &fault_), 0);
    EXPECT_EQ(header, 0U);
  }
  ~Opened() {
    c_->decoder->close(context_);
    c_->destroy(node_);
  }
  size_t decode(std::string_view text, int64_t offset, bool is_last) {
    const weir::Buffer buffer = weir::Buffer::allocate(text.size());
    if (!text.empty()) std::memcpy(buffer.data(), text.data(), text.size());
    const weir_bytes bytes = {
        sizeof(bytes), is_last ? 1U : 0U, buffer.get(), buffer.data(), text.size(), offset, 1, 0};
    size_t consumed = 0;
    EXPECT_EQ(c_->decoder->decode(context_, &caller, &bytes, &consumed, &fault_), WEIR_DONE)
        << fault_.message;
    return consumed;
  }
  int64_t find_record(std::string_view text, size_t from) {
    return c_->decoder->find_record(context_, reinterpret_cast<const uint8_t*>(text.data()), text.size(),
                                    from);
  }
  std::vector<std::string> rows() const {
    std::vector<std::string> all;
    for (const auto& output : caller.outputs)
      for (size_t i = 0; i < output.batch.row_count(); ++i) all.push_back(to_text(output.batch.slice(i, 1)));
    return all;
  }
  TestContext caller;

 private:
  const weir_component* c_ = find_component("tlv");
  weir_node* node_ = nullptr;
  weir_decode_context* context_ = nullptr;
  weir_fault fault_{};
};

const std::string kFirst = record(7, "a");
const std::string kSecond = record(70000, "a text of more than 12 bytes");
const std::string kThird = record(9, "");

TEST(Decoder, GivesTheSameRowsWhereverTheBytesAreCut) {
  const std::string all = kFirst + kSecond + kThird;
  for (size_t cut = 0; cut <= all.size(); ++cut) {
    Opened format;
    const size_t consumed = format.decode(std::string_view(all).substr(0, cut), 0, false);
    ASSERT_LE(consumed, cut);
    format.decode(std::string_view(all).substr(consumed), static_cast<int64_t>(consumed), true);
    EXPECT_THAT(format.rows(), ElementsAre("7 | a", "70000 | a text of more than 12 bytes", "9 | ")) << cut;
    EXPECT_THAT(format.caller.rejections, ElementsAre()) << cut;
  }
}

TEST(Decoder, ADamagedRecordIsRejectedWithItsPlaceAndTheOthersArrive) {
  std::string all = kFirst + kSecond + kThird;
  all[kFirst.size() + 10] ^= '\x20';
  Opened format;
  EXPECT_EQ(format.decode(all, 1000, true), all.size());
  EXPECT_THAT(format.rows(), ElementsAre("7 | a", "9 | "));
  EXPECT_THAT(format.caller.rejections,
              ElementsAre("@1008 bad-record: these bytes are no record with a right sum <" +
                          all.substr(kFirst.size(), kSecond.size()) + ">"));
}

TEST(Decoder, FindsTheNextRecordAndSaysWhenThereIsNone) {
  Opened format;
  EXPECT_EQ(format.find_record(kFirst + kSecond, 1), static_cast<int64_t>(kFirst.size()));
  EXPECT_EQ(format.find_record("nothing", 0), WEIR_NOT_FOUND);
}

TEST(Decoder, RowsKnowWhichBytesTheyComeFrom) {
  Opened format;
  format.decode(kFirst + kSecond, 500, true);
  ASSERT_EQ(format.caller.outputs.size(), 1U);
  const weir_origin& origin = format.caller.outputs[0].batch->origin;
  EXPECT_EQ(origin.partition, 1U);
  EXPECT_EQ(origin.first, 500);
  EXPECT_EQ(origin.end, 500 + static_cast<int64_t>(kFirst.size() + kSecond.size()));
}

}  // namespace
