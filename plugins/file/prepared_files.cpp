#include "prepared_files.hpp"

#include <charconv>

namespace weir::file {
namespace {

constexpr std::string_view kBegin = "weir file 1\n";

void append_text(std::string& token, std::string_view text) {
  token += std::to_string(text.size());
  token += ':';
  token += text;
}

// Reads a token from left to right; once something does not fit, all that follows is empty.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  uint64_t number(char end) {
    uint64_t value = 0;
    const auto [at, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    const auto used = static_cast<size_t>(at - text_.data());
    if (error != std::errc() || used >= text_.size() || *at != end) return fail();
    text_.remove_prefix(used + 1);
    return value;
  }
  std::string text() {
    const uint64_t size = number(':');
    if (size > text_.size()) return std::string(fail(), '\0');
    const std::string value(text_.substr(0, size));
    text_.remove_prefix(size);
    return value;
  }
  char letter() {
    if (text_.empty()) return static_cast<char>(fail());
    const char value = text_.front();
    text_.remove_prefix(1);
    return value;
  }
  bool is_at_end() const { return text_.empty(); }
  bool is_good() const { return is_good_; }

 private:
  uint64_t fail() {
    is_good_ = false;
    text_ = {};
    return 0;
  }
  std::string_view text_;
  bool is_good_ = true;
};

}  // namespace

std::string PreparedFiles::to_token() const {
  std::string token(kBegin);
  token += std::to_string(next_part) + '\n';
  for (const PreparedFile& file : files) {
    token += static_cast<char>(file.state);
    token += std::to_string(file.length) + ' ';
    append_text(token, file.target);
    append_text(token, file.staging);
  }
  return token;
}

Result<PreparedFiles> PreparedFiles::parse(std::string_view token) {
  const Status corrupt = Status::corrupt("the checkpoint's token is not one of a file sink");
  if (!token.starts_with(kBegin)) return corrupt;
  Reader reader(token.substr(kBegin.size()));
  PreparedFiles prepared;
  prepared.next_part = reader.number('\n');
  while (!reader.is_at_end()) {
    PreparedFile file;
    const char state = reader.letter();
    if (state != 'o' && state != 'f' && state != 'i') return corrupt;
    file.state = static_cast<PreparedFile::State>(state);
    file.length = reader.number(' ');
    file.target = reader.text();
    file.staging = reader.text();
    prepared.files.push_back(std::move(file));
  }
  if (!reader.is_good()) return corrupt;
  return prepared;
}

}  // namespace weir::file
