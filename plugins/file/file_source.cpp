// file: reads files, one after the other, as bytes for any format.
//
//   events: {type: file, path: "data/*.ndjson.gz", format: ndjson}
//
// Every file is a partition named by its path; its position counts decompressed bytes. With `follow` the
// files are read as they grow: see follower.hpp.
#include <weir/source.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include <weir/ext_bounded.h>
#include <weir/ext_incremental.h>

#include "byte_stream.hpp"
#include "follower.hpp"
#include "input_files.hpp"
#include "resume_token.hpp"
#include "standard_input.hpp"

namespace weir::file {
namespace {

// Piped bytes that come slowly are handed on after so long, and looked for so often.
constexpr int64_t kStandardInputFlushNs = 50'000'000;
constexpr int64_t kStandardInputWaitNs = 5'000'000;

struct Options {
  std::vector<Path> path;
  Compression compression = Compression::kAuto;
  Format format;
  ByteSize chunk{4 << 20};
  bool follow = false;
  bool incremental = false;
  Duration rotate_wait = std::chrono::seconds(5);
  ByteSize max_record_bytes{16 << 20};
};

/// Threads: as Node says; progress() from any thread.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(Options options) : options_(std::move(options)) {
    for (const Path& path : options_.path) patterns_.push_back(path.text);
  }

  static const void* extension(weir_str name) {
    static constexpr weir_bounded_calls kBounded = {
        sizeof(kBounded), 0, [](weir_node* node) {
          const auto& self = static_cast<FileSource&>(*shim::node_of(node).object);
          return self.options_.follow ? 0 : 1;
        }};
    static constexpr weir_incremental_calls kIncremental = {
        sizeof(kIncremental), 0, [](weir_node* node) {
          const auto& self = static_cast<FileSource&>(*shim::node_of(node).object);
          return self.options_.incremental ? 1 : 0;
        }};
    if (as_view(name) == WEIR_INCREMENTAL_EXTENSION) return &kIncremental;
    return as_view(name) == WEIR_BOUNDED_EXTENSION ? &kBounded : nullptr;
  }

  Status bind() override {
    if (options_.follow && options_.incremental)
      return Status::invalid(
          "'follow' goes on where the last run stopped by itself: leave out 'incremental'");
    if (!options_.follow) return {};
    for (const std::string& pattern : patterns_) {
      if (is_standard_input(pattern))
        return Status::invalid("standard input cannot be followed: it is read to its end without 'follow'");
    }
    if (options_.compression == Compression::kAuto || options_.compression == Compression::kNone) return {};
    return Status::invalid("only plain files can be followed: leave out 'compression', or 'follow'");
  }

  uint64_t max_record_bytes() const override {
    return static_cast<uint64_t>(options_.max_record_bytes.bytes);
  }

