#include "state/value_pages.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include <weir/fault.hpp>

#include "state/byte_codec.hpp"

namespace weir {
namespace {

weir_block* block_in(const char* slot, uint32_t offset) {
  weir_block* block = nullptr;
  std::memcpy(&block, slot + offset, sizeof(block));
  return block;
}

void set_block(char* slot, uint32_t offset, weir_block* block) {
  std::memcpy(slot + offset, &block, sizeof(block));
}

void put_entry(const ValueTable& table, Record* record, std::string& out) {
  const RecordShape& shape = table.shape();
  put_number(out, shape.ns(record));
  const size_t length_at = out.size();
  put_number(out, uint32_t{0});
  table.spec().key.append_key_bytes(shape.words(record), shape.texts(record), out);
  const auto length = static_cast<uint32_t>(out.size() - length_at - sizeof(uint32_t));
  std::memcpy(out.data() + length_at, &length, sizeof(length));
  const char* const slot = shape.slot(record);
  const size_t slot_at = out.size();
  out.append(slot, shape.slot_size());
  for (const uint32_t offset : table.spec().ref_offsets) {
    std::memset(out.data() + slot_at + offset, 0, sizeof(weir_block*));
    const weir_block* const block = block_in(slot, offset);
    put_number(out, block == nullptr ? uint64_t{0} : block->size);
    if (block != nullptr) out.append(reinterpret_cast<const char*>(block->data), block->size);
  }
}

/// The blocks of one stored slot, freed unless they became a slot's own.
class Blocks {
 public:
  explicit Blocks(ValueTable& table) : table_(table) {}
  ~Blocks() {
    for (weir_block*& block : blocks_) (void)table_.block_resize(&block, 0);
  }
  Blocks(const Blocks&) = delete;
  Blocks& operator=(const Blocks&) = delete;
  Status add(std::string_view bytes) {
    blocks_.push_back(nullptr);
    WEIR_RETURN_IF_ERROR(table_.block_resize(&blocks_.back(), bytes.size()));
    if (!bytes.empty()) std::memcpy(blocks_.back()->data, bytes.data(), bytes.size());
    return Status::ok();
  }
  weir_block* at(size_t index) const { return blocks_[index]; }
  /// Returns whether `block` was one of these; it is the caller's then.
  bool hand_over(const weir_block* block) {
    const auto found = std::find(blocks_.begin(), blocks_.end(), block);
    if (found == blocks_.end()) return false;
    *found = nullptr;
    return true;
  }

 private:
  ValueTable& table_;
  std::vector<weir_block*> blocks_;
};

/// Reads the slots of one page into a table.
class SlotReader {
 public:
  SlotReader(const PageReader& page, const SlotReading& reading, ValueTable& table)
      : page_(page),
        reading_(reading),
        table_(table),
        words_(table.spec().key.word_count()),
        texts_(table.spec().key.text_count() + 1) {}

  Status check() const {
    const ValueTable::Spec& spec = table_.spec();
    const PageState& stored = page_.state();
    const std::string who = "state '" + spec.name + "' of node '" + page_.id().node + "'";
    if (stored.kind != WEIR_STATE_VALUES) {
      return Status::invalid(who + " was stored as another kind of state (" + std::to_string(stored.kind) +
                             ")");
    }
    if (stored.version != reading_.version) {
      if (reading_.migrate != nullptr) return Status::ok();
      return Status::invalid(who + " was stored by version " + std::to_string(stored.version) +
                             " of its component; version " + std::to_string(reading_.version) +
                             " does not migrate from it. Use the old component, or start over with "
                             "--from-scratch");
    }
    if (stored.slot_size == spec.slot_size && stored.ref_offsets == spec.ref_offsets) return Status::ok();
    return Status::invalid(who + " was stored with slots of " + std::to_string(stored.slot_size) +
                           " bytes and " + std::to_string(stored.ref_offsets.size()) +
                           " refs by the same version " + std::to_string(stored.version) +
                           ", which now has " + std::to_string(spec.slot_size) + " bytes and " +
                           std::to_string(spec.ref_offsets.size()) + " refs; its version must change");
  }

  Status read_section(std::string_view bytes) {
    ByteReader reader(bytes);
    while (!reader.is_at_end()) WEIR_RETURN_IF_ERROR(read_entry(reader));
    return reader.is_good() ? Status::ok() : not_whole();
  }

 private:
  struct alignas(16) Aligned {
    char bytes[16];
  };
  Status not_whole() const {
    return Status::corrupt("state '" + table_.spec().name + "': a stored slot is not whole");
  }

