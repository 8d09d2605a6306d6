#pragma once
// A format for tests of sinks: values parted by commas.
#include <memory>
#include <string>

#include <weir/abi.h>

namespace weir::test {

/// `format: text` writes rows; `header` their names before them; `framed` "BEGIN" and "END" around them.
std::shared_ptr<void> make_text_format(const std::string& name);

/// The host's `encoder` entry, for formats made here.
int32_t text_encoder(weir_format* format, const weir_schema* schema, weir_encoder* out, weir_fault* fault);

}  // namespace weir::test
