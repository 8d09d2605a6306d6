#include "followed_file.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "out_file.hpp"
#include "resume_token.hpp"

namespace weir::file {

std::string FollowedName::to_text() const {
  return generation == 0 ? base() : base() + "." + std::to_string(generation);
}

std::optional<FollowedName> FollowedName::parse(std::string_view partition) {
  const size_t mark = partition.rfind('#');
  if (mark == std::string_view::npos) return std::nullopt;
  FollowedName name;
  name.path = partition.substr(0, mark);
  const char* const end = partition.data() + partition.size();
  auto [behind, error] = std::from_chars(partition.data() + mark + 1, end, name.inode);
  if (error == std::errc() && behind != end && *behind == '.') {
    const auto generation = std::from_chars(behind + 1, end, name.generation);
    behind = generation.ptr;
    error = generation.ec;
  }
  if (error != std::errc() || behind != end) return std::nullopt;
  return name;
}

Status FollowedFile::restore(const Offset& offset) {
  position_ = static_cast<uint64_t>(offset.position);
  // Found, and not read from before the checkpoint.
  if (offset.token.empty() && offset.position == 0) return {};
  const auto token = ResumeToken::parse(offset.token);
  if (!token) return Status::corrupt("the checkpoint's token for '" + path_ + "' is not one of a file");
  fingerprint_ = token->fingerprint;
  had_ended_ = token->is_end;
  return {};
}

Offset FollowedFile::offset(bool is_end) const {
  return {static_cast<int64_t>(position_), ResumeToken{Compression::kNone, fingerprint_, is_end}.to_text()};
}

Result<bool> FollowedFile::open() {
  WEIR_ASSIGN_OR_RETURN(bool is_there, open_as(path_));
  if (is_there) return true;
  const std::string directory = directory_of(path_);
  const auto names = files::list(directory);
  if (!names.is_ok()) return false;
  for (const std::string& name : *names) {
    WEIR_ASSIGN_OR_RETURN(is_there, open_as(directory == "/" ? "/" + name : directory + "/" + name));
    if (is_there) return true;
  }
  return false;
}

// A name may come to lead to another file between two calls, so that it is asked after the file was opened,
// too.
Result<bool> FollowedFile::open_as(const std::string& path) {
  const auto is_it = [&] {
    const auto info = files::info(path);
    return info.is_ok() && info->is_directory == 0 && info->inode == name_.inode;
  };
  if (!is_it()) return false;
  auto opened = File::open_for_reading(path);
  if (opened.status().code() == Code::kNotFound || !is_it()) return false;
  if (!opened.is_ok()) return opened.status();
  file_ = std::move(*opened);
  WEIR_ASSIGN_OR_RETURN(const bool is_same, begins_as_before());
  if (!is_same && left_ns >= 0) {
    file_ = File();
    return false;
  }
  path_ = path;
  return true;
}

Result<bool> FollowedFile::begins_as_before() {
  std::array<uint8_t, kFingerprintBytes> first{};
  WEIR_ASSIGN_OR_RETURN(const size_t got, file_.read(0, first));
  const std::span<const uint8_t> begin(first.data(), got);
  if (!is_fingerprint_of(fingerprint_, begin)) return false;
  // It has grown: more of its beginning tells it better from others.
  fingerprint_ = got == 0 ? std::string() : fingerprint_of(begin);
  return true;
}

Result<bool> FollowedFile::is_compressed() const {
  std::array<uint8_t, 4> first{};
  WEIR_ASSIGN_OR_RETURN(const size_t got, file_.read(0, first));
  return compression_of({first.data(), got}) != Compression::kNone;
}

Result<size_t> FollowedFile::read(std::span<uint8_t> into) {
  const auto got = file_.read(position_, into);
  return got.is_ok() ? got : Result<size_t>(got.status().with_context(path_));
}

}  // namespace weir::file
