#pragma once
// The sections of an ELF file, read without trusting a single number in it.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

namespace weir {

/// Copies exactly `size` bytes at `offset` of a file into `into`. Fails: when they are not all there.
using ReadAt = std::function<Status(uint64_t offset, void* into, size_t size)>;

/// A shared library's file as a table of named sections. Runs nothing of it and maps nothing.
class ElfFile {
 public:
  struct Section {
    std::string name;
    uint32_t type = 0;  ///< SHT_...
    uint32_t link = 0;  ///< Index of the section it refers to.
    uint64_t offset = 0;
    uint64_t size = 0;
  };

  /// Reads the header and the section table of a file of `size_bytes`.
  /// Fails with kInvalid (no ELF file, no shared library, another machine) or kCorrupt (cut short,
  /// senseless).
  static Result<ElfFile> open(uint64_t size_bytes, ReadAt read);

  const std::vector<Section>& sections() const { return sections_; }
  /// Returns the first section of that name, or null.
  const Section* find(std::string_view name) const;
  /// Returns a section's bytes. Fails: kCorrupt when it is larger than `max_size` or reaches past the file.
  Result<std::string> bytes(const Section& section, uint64_t max_size) const;

 private:
  Status read_sections(uint64_t offset, uint32_t count, uint32_t names_index);
  Result<std::string> piece(uint64_t offset, uint64_t size, std::string_view what) const;

  uint64_t size_bytes_ = 0;
  ReadAt read_;
  std::vector<Section> sections_;
};

}  // namespace weir
