// socket: reads what others send, over TCP, UDP or a unix socket, in any format.
//
//   events: {type: socket, listen: "tcp://127.0.0.1:9000", format: ndjson}
//
// A connection is a partition, from its first byte to its end; so are all datagrams together.
#include <weir/source.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <weir/net.hpp>

namespace weir::socket {
namespace {

// What is read of one connection before the next has its turn.
constexpr size_t kPieceBytes = size_t{256} << 10;
// Datagrams of one poll: then others have their turn.
constexpr int kDatagramsAtOnce = 1024;

struct Options {
  std::string listen;
  Format format;
  int64_t max_connections = 1000;
  ByteSize max_record_bytes{16 << 20};
};

bool is_datagram(std::string_view url) { return url.starts_with("udp:") || url.starts_with("unixgram:"); }

class SocketSource final : public ByteSource {
 public:
  explicit SocketSource(Options options) : options_(std::move(options)) {}

  Status bind() override { return net::check(options_.listen); }
  uint64_t max_record_bytes() const override {
    return static_cast<uint64_t>(options_.max_record_bytes.bytes);
  }
  // Nobody has called yet.
  Result<std::optional<Head>> head(size_t) override { return std::optional<Head>(); }

  Status start() override {
    ready_ = Handle(context());
    piece_.resize(kPieceBytes);
    WEIR_ASSIGN_OR_RETURN(listener_, Socket::listen(options_.listen));
    url_ = listener_.name();
    log_info("listens", {{"address", url_}});
    return {};
  }

  Result<Progress> poll(ByteOutput& output) override {
    bool has_worked = false;
    if (is_datagram(url_)) {
      WEIR_ASSIGN_OR_RETURN(has_worked, read_datagrams(output));
    } else {
      WEIR_RETURN_IF_ERROR(accept_callers());
      WEIR_ASSIGN_OR_RETURN(has_worked, read_connections(output));
    }
    return has_worked ? Progress::done() : Progress::not_ready(ready_.get());
  }

 private:
  // A place for a caller. The next caller in it continues under its name, so that names do not grow without
  // end.
  struct Line {
    Socket socket;
    std::string partition_name;
    uint32_t partition = 0;
    bool is_found = false;  // Something came, so that the engine knows of it.
    int64_t position = 0;
  };

  Status accept_callers() {
    while (listener_.is_readable()) {
      const auto free = std::ranges::find_if(lines_, [](const Line& line) { return !line.socket; });
      const bool is_full =
          free == lines_.end() && static_cast<int64_t>(lines_.size()) >= options_.max_connections;
      // Who finds no place waits to be accepted, and is looked for again when one is free.
      if (is_full) return {};
      WEIR_ASSIGN_OR_RETURN(Socket caller, listener_.accept());
      if (!caller) {
        listener_.wake_when(WEIR_NET_READABLE, ready_);
        continue;
      }
      count("connections");
      if (free != lines_.end()) {
        free->socket = std::move(caller);
      } else {
        lines_.push_back({std::move(caller), url_ + "#" + std::to_string(lines_.size() + 1)});
      }
    }
    return {};
  }

  Result<bool> read_connections(ByteOutput& output) {
    bool has_worked = false;
    for (size_t i = 0; i < lines_.size() && output.has_room(); ++i) {
      Line& line = lines_[next_++ % lines_.size()];
      if (!line.socket || !line.socket.is_readable()) continue;
      has_worked = true;
      WEIR_RETURN_IF_ERROR(read(line, output));
    }
    return has_worked;
  }

  Status read(Line& line, ByteOutput& output) {
    size_t filled = 0;
    bool is_over = false;
    while (filled < piece_.size() && !is_over) {
      const auto got = line.socket.read(std::span(piece_).subspan(filled));
      if (!got.is_ok()) {
        log_warn("a connection broke: what came before is used", {{"why", got.status().message()}});
        is_over = true;
      } else if (got->outcome == WEIR_NET_DONE) {
        filled += got->bytes;
      } else if (got->outcome == WEIR_NET_CLOSED) {
        is_over = true;
      } else {
        line.socket.wake_when(WEIR_NET_READABLE, ready_);
        break;
      }
    }
    if (filled > 0 && !std::exchange(line.is_found, true))
      line.partition = output.partition_found(line.partition_name);
    if (line.is_found && (filled > 0 || is_over))
      output.emit(line.partition, taken(filled), {line.position, {}},
                  is_over ? BytesAre::kLast : BytesAre::kNow);
    line.position += static_cast<int64_t>(filled);
    if (is_over) end(line, output);
    return {};
  }

