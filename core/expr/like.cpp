#include "expr/like.hpp"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>

#include <algorithm>

#include "expr/bit_loop.hpp"
#include "expr/functions/utf8.hpp"
#include "expr/text_search.hpp"

namespace weir::expr {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return find_text(text, part) != std::string_view::npos;
}

// The length of the character that begins here.
size_t letter_size(std::string_view text, size_t at) {
  size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) ++end;
  return end - at;
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string out;
  if (is_ascii(text)) {
    out = text;
    for (char& c : out)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
  }
  UErrorCode error = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&out);
  icu::CaseMap::utf8Fold(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, nullptr,
                         error);
  return U_SUCCESS(error) ? out : std::string(text);
}

Result<LikePattern> LikePattern::make(std::string_view pattern, char escape, bool ignores_case) {
  LikePattern out;
  out.ignores_case_ = ignores_case;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) out.pieces_.push_back({false, false, ignores_case ? fold_case(literal) : literal});
    literal.clear();
  };
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (escape != '\0' && pattern[i] == escape) {
      if (++i == pattern.size()) return Status::invalid("the pattern of LIKE ends with its escape character");
      literal += pattern[i];
    } else if (pattern[i] == '%' || pattern[i] == '_') {
      end_literal();
      const bool repeats = pattern[i] == '%' && !out.pieces_.empty() && out.pieces_.back().is_any_text;
      if (!repeats) out.pieces_.push_back({pattern[i] == '%', pattern[i] == '_', {}});
    } else {
      literal += pattern[i];
    }
  }
  end_literal();
  const std::vector<Piece>& p = out.pieces_;
  const auto is_literal = [&](size_t i) { return !p[i].is_any_text && !p[i].is_any_letter; };
  out.shape_ = Shape::kGeneral;
  if (p.empty()) out.shape_ = Shape::kExact;
  if (p.size() == 1 && is_literal(0)) out.shape_ = Shape::kExact, out.literal_ = p[0].literal;
  if (p.size() == 2 && is_literal(0) && p[1].is_any_text)
    out.shape_ = Shape::kPrefix, out.literal_ = p[0].literal;
  if (p.size() == 2 && p[0].is_any_text && is_literal(1))
    out.shape_ = Shape::kSuffix, out.literal_ = p[1].literal;
  if (p.size() == 3 && p[0].is_any_text && is_literal(1) && p[2].is_any_text)
    out.shape_ = Shape::kContains, out.literal_ = p[1].literal;
  return out;
}

bool LikePattern::matches(std::string_view text) const {
  return ignores_case_ ? matches_plain(fold_case(text)) : matches_plain(text);
}

bool LikePattern::matches_plain(std::string_view text) const {
  switch (shape_) {
    case Shape::kExact:
      return text == literal_;
    case Shape::kPrefix:
      return text.starts_with(literal_);
    case Shape::kSuffix:
      return text.ends_with(literal_);
    case Shape::kContains:
      return contains(text, literal_);
    case Shape::kGeneral:
      break;
  }
  return matches_general(text);
}

// Goes back only to the last %, since an earlier one could match nothing that this one cannot.
bool LikePattern::matches_general(std::string_view text) const {
  size_t at = 0;
  size_t piece = 0;
  size_t retry_piece = pieces_.size() + 1;
  size_t retry_at = 0;
  while (true) {
    if (piece < pieces_.size() && pieces_[piece].is_any_text) {
      retry_piece = ++piece;
      retry_at = at;
      continue;
    }
    bool fits = false;
    if (piece == pieces_.size()) {
      if (at == text.size()) return true;
    } else if (pieces_[piece].is_any_letter) {
      fits = at < text.size();
      if (fits) at += letter_size(text, at);
    } else {
      fits = text.substr(at).starts_with(pieces_[piece].literal);
      if (fits) at += pieces_[piece].literal.size();
    }
    if (fits) {
      ++piece;
      continue;
    }
    if (retry_piece > pieces_.size() || retry_at >= text.size()) return false;
    retry_at += letter_size(text, retry_at);
    at = retry_at;
    piece = retry_piece;
  }
}

Result<Kernel> like_kernel(const Vector* pattern, const Vector* escape, bool ignores_case) {
  const auto escape_of = [](const Vector* vector, int64_t row) -> Result<char> {
    if (vector == nullptr) return '\0';
    const std::string_view text = vector->text(row);
    if (text.size() > 1)
      return Status::invalid("ESCAPE takes one character of ASCII, found '" + std::string(text) + "'");
    return text.empty() ? '\0' : text[0];
  };
  if (pattern != nullptr && pattern->is_valid(0) && (escape == nullptr || escape->is_valid(0))) {
    WEIR_ASSIGN_OR_RETURN(const char escape_char, escape_of(escape, 0));
    WEIR_ASSIGN_OR_RETURN(const LikePattern like,
                          LikePattern::make(pattern->text(0), escape_char, ignores_case));
    return Kernel([like](Eval& eval, const Bits* mask, std::span<const Vector> args) {
      const Rows rows = rows_of(eval, mask, args);
      Bits* const out = eval.new_bits(false);
      fill_bits(out, rows.count, [&](int64_t i) { return rows.wants(i) && like.matches(args[0].text(i)); });
      return result_vector(simple(WEIR_BOOL), rows, out, joint_validity(eval, rows, args));
    });
  }
  return Kernel([=](Eval& eval, const Bits* mask, std::span<const Vector> args) {
    const Rows rows = rows_of(eval, mask, args);
    Bits* const out = eval.new_bits(false);
    Nulls nulls(eval, rows, joint_validity(eval, rows, args));
    for (int64_t i = 0; i < rows.count; ++i) {
      if (!nulls.is_valid(i) || !rows.wants(i)) continue;
      const Result<char> escape_char = escape_of(args.size() > 2 ? &args[2] : nullptr, i);
      const Result<LikePattern> like = escape_char.is_ok()
                                           ? LikePattern::make(args[1].text(i), *escape_char, ignores_case)
                                           : escape_char.status();
      if (!like.is_ok()) {
        nulls.fault(i, "bad-pattern", std::string(like.status().message()));
      } else if (like->matches(args[0].text(i))) {
        set_bit(out, i);
      }
    }
    return result_vector(simple(WEIR_BOOL), rows, out, nulls.validity());
  });
}

}  // namespace weir::expr