  Status read_entry(ByteReader& reader) {
    const auto ns = reader.number<int64_t>();
    const std::string_view key = reader.text();
    const std::string_view slot = reader.bytes(page_.state().slot_size);
    Blocks blocks(table_);
    for (size_t i = 0; i < page_.state().ref_offsets.size(); ++i) {
      WEIR_RETURN_IF_ERROR(blocks.add(reader.bytes(reader.number<uint64_t>())));
    }
    if (!reader.is_good()) return not_whole();
    WEIR_RETURN_IF_ERROR(table_.spec().key.read_key_bytes(key, words_.data(), texts_.data()));
    words_[0] = static_cast<uint64_t>(ns);
    WEIR_ASSIGN_OR_RETURN(Record* const record, table_.insert_new(words_.data(), texts_.data()));
    return fill_slot(table_.shape().slot(record), slot, blocks);
  }

  Status fill_slot(char* slot, std::string_view stored, Blocks& blocks) {
    // Only now: a damaged page may claim slots of any size, and this one's bytes are there.
    old_slot_.resize(stored.size() / sizeof(Aligned) + 1);
    char* const old_slot = old_slot_.data()->bytes;
    if (!stored.empty()) std::memcpy(old_slot, stored.data(), stored.size());
    for (size_t i = 0; i < page_.state().ref_offsets.size(); ++i) {
      const uint32_t offset = page_.state().ref_offsets[i];
      if (offset + sizeof(weir_block*) > stored.size()) return not_whole();
      set_block(old_slot, offset, blocks.at(i));
    }
    if (page_.state().version == reading_.version) {
      std::memcpy(slot, old_slot, stored.size());
    } else {
      WEIR_RETURN_IF_ERROR(migrate(slot, old_slot));
    }
    return take_blocks(slot, blocks);
  }

  Status migrate(char* slot, const char* old_slot) {
    // Into memory of its own: a slot that a failed migration left behind must not be freed as if it were
    // whole.
    std::vector<Aligned> fresh(table_.spec().slot_size / sizeof(Aligned) + 1);
    weir_fault fault{};
    const int32_t code = reading_.migrate(page_.state().version, old_slot, page_.state().slot_size,
                                          fresh.data()->bytes, &fault);
    if (code != 0) {
      return status_of(code, fault)
          .with_context("state '" + table_.spec().name + "' cannot be migrated from version " +
                        std::to_string(page_.state().version));
    }
    std::memcpy(slot, fresh.data()->bytes, table_.spec().slot_size);
    return Status::ok();
  }

  Status take_blocks(char* slot, Blocks& blocks) {
    bool is_own = true;
    for (const uint32_t offset : table_.spec().ref_offsets) {
      weir_block* const block = block_in(slot, offset);
      if (block == nullptr || blocks.hand_over(block)) continue;
      set_block(slot, offset, nullptr);
      is_own = false;
    }
    if (is_own) return Status::ok();
    return Status::invalid("state '" + table_.spec().name +
                           "': migrate put into a ref what is no block of the old slot");
  }

  const PageReader& page_;
  const SlotReading& reading_;
  ValueTable& table_;
  std::vector<uint64_t> words_;
  std::vector<const char*> texts_;
  std::vector<Aligned> old_slot_;
};

}  // namespace

Status save_values(const ValueTable& table, PageWriter& page) {
  std::array<std::vector<Record*>, kKeyGroupCount> groups;
  const RecordShape& shape = table.shape();
  std::string bytes;
  table.for_each([&](Record* record) {
    bytes.clear();
    table.spec().key.append_key_bytes(shape.words(record), shape.texts(record), bytes);
    groups[key_group(bytes)].push_back(record);
  });
  for (uint32_t group = 0; group < kKeyGroupCount; ++group) {
    if (groups[group].empty()) continue;
    bytes.clear();
    for (Record* record : groups[group]) put_entry(table, record, bytes);
    WEIR_RETURN_IF_ERROR(page.add(group, groups[group].size(), bytes));
  }
  return Status::ok();
}

Status restore_values(PageReader& page, KeyGroupRange groups, const SlotReading& reading, ValueTable& table) {
  SlotReader slots(page, reading, table);
  WEIR_RETURN_IF_ERROR(slots.check());
  for (const PageSection& section : page.sections()) {
    if (!groups.contains(section.group)) continue;
    WEIR_ASSIGN_OR_RETURN(const std::string bytes, page.read(section));
    WEIR_RETURN_IF_ERROR(slots.read_section(bytes));
  }
  return Status::ok();
}

}  // namespace weir
