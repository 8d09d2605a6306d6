#pragma once
// Key columns turned into rows of words, a block at a time: what a keyed table hashes and compares.
#include <cstdint>
#include <vector>

#include <weir/abi.h>

#include "state/key_shape.hpp"

namespace weir {

/// The keys of up to kRows rows, as KeyShape lays them out, with their hashes.
///
/// Each call of a table fills it anew; the memory is kept between calls. Threads: one at a time.
class KeyBlock {
 public:
  static constexpr uint32_t kRows = 256;  ///< 256 keys of three texts take 16 KiB: they stay in the L1 cache.

  /// Borrows `shape` as long as the block lives.
  explicit KeyBlock(const KeyShape& shape);

  /// Looks at the columns of one call. Borrows `keys` until the next begin(). Needs: shape.check(keys)
  /// passed.
  void begin(const weir_keys& keys);
  /// Fills rows [first, first + count) of the picked rows. Needs: count <= kRows.
  void fill(int64_t first, uint32_t count);

  const uint64_t* words(uint32_t row) const { return words_.data() + size_t{row} * shape_.word_count(); }
  /// Returns the row's text pointers; those of short texts hold anything.
  const char* const* texts(uint32_t row) const { return texts_.data() + size_t{row} * shape_.text_count(); }
  uint64_t hash(uint32_t row) const { return hashes_[row]; }
  /// Returns whether any text of this block is longer than kInlineText.
  bool has_long_texts() const { return has_long_texts_; }

 private:
  struct Entries {
    bool is_used = false;
    std::vector<TextCell> cells;  // By code; each distinct value is hashed once a call.
  };
  void fill_namespaces(int64_t first, uint32_t count);
  void fill_column(size_t index, uint32_t count);
  void fill_nulls(size_t index, uint32_t count);
  template <class Read>
  void fill_words(size_t index, uint32_t count, Read&& read);
  void fill_texts(size_t index, uint32_t count);
  void fill_decimals(size_t index, uint32_t count);
  void put_text_cell(uint32_t row, const KeyColumn& column, const TextCell& cell);

  const KeyShape& shape_;
  const weir_keys* keys_ = nullptr;
  std::vector<Entries> entries_;  // One for each key column.
  std::vector<uint64_t> words_;
  std::vector<const char*> texts_;
  std::vector<uint64_t> hashes_;
  std::vector<int64_t> rows_;  // Column rows of this block.
  bool has_long_texts_ = false;
};

}  // namespace weir
