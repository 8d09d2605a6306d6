// The canonical text of an expression.
#include <algorithm>

#include "expr/ast.hpp"

namespace weir::expr {
namespace {

std::string quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += c;
    out += c;
  }
  return out + quote;
}

std::string upper(const std::string& text) {
  std::string out = text;
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string join(const Ast& ast, size_t from, const std::string& separator) {
  std::string out;
  for (size_t i = from; i < ast.children.size(); ++i) {
    if (i > from) out += separator;
    out += print(*ast.children[i]);
  }
  return out;
}

bool is_plain_number(const Ast& ast) {
  const bool is_number =
      ast.kind == AstKind::kInteger || ast.kind == AstKind::kDecimal || ast.kind == AstKind::kFloat;
  return is_number && ast.text[0] != '-';
}

std::string print_call(const Ast& ast) {
  const std::string call = ast.text + "(" + (ast.is_distinct ? "DISTINCT " : "") + join(ast, 0, ", ") + ")" +
                           (ast.filter ? " FILTER (WHERE " + print(*ast.filter) + ")" : "");
  // As the first argument of a call it would be read as DISTINCT.
  return ast.text == "distinct" ? "(" + call + ")" : call;
}

std::string print_operator(const Ast& ast) {
  const std::string& name = ast.text;
  const std::string first = print(*ast.children[0]);
  if (name == "not") return "(NOT " + first + ")";
  // The space keeps `- -1` from becoming a comment, the parentheses `-(1)` from becoming the number -1.
  if (name == "neg") return is_plain_number(*ast.children[0]) ? "(- (" + first + "))" : "(- " + first + ")";
  if (name == "pos") return "(+ " + first + ")";
  if (name == "in") return "(" + first + " IN (" + join(ast, 1, ", ") + "))";
  if (name == "between") return "(" + first + " BETWEEN " + join(ast, 1, " AND ") + ")";
  if (name == "is_distinct") return "(" + first + " IS DISTINCT FROM " + print(*ast.children[1]) + ")";
  if (name == "is_not_distinct")
    return "(" + first + " IS NOT DISTINCT FROM " + print(*ast.children[1]) + ")";
  if (ast.children.size() == 1) return "(" + first + " " + upper(name) + ")";
  if (name == "like" || name == "ilike") {
    return "(" + first + " " + upper(name) + " " + print(*ast.children[1]) +
           (ast.children.size() > 2 ? " ESCAPE " + print(*ast.children[2]) : "") + ")";
  }
  // Not join(ast, 0, ...): printed twice at each level, a sum of 40 terms would take hours.
  const std::string infix = " " + upper(name) + " ";
  return "(" + first + infix + join(ast, 1, infix) + ")";
}

std::string print_case(const Ast& ast) {
  std::string out = "CASE";
  size_t i = 0;
  if (ast.has_operand) out += " " + print(*ast.children[i++]);
  const size_t end = ast.children.size() - (ast.has_otherwise ? 1 : 0);
  for (; i + 2 <= end; i += 2)
    out += " WHEN " + print(*ast.children[i]) + " THEN " + print(*ast.children[i + 1]);
  if (ast.has_otherwise) out += " ELSE " + print(*ast.children.back());
  return out + " END";
}

}  // namespace

std::string print(const Ast& ast) {
  switch (ast.kind) {
    case AstKind::kInteger:
    case AstKind::kDecimal:
    case AstKind::kFloat:
      return ast.text;
    case AstKind::kString:
      return quoted(ast.text, '\'');
    case AstKind::kBool:
      return upper(ast.text);
    case AstKind::kNull:
      return "NULL";
    case AstKind::kTyped:
      return upper(ast.type_name) + " " + quoted(ast.text, '\'');
    case AstKind::kColumn:
      return quoted(ast.text, '"');
    case AstKind::kMember: {
      const std::string inner = print(*ast.children[0]);
      const bool is_name =
          ast.children[0]->kind == AstKind::kColumn || ast.children[0]->kind == AstKind::kMember;
      return (is_name ? inner : "(" + inner + ")") + "." + quoted(ast.text, '"');
    }
    case AstKind::kOperator:
      return print_operator(ast);
    case AstKind::kCall:
      return print_call(ast);
    case AstKind::kCase:
      return print_case(ast);
    case AstKind::kCast:
      return (ast.is_try ? "TRY_CAST(" : "CAST(") + print(*ast.children[0]) + " AS " + ast.type_name + ")";
    case AstKind::kStar:
      return "*";
  }
  return {};
}

}  // namespace weir::expr
