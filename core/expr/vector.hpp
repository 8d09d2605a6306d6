#pragma once
// Values of one expression over the rows of one batch, and the memory they lie in.
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "expr/value_type.hpp"

namespace weir::expr {

/// Memory of one evaluation, given back at its end all at once.
///
/// Threads: confined to one evaluation.
class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  /// Returns memory aligned to 64 bytes whose size is rounded up to 64, uninitialised.
  void* allocate(size_t bytes);
  template <class T>
  T* allocate_array(int64_t count) {
    return static_cast<T*>(allocate(sizeof(T) * static_cast<size_t>(count)));
  }
  /// Forgets everything, but keeps the largest block for the next evaluation.
  void reset();

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size = 0;
  };
  std::vector<Block> blocks_;
  size_t used_ = 0;  ///< In the last block.
};

/// Bits of rows: bit i % 64 of word i / 64. Bits past the last row hold anything.
using Bits = uint64_t;
inline size_t bit_words(int64_t rows) { return (static_cast<size_t>(rows) + 63) / 64; }
inline bool get_bit(const Bits* bits, int64_t row) {
  return ((bits[static_cast<size_t>(row) / 64] >> (static_cast<size_t>(row) % 64)) & 1U) != 0;
}
inline void set_bit(Bits* bits, int64_t row) {
  bits[static_cast<size_t>(row) / 64] |= uint64_t{1} << (static_cast<size_t>(row) % 64);
}
inline void clear_bit(Bits* bits, int64_t row) {
  bits[static_cast<size_t>(row) / 64] &= ~(uint64_t{1} << (static_cast<size_t>(row) % 64));
}

/// Bytes that views point into. `owner` is the input column whose buffers hold them; null: the arena.
struct Heap {
  const uint8_t* data = nullptr;
  const weir_column* owner = nullptr;
};

/// The values of one expression. Copied freely: it borrows from the arena, the batch and the program.
///
/// Bools are bits; integers, floats, dates, timestamps and intervals their C++ types; decimals Int128;
/// strings and binaries weir_view into `heaps`; lists and structs only `column`. Slots of nulls hold anything
/// that can be read.
struct Vector {
  ValueType type;
  bool is_constant = false;  ///< One value (and one validity bit) stands for every row.
  const void* values = nullptr;
  const Bits* validity = nullptr;  ///< Bit set: present. Null: no nulls.
  std::span<const Heap> heaps;
  const weir_column* column = nullptr;  ///< The input column that these values are of; or null.
  bool is_whole_column = false;         ///< They are `column`, unchanged.

  template <class T>
  const T* data() const {
    return static_cast<const T*>(values);
  }
  int64_t at(int64_t row) const { return is_constant ? 0 : row; }
  bool is_valid(int64_t row) const { return validity == nullptr || get_bit(validity, at(row)); }
  bool is_null_constant() const { return is_constant && !is_valid(0); }
  /// Needs: strings or binaries.
  std::string_view text(int64_t row) const { return view_text(data<weir_view>()[at(row)]); }
  std::string_view view_text(const weir_view& view) const {
    const auto size = static_cast<size_t>(view.size);
    if (size <= sizeof(view.u.inlined)) return {view.u.inlined, size};
    return {
        reinterpret_cast<const char*>(heaps[static_cast<size_t>(view.u.ref.heap)].data) + view.u.ref.offset,
        size};
  }
};

/// Writes the texts of a new column of strings, in any order of rows.
class TextWriter {
 public:
  TextWriter(Arena& arena, int64_t rows) : arena_(arena), views_(arena.allocate_array<weir_view>(rows)) {
    std::memset(static_cast<void*>(views_), 0, sizeof(weir_view) * static_cast<size_t>(rows));
  }
  void put(int64_t row, std::string_view text) { put(row, text, {}); }
  /// Writes two texts as one.
  void put(int64_t row, std::string_view begin, std::string_view end);
  const weir_view* views() const { return views_; }
  std::span<const Heap> heaps();

 private:
  char* room(size_t size);

  Arena& arena_;
  weir_view* views_;
  std::vector<Heap> heaps_;
  char* heap_ = nullptr;
  size_t used_ = 0;
  size_t capacity_ = 0;
};

}  // namespace weir::expr
