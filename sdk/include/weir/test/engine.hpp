#pragma once
// The engine behind the test kit, as loaded from libweir.so.
#include <cstdio>
#include <cstdlib>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "weir/batch.hpp"
#include "weir/c_schema.hpp"
#include "weir/status.hpp"
#include "weir/test_kit.h"
#include "weir/text.hpp"

namespace weir::test {

/// Returns the engine; its first call gives this program's SDK the engine's host table.
/// Needs: libweir.so speaks the ABI that this program was built for; else the program ends with a sentence.
inline const weir_test_kit& engine() {
  static const weir_test_kit* const table = [] {
    const weir_test_kit* const found = weir_test_kit_v0();
    if (found == nullptr || found->abi_major != WEIR_ABI_MAJOR || found->abi_minor != WEIR_ABI_MINOR ||
        found->struct_size < sizeof(weir_test_kit)) {
      std::fputs("this test was built for another version of libweir.so\n", stderr);
      std::abort();
    }
    set_host(found->host);
    return found;
  }();
  return *table;
}

/// A weir_test_note that keeps what it is given.
inline void append_text(void* to, weir_str text) { static_cast<std::string*>(to)->append(as_view(text)); }
/// The same for several texts.
inline void append_line(void* to, weir_str text) {
  static_cast<std::vector<std::string>*>(to)->emplace_back(as_view(text));
}

/// Rows that came out of a node.
struct Rows {
  Schema schema;
  Batch batch;

  size_t size() const { return batch ? batch.row_count() : 0; }
  /// `[[1, "a"], [2, null]]`
  std::string to_json() const {
    if (!batch) return "[]";
    std::string text;
    const CSchema c(schema);
    engine().print_rows(c.get(), batch.get(), &append_text, &text);
    return text;
  }
  /// One text for each row.
  std::vector<std::string> lines() const {
    std::vector<std::string> made;
    for (size_t row = 0; row < size(); ++row) made.push_back(Rows{schema, batch.slice(row, 1)}.to_json());
    return made;
  }
  /// For GoogleTest's messages.
  friend void PrintTo(const Rows& rows, std::ostream* out) { *out << rows.to_json(); }
};

/// Reads rows that are written as JSON: `[[1, "a"], [2, null]]` or objects whose missing members are null. A
/// text stands for any value that CAST makes of it: times, decimals.
inline Result<Batch> rows_of(const Schema& schema, std::string_view json) {
  const CSchema c(schema);
  weir_batch* made = nullptr;
  std::string fault;
  const int32_t code = engine().parse_rows(c.get(), as_str(json), &made, &append_text, &fault);
  if (code != 0) return Status(static_cast<Code>(code), fault);
  return Batch::adopt(made);
}

}  // namespace weir::test
