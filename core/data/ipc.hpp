#pragma once
// Batches at rest: Arrow IPC streams whose messages are numbered and hashed.
//
// Every message carries two texts in its custom_metadata: "weir.seq", its number (the schema is 0), and
// "weir.xxh3", 16 hex digits of XXH3-64 over the message's metadata and body with these digits taken as '0'.
// Other readers ignore both, so pyarrow and polars open the files directly. Texts lie as plain UTF-8 with
// offsets, whatever layout they had; only the bytes that the rows refer to are written. Origin, entry time
// and hidden columns of a batch are not written.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <weir/abi.h>
#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

namespace weir {

/// Turns batches of one schema into the bytes of a stream.
///
/// Threads: confined to one task. Calls append to `out` and leave it as it was when they fail.
class IpcWriter {
 public:
  /// `next_number` is not 0 when a stream is gone on with: then begin() is not called again.
  explicit IpcWriter(Schema schema, uint64_t next_number = 0);
  ~IpcWriter();
  IpcWriter(IpcWriter&&) noexcept;
  IpcWriter& operator=(IpcWriter&&) noexcept;

  /// Appends the schema. Needs: called once, first, unless the stream is gone on with.
  Status begin(weir_bytes_out& out);
  /// Appends one batch; a `note` that is not empty goes into its custom_metadata as "weir.note".
  /// Fails: kInvalid when its columns do not match the schema; kUnsupported for more than 2 GiB of text in
  /// one column; kNoSpace.
  Status write(const weir_batch& batch, weir_bytes_out& out, std::string_view note = {});
  /// Appends the end mark: the stream is sealed.
  Status finish(weir_bytes_out& out);
  /// The number that the next message gets.
  uint64_t next_number() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// What a reader demands.
enum class IpcTrust {
  kOwn,     ///< Our own files: numbers without a gap, right digests, an end mark, and nothing after it.
  kForeign  ///< Any stream or file of Arrow IPC; a digest is checked where there is one.
};

/// One step of a reader.
struct IpcStep {
  enum class Kind {
    kNeedMore,  ///< The bytes end within a message; call again with what is left and more.
    kSchema,    ///< schema() is known now.
    kBatch,
    kEnd  ///< The end mark, or (kForeign) the end of the bytes.
  };
  Kind kind = Kind::kNeedMore;
  size_t consumed = 0;  ///< [bytes] used; with kNeedMore they are whole messages before the cut.
  Batch batch;
  std::string note;  ///< As it was given to IpcWriter::write().
};

/// Turns the bytes of a stream, in pieces of any size, into batches. Damaged bytes are a fault, never a
/// crash.
///
/// Threads: confined to one task.
class IpcReader {
 public:
  explicit IpcReader(IpcTrust trust);
  ~IpcReader();
  IpcReader(IpcReader&&) noexcept;
  IpcReader& operator=(IpcReader&&) noexcept;

  /// Reads the next message of `bytes`, which go on where the last step stopped. `is_last`: nothing follows
  /// them. `keeper`, when given, is the buffer in which `bytes` lie: batches then share it instead of
  /// copying.
  ///
  /// Who reads a file that is still written, or whose tail may be torn, passes is_last = false: kNeedMore
  /// then means that the last whole message was read. Fails: kCorrupt, naming the message and what is wrong
  /// with it; kUnsupported. The reader is of no use then.
  Result<IpcStep> read(std::span<const uint8_t> bytes, bool is_last, const Buffer& keeper = {});
  /// The next message may have any number: the caller left some out, or begins after the schema of a file.
  void skip_to_any_number();
  /// Gives the schema of a stream whose first message this reader does not see.
  void assume_schema(const Schema& schema);

  /// Needs: a step answered kSchema, or assume_schema().
  const Schema& schema() const;
  /// The number that the next message must have.
  uint64_t next_number() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
