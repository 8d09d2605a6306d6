#include "expr/eval.hpp"

#include <algorithm>
#include <array>

#include "expr/columns.hpp"

namespace weir::expr {

Eval::Eval(Arena& arena, const weir_batch* batch, int64_t row_count, size_t slot_count, RowFaults& faults)
    : arena_(arena),
      batch_(batch),
      row_count_(row_count),
      columns_(batch == nullptr ? 0 : batch->column_count),
      slots_(slot_count),
      faults_(faults) {}

const Vector& Eval::column(uint32_t index) {
  std::optional<Vector>& column = columns_.at(index);
  if (!column) column = load_column(*batch_->columns[index], row_count_, arena_);
  return *column;
}

void Eval::fault_row(int64_t row, std::string_view code, std::string_view message) {
  if (faulted_ == nullptr) faulted_ = new_bits(false);
  if (get_bit(faulted_, row)) return;
  set_bit(faulted_, row);
  faults_.push_back({row, std::string(code), std::string(message)});
}

void Eval::fault(int64_t index, bool is_constant, const Bits* mask, std::string_view code,
                 std::string_view message) {
  if (try_depth_ > 0) return;
  const auto wants = [&](int64_t row) { return mask == nullptr || get_bit(mask, row); };
  if (!is_constant) {
    if (wants(index)) fault_row(index, code, message);
    return;
  }
  for (int64_t row = 0; row < row_count_; ++row)
    if (wants(row)) fault_row(row, code, message);
}

const weir_column* Eval::keep(Column column) {
  kept_.push_back(std::move(column));
  return kept_.back().get();
}

Bits* Eval::new_bits(bool value) {
  const size_t words = std::max<size_t>(1, bit_words(row_count_));
  Bits* const bits = arena_.allocate_array<Bits>(static_cast<int64_t>(words));
  std::fill_n(bits, words, value ? ~Bits{0} : Bits{0});
  return bits;
}

Bits* Eval::copy_bits(const Bits* bits) {
  Bits* const copy = new_bits(true);
  if (bits != nullptr) std::copy_n(bits, bit_words(row_count_), copy);
  return copy;
}

bool Eval::any(const Bits* mask) const {
  if (mask == nullptr) return row_count_ > 0;
  for (int64_t row = 0; row < row_count_; row += 64) {
    const int64_t left = row_count_ - row;
    const Bits wanted = left >= 64 ? ~Bits{0} : (Bits{1} << static_cast<unsigned>(left)) - 1;
    if ((mask[row / 64] & wanted) != 0) return true;
  }
  return false;
}

const Vector* Eval::remembered(size_t slot, const Bits* mask) const {
  const Slot& found = slots_[slot];
  // Under TRY a value may be null because of a fault that counts elsewhere.
  if (!found.is_filled || try_depth_ > 0) return nullptr;
  if (found.mask == nullptr || found.mask == mask) return &found.value;
  if (mask == nullptr) return nullptr;
  for (size_t i = 0; i < bit_words(row_count_); ++i)
    if ((mask[i] & ~found.mask[i]) != 0) return nullptr;
  return &found.value;
}

void Eval::remember(size_t slot, const Bits* mask, const Vector& value) {
  if (try_depth_ == 0) slots_[slot] = {true, mask, value};
}

Rows rows_of(const Eval& eval, const Bits* mask, std::span<const Vector> args) {
  const bool is_constant =
      std::all_of(args.begin(), args.end(), [](const Vector& v) { return v.is_constant; });
  return {is_constant ? 1 : eval.row_count(), is_constant, mask};
}

const Bits* joint_validity(Eval& eval, const Rows& rows, std::span<const Vector> args) {
  const Bits* joint = nullptr;
  Bits* own = nullptr;
  for (const Vector& arg : args) {
    if (arg.validity == nullptr || (arg.is_constant && !rows.is_constant)) continue;
    if (joint == nullptr) {
      joint = arg.validity;
      continue;
    }
    if (joint == arg.validity) continue;
    if (own == nullptr) joint = own = eval.copy_bits(joint);
    for (size_t i = 0; i < rows.words(); ++i) own[i] &= arg.validity[i];
  }
  return joint;
}

Vector null_vector(const ValueType& type) {
  alignas(64) static constexpr std::array<std::byte, 64> kZeros{};
  static constexpr Bits kNone = 0;
  Vector out;
  out.type = type;
  out.is_constant = true;
  out.values = kZeros.data();
  out.validity = &kNone;
  return out;
}

Vector result_vector(const ValueType& type, const Rows& rows, const void* values, const Bits* validity) {
  Vector out;
  out.type = type;
  out.is_constant = rows.is_constant;
  out.values = values;
  out.validity = validity;
  return out;
}

}  // namespace weir::expr
