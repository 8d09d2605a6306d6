#pragma once
// What yaml-cpp's complaints mean to the person who wrote the file.
#include <cstddef>
#include <memory>
#include <string>

#include "spec/fault.hpp"

namespace weir {

/// A complaint of the parser: its words, and where it stopped.
struct SyntaxComplaint {
  std::string words;
  size_t offset = 0;
};

/// Where a `[` or `{` begins that is not closed where the parser stopped; none outside of them.
struct OpenBracket {
  char letter = 0;
  size_t offset = 0;
};

/// Adds the one fault (code `bad-syntax`, or `tab-indentation`) that says what is wrong with the text.
void add_syntax_fault(const std::shared_ptr<const SourceText>& source, const SyntaxComplaint& complaint,
                      const OpenBracket& bracket, FaultList& faults);

}  // namespace weir