  void end(Line& line, ByteOutput& output) {
    if (line.is_found) {
      output.partition_ended(line.partition);
      output.partition_gone(line.partition);
    }
    line.socket = Socket();
    line.is_found = false;
    line.position = 0;
  }

  Result<bool> read_datagrams(ByteOutput& output) {
    bool has_worked = false;
    for (int i = 0; i < kDatagramsAtOnce && output.has_room() && listener_.is_readable(); ++i) {
      WEIR_ASSIGN_OR_RETURN(const SocketTransfer got, listener_.read(piece_));
      if (got.outcome != WEIR_NET_DONE) {
        listener_.wake_when(WEIR_NET_READABLE, ready_);
        continue;
      }
      has_worked = true;
      if (partition_ == 0) partition_ = output.partition_found(url_);
      if (got.bytes > piece_.size()) {
        reject_long(got.bytes);
      } else if (got.bytes > 0) {
        output.emit(partition_, taken(got.bytes), {position_, {}}, BytesAre::kWhole);
      }
      position_ += static_cast<int64_t>(got.bytes);
    }
    return has_worked;
  }

  void reject_long(size_t bytes) const {
    const std::string message = "a datagram of " + std::to_string(bytes) + " bytes came, and at most " +
                                std::to_string(kPieceBytes) + " are read";
    weir_rejection rejection{};
    rejection.struct_size = sizeof(rejection);
    rejection.row = -1;
    rejection.offset = position_;
    rejection.code = as_str("datagram-too-long");
    rejection.message = as_str(message);
    host()->reject(context(), nullptr, &rejection, 1);
  }

  Buffer taken(size_t size) const {
    Buffer bytes = Buffer::allocate(size);
    std::copy_n(piece_.data(), size, bytes.data());
    return bytes;
  }

  const Options options_;
  std::string url_;             // With the port that the system chose.
  std::vector<uint8_t> piece_;  // What is being read.
  Handle ready_;                // Outlives the sockets, which signal it.
  Socket listener_;
  std::vector<Line> lines_;
  size_t next_ = 0;  // Whose turn it is.

  // Of datagrams.
  uint32_t partition_ = 0;  // 0: none came yet.
  int64_t position_ = 0;
};

}  // namespace
}  // namespace weir::socket

using weir::socket::Options;
using weir::socket::SocketSource;

WEIR_SOURCE(
    SocketSource, Options, "socket",
    "Listen on a TCP, UDP or unix socket, and read what is sent, in any format.", weir::traits(),
    weir::description("Each connection is a partition from its first byte to its end: a CSV header, for "
                      "example, comes at the "
                      "beginning of each. A datagram holds whole records. Nothing listens anywhere but where "
                      "`listen` says; "
                      "`127.0.0.1` can be reached from this machine alone, `0.0.0.0` from everywhere.\n\n"
                      "What was sent cannot be read again: rows that were on their way when the process died "
                      "are lost, up to the "
                      "next durable edge. A sender that is faster than the pipeline waits (TCP, unix); "
                      "datagrams that find no room "
                      "are lost, as datagrams are."),
    weir::example(
        "type: socket\nlisten: \"tcp://127.0.0.1:9000\"\nformat: {type: ndjson, columns: {ts: timestamp, "
        "user: string}}"),
    weir::required(
        "listen", &Options::listen,
        "Where: tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH or unixgram:///PATH. Port 0 takes a free one, "
        "which the log names.",
        weir::example_value("\"tcp://127.0.0.1:9000\"")),
    weir::required("format", &Options::format, "How the bytes are to be read.",
                   weir::example_value("ndjson")),
    weir::optional("max_connections", &Options::max_connections, "1000",
                   "How many may be open at once; further callers wait.", weir::range(1, 65536)),
    weir::optional("max_record_bytes", &Options::max_record_bytes, "16MiB",
                   "How long a record may be: a longer one goes to `errors`, and the next is read.",
                   weir::range(1024, 1 << 30)));
