#include "expr/function_reference.hpp"

#include <algorithm>
#include <cctype>
#include <map>

namespace weir::expr {
namespace {

// "(float64) or (int64)" becomes a line of code for each: `round(float64)`.
std::string calls(const Function& function) {
  static constexpr std::string_view kOr = " or ";
  std::string out;
  for (size_t at = 0; at <= function.signature.size();) {
    const size_t end = std::min(function.signature.find(kOr, at), function.signature.size());
    out += "- `" + function.name + function.signature.substr(at, end - at) + "`\n";
    at = end + kOr.size();
  }
  return out;
}

std::string other_names(const std::vector<std::string>& aliases) {
  std::string out;
  for (const std::string& alias : aliases) out += (out.empty() ? "Also called `" : ", `") + alias + "`";
  return out.empty() ? out : out + ".\n\n";
}

std::string title(std::string theme) {
  if (!theme.empty()) theme[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(theme[0])));
  return theme;
}

}  // namespace

std::string function_markdown(const Function& function, const std::vector<std::string>& aliases) {
  std::string out =
      "### " + function.name + "\n\n" + function.doc + "\n\n" + calls(function) + "\n" + other_names(aliases);
  if (!function.examples.empty()) {
    out += "```text\n";
    for (const std::string& example : function.examples) out += example + "\n";
    out += "```\n";
  }
  return out;
}

std::string functions_markdown(const FunctionRegistry& functions) {
  std::map<std::string, std::string> chapters;
  for (const Function* const function : functions.functions())
    chapters[function->theme] += "\n" + function_markdown(*function, functions.aliases_of(function->name));
  std::string out;
  for (const auto& [theme, text] : chapters)
    out += (out.empty() ? "## " : "\n## ") + title(theme) + "\n" + text;
  return out;
}

}  // namespace weir::expr
