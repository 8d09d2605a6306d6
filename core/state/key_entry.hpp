#pragma once
// Keys as they begin an entry of a page: i64 namespace, u32 length, canonical key bytes.
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

#include "state/byte_codec.hpp"
#include "state/record_table.hpp"

namespace weir {

inline void put_key_entry(const RecordTable& table, const Record* record, std::string& out) {
  put_number(out, table.shape().ns(record));
  const size_t length_at = out.size();
  put_number(out, uint32_t{0});
  table.key().append_key_bytes(table.shape().words(record), table.shape().texts(record), out);
  const auto length = static_cast<uint32_t>(out.size() - length_at - sizeof(uint32_t));
  std::memcpy(out.data() + length_at, &length, sizeof(length));
}

/// Reads keys into words, which insert_new() of a table takes.
class KeyEntryReader {
 public:
  /// Borrows `key`.
  explicit KeyEntryReader(const KeyShape& key)
      : key_(key), words_(key.word_count()), texts_(key.text_count() + 1) {}
  /// Long texts go on to point into what `from` reads. Fails with kCorrupt or kInvalid.
  Status read(ByteReader& from) {
    const auto ns = from.number<int64_t>();
    const std::string_view bytes = from.text();
    if (!from.is_good()) return Status::corrupt("a stored key is not whole");
    WEIR_RETURN_IF_ERROR(key_.read_key_bytes(bytes, words_.data(), texts_.data()));
    words_[0] = static_cast<uint64_t>(ns);
    return Status::ok();
  }
  const uint64_t* words() const { return words_.data(); }
  const char* const* texts() const { return texts_.data(); }

 private:
  const KeyShape& key_;
  std::vector<uint64_t> words_;
  std::vector<const char*> texts_;
};

}  // namespace weir
