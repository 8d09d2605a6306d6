#pragma once
// Puts text from data into HTML, JSON and script elements so that it stays text.
#include <string>
#include <string_view>

namespace weir::report {

/// Returns `text` fit for HTML content and for attribute values in double quotes.
std::string escape_html(std::string_view text);

/// Returns `text` as a JSON string with its quotes. `<`, `>` and `&` are written as \u escapes, so that the
/// JSON may stand inside a script element whatever it holds; bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

/// Returns JavaScript that may stand inside a script element: `</script` and `<!--` are broken up.
std::string inline_script(std::string_view code);

}  // namespace weir::report