  Status start() override {
    if (options_.follow) {
      follower_.emplace(
          Follower::Setup{patterns_, chunk_bytes(), options_.rotate_wait.count() * 1000, context()});
      return follower_->start();
    }
    WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> paths, find_inputs(patterns_));
    int64_t total = 0;
    for (const std::string& path : paths) {
      inputs_.push_back({path});
      const auto info = files::info(path);
      if (info.is_ok()) inputs_.back().stored_size = info->size;
      if (is_standard_input(path)) total = -1;
      if (total >= 0) total += static_cast<int64_t>(inputs_.back().stored_size);
    }
    total_bytes_ = total;
    return {};
  }

  Result<std::optional<Head>> head(size_t max_bytes) override {
    const auto found = find_inputs(patterns_);
    if (options_.follow && found.status().code() == Code::kNotFound) return std::optional<Head>();
    WEIR_ASSIGN_OR_RETURN(const std::vector<std::string> paths, found);
    Head head{Buffer::allocate(max_bytes), paths.front()};
    size_t size = 0;
    if (is_standard_input(head.partition)) {
      WEIR_ASSIGN_OR_RETURN(const std::string first, StandardInput::of_process().head(max_bytes));
      std::ranges::copy(first, head.bytes.data());
      size = first.size();
    } else {
      WEIR_ASSIGN_OR_RETURN(const OpenedFile file, open_file(head.partition, options_.compression));
      WEIR_ASSIGN_OR_RETURN(const auto read,
                            file.stream->read({head.bytes.data(), max_bytes}, is_cancelled_));
      size = read.size;
    }
    head.bytes = exactly(std::move(head.bytes), size);
    return std::optional<Head>(std::move(head));
  }

  Status restore(std::span<const PartitionOffset> offsets) override {
    if (follower_) return follower_->restore(offsets);
    for (const PartitionOffset& offset : offsets) {
      const auto input = std::ranges::find(inputs_, offset.partition, &InputFile::path);
      if (input == inputs_.end() && has_ended(offset) && options_.incremental) continue;
      if (input == inputs_.end())
        return Status::invalid(
            "the checkpoint knows '" + offset.partition +
            "', which 'path' does not name any more: put it back, or start with --from-scratch");
      input->resume = offset.offset;
      const Status unchanged = check_unchanged(*input);
      if (unchanged.code() == Code::kInvalid && has_ended(offset) && options_.incremental) {
        // A finished run read another file of this name.
        log_info("is another file than an earlier run read: it is read from its beginning",
                 {{"file", input->path}});
        input->resume.reset();
        continue;
      }
      WEIR_RETURN_IF_ERROR(unchanged);
    }
    return {};
  }

  Result<Progress> poll(ByteOutput& output) override {
    if (follower_) {
      auto progress = follower_->poll(output);
      done_bytes_ = follower_->read_bytes();
      return progress;
    }
    if (!is_announced_) {
      for (InputFile& input : inputs_) input.partition = output.partition_found(input.path);
      is_announced_ = true;
    }
    if (current_ == inputs_.size()) return Progress::finished();
    InputFile& input = inputs_[current_];
    if (is_standard_input(input.path)) return poll_standard_input(input, output);
    if (!opened_.stream) WEIR_RETURN_IF_ERROR(open(input));
    if (token_.is_end) {
      emit_end(input, output);
      return Progress::done();
    }
    WEIR_ASSIGN_OR_RETURN(const auto read, fill(input));
    done_bytes_ = finished_bytes_ + static_cast<int64_t>(opened_.stream->stored_position());
    WEIR_RETURN_IF_ERROR(skip(input, read.is_end));
    // Asked to stop in the middle of a chunk: what is there is kept for the next call.
    if (!read.is_end && filled_ < chunk_.size()) return Progress::done();
    emit_chunk(input, output, read.is_end);
    return Progress::done();
  }

  Read progress() const override { return {done_bytes_, total_bytes_}; }
  void cancel() override { is_cancelled_ = true; }

 private:
  struct InputFile {
    std::string path;
    uint32_t partition = 0;
    uint64_t stored_size = 0;
    std::optional<Offset> resume = std::nullopt;
  };

  static bool has_ended(const PartitionOffset& offset) {
    const auto token = ResumeToken::parse(offset.offset.token);
    return token && token->is_end;
  }

  static Status changed(const InputFile& input, const std::string& how) {
    return Status::invalid("'" + input.path + "' " + how +
                           ": it was cut or replaced; put it back, or start with --from-scratch");
  }
  static std::string read_up_to(const InputFile& input) {
    return "the checkpoint read it up to byte " + std::to_string(input.resume->position);
  }

  Status check_unchanged(const InputFile& input) const {
    if (input.resume->position == 0) return {};
    if (is_standard_input(input.path))
      return Status::invalid("standard input cannot be read again from byte " +
                             std::to_string(input.resume->position) + ": start with --from-scratch");
    const auto token = ResumeToken::parse(input.resume->token);
    if (!token)
      return Status::corrupt("the checkpoint's token for '" + input.path + "' is not one of a file");
    if (token->compression == Compression::kNone &&
        input.stored_size < static_cast<uint64_t>(input.resume->position))
      return changed(input, "has " + std::to_string(input.stored_size) + " bytes, but " + read_up_to(input));
    WEIR_ASSIGN_OR_RETURN(const bool is_same, same_file(input.path, token->fingerprint));
    return is_same ? Status()
                   : changed(input, "begins with other bytes than before, and " + read_up_to(input));
  }

  Status open(InputFile& input) {
    WEIR_ASSIGN_OR_RETURN(opened_, open_file(input.path, options_.compression));
    token_ = {opened_.compression, opened_.fingerprint};
    position_ = to_skip_ = 0;
    if (!input.resume) return {};
    const auto resume_at = static_cast<uint64_t>(input.resume->position);
    const auto before = ResumeToken::parse(input.resume->token);
    token_.is_end = before && before->is_end;
    token_.stored_size = before ? before->stored_size : 0;
    // What was added since then is new.
    const bool has_grown = opened_.compression == Compression::kNone
                               ? opened_.stored_size > resume_at
                               : token_.is_end && opened_.stored_size > token_.stored_size;
    if (options_.incremental && has_grown) token_.is_end = false;
    if (token_.is_end || opened_.stream->seek(resume_at)) {
      position_ = resume_at;
    } else {
      to_skip_ = resume_at;
    }
    return {};
  }

  // Reads on until the chunk is full, the file ends, or a stop is asked for.
  Result<ByteStream::Read> fill(const InputFile& input) {
    if (!chunk_) {
      // Of a plain file the size is known, and its last chunk needs no copy to fit.
      const bool is_plain = opened_.compression == Compression::kNone;
      const uint64_t left = opened_.stored_size - std::min(opened_.stored_size, position_);
      chunk_ = Buffer::allocate(is_plain ? std::min<uint64_t>(chunk_bytes(), left) : chunk_bytes());
      filled_ = 0;
    }
    auto read = opened_.stream->read({chunk_.data() + filled_, chunk_.size() - filled_}, is_cancelled_);
    if (!read.is_ok()) return read.status().with_context(input.path);
    filled_ += read->size;
    return read;
  }

  // After a restart in a compressed file: what is in front of the position is read and left out.
  Status skip(const InputFile& input, bool is_end) {
    if (to_skip_ == 0) return {};
    const size_t skipped = std::min<uint64_t>(to_skip_, filled_);
    std::copy(chunk_.data() + skipped, chunk_.data() + filled_, chunk_.data());
    filled_ -= skipped;
    to_skip_ -= skipped;
    position_ += skipped;
    if (!is_end || to_skip_ == 0) return {};
    return changed(input, "ends at byte " + std::to_string(position_) + ", but " + read_up_to(input));
  }

  void emit_chunk(InputFile& input, ByteOutput& output, bool is_end) {
    const Offset start{static_cast<int64_t>(position_), token_.to_text()};
    // A file in one chunk ends with it. A longer one gets an end of its own, so that a restart behind it need
    // not read its last bytes again.
    // Where an end must be known in the next run, too, it is always one of its own.
    const bool is_whole = is_end && position_ == 0 && !options_.incremental;
    const size_t size = filled_;
    Buffer bytes = exactly(std::move(chunk_), size);
    chunk_ = Buffer();
    position_ += size;
    if (size > 0 || is_whole) output.emit(input.partition, std::move(bytes), start, is_whole);
    if (!is_end) return;
    if (opened_.stream->damage()) reject_damage(input);
    if (is_whole) return next_file(input, output);
    token_.is_end = true;
    if (opened_.compression != Compression::kNone) token_.stored_size = opened_.stored_size;
    emit_end(input, output);
  }

  void emit_end(InputFile& input, ByteOutput& output) {
    output.emit(input.partition, Buffer::allocate(0), {static_cast<int64_t>(position_), token_.to_text()},
                true);
    next_file(input, output);
  }

  void next_file(InputFile& input, ByteOutput& output) {
    output.partition_ended(input.partition);
    const uint64_t read = is_standard_input(input.path) ? position_ : input.stored_size;
    finished_bytes_ += static_cast<int64_t>(read);
    done_bytes_ = finished_bytes_;
    opened_ = {};
    token_ = {};
    chunk_ = Buffer();
    filled_ = 0;
    ++current_;
  }

  void reject_damage(const InputFile& input) const {
    const Damage& damage = *opened_.stream->damage();
    const std::string message =
        "'" + input.path + "' is damaged near byte " + std::to_string(opened_.stream->stored_position()) +
        " of " + std::to_string(opened_.stored_size) + ": " + damage.reason + "; nothing behind it was read";
    weir_rejection rejection{};
    rejection.struct_size = sizeof(rejection);
    rejection.row = -1;
    rejection.offset = static_cast<int64_t>(position_);
    rejection.code = as_str(damage.code);
    rejection.message = as_str(message);
    host()->reject(context(), nullptr, &rejection, 1);
  }

  size_t chunk_bytes() const { return static_cast<size_t>(options_.chunk.bytes); }

  Result<Progress> poll_standard_input(InputFile& input, ByteOutput& output) {
    if (!chunk_) {
      chunk_ = Buffer::allocate(chunk_bytes());
      filled_ = 0;
    }
    WEIR_ASSIGN_OR_RETURN(const auto read, StandardInput::of_process().read(
                                               {chunk_.data() + filled_, chunk_.size() - filled_}));
    const int64_t now = host()->monotonic_ns(host());
    if (filled_ == 0) first_byte_ns_ = now;
    filled_ += read.size;
    done_bytes_ += static_cast<int64_t>(read.size);
    const bool is_due =
        filled_ == chunk_.size() || (filled_ > 0 && now - first_byte_ns_ >= kStandardInputFlushNs);
    if (!read.is_end && !is_due) return Progress::not_ready_until(now + kStandardInputWaitNs);
    const Offset start{static_cast<int64_t>(position_), {}};
    position_ += filled_;
    output.emit(input.partition, exactly(std::move(chunk_), filled_), start, read.is_end);
    chunk_ = Buffer();
    if (read.is_end) next_file(input, output);
    return Progress::done();
  }

  const Options options_;
  std::vector<std::string> patterns_;
  std::vector<InputFile> inputs_;
  size_t current_ = 0;
  bool is_announced_ = false;

  std::optional<Follower> follower_;

  // Of the current file.
  OpenedFile opened_;
  ResumeToken token_;
  Buffer chunk_;
  size_t filled_ = 0;
  uint64_t position_ = 0;  // Decompressed, of the chunk's first byte.
  uint64_t to_skip_ = 0;
  int64_t first_byte_ns_ = 0;

  int64_t finished_bytes_ = 0;
  std::atomic<int64_t> done_bytes_ = 0;
  std::atomic<int64_t> total_bytes_ = -1;
  std::atomic<bool> is_cancelled_ = false;
};

}  // namespace
}  // namespace weir::file

using weir::file::FileSource;
using weir::file::Options;

WEIR_SOURCE(
    FileSource, Options, "file", "Read files, plain or compressed, in any format.",
    weir::traits(weir::Trait::kReplayable, weir::Trait::kBounded),
    weir::description(
        "Files are read in the order of their names, each as one partition named by its path. gzip (any "
        "number of "
        "members) and zstd (any number of frames) are known by their first bytes, whatever the name says. "
        "Damaged "
        "compressed data gives a row in `errors`; what came before it is used, and the next file is read.\n\n"
        "After a restart a plain file is read on from its position, a compressed one is decompressed again "
        "up to it. "
        "Standard input cannot be read again.\n\n"
        "With `incremental: true` a run reads only what no finished run has read: new files, and of a plain "
        "file "
        "that has grown what was added. A last line is read as it stands: let writers add whole lines, or "
        "follow the "
        "file and run with `--until now`, where a line waits for its end. What was read is known by path; "
        "`--from-scratch` reads everything again.\n\n"
        "With `follow: true` the source does not end. It reads what is added to the files, within a tenth of "
        "a "
        "second while something is and within a second otherwise, and new files as they appear; a last line "
        "waits "
        "for its end. A file that is renamed or removed is read to its end, and the one that takes its name "
        "from its "
        "beginning; a file that is cut is read again from its beginning, and the log says so. After a "
        "restart a file "
        "is known by its inode under whatever name it has in its directory, so that a rotation loses and "
        "repeats "
        "nothing; but one that came and was rotated away between two looks, or while no process ran, is "
        "found "
        "only where the pattern has its new name, too: `app.log*` and not `app.log`. Compressed files are "
        "left out, and the log says so: rotated ones were read before they "
        "were "
        "compressed."),
    weir::example("type: file\npath: \"data/*.ndjson.gz\"\nformat: ndjson"),
    weir::required(
        "path", &Options::path,
        "One or more files: paths, or patterns with * ? [a-z] {a,b} and ** for any depth; - is standard "
        "input.",
        weir::example_value("data/*.ndjson.gz")),
    weir::required("format", &Options::format, "How the bytes are to be read.", weir::example_value("csv")),
    weir::optional("compression", &Options::compression, "auto",
                   "How the files are compressed; auto looks at them.",
                   weir::choices<weir::file::Compression>({{"auto", weir::file::Compression::kAuto},
                                                           {"none", weir::file::Compression::kNone},
                                                           {"gzip", weir::file::Compression::kGzip},
                                                           {"zstd", weir::file::Compression::kZstd}})),
    weir::optional("chunk", &Options::chunk, "4MiB", "How much is read at a time, and decoded by one thread.",
                   weir::range(512, 1 << 30)),
    weir::optional("incremental", &Options::incremental, "false",
                   "Read only what no finished run has read: new files, and what was added to others."),
    weir::optional("follow", &Options::follow, "false",
                   "Read on as the files grow, are rotated and appear: the source does not end."),
    weir::optional("rotate_wait", &Options::rotate_wait, "5s",
                   "With follow: a file that was renamed or removed ends when nothing was added for so long.",
                   weir::range(0, 86400e6)),
    weir::optional("max_record_bytes", &Options::max_record_bytes, "16MiB",
                   "How long a record may be: a longer one goes to `errors`, and the next is read.",
                   weir::range(1024, 1 << 30)));
