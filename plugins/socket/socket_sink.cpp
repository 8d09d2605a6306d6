// socket: sends rows to whoever listens, over TCP, UDP or a unix socket, in any format.
//
//   out: {type: socket, inputs: alerts, address: "tcp://127.0.0.1:9000", format: ndjson}
#include <weir/sink.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/format.hpp>
#include <weir/net.hpp>

namespace weir::socket {
namespace {

// When nobody says how long to wait: the engine grows it from try to try.
constexpr Duration kRetryWait{std::chrono::milliseconds(100)};

struct SinkOptions {
  std::string address;
  Format format;
};

class SocketSink final : public Sink {
 public:
  explicit SocketSink(SinkOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input> inputs) override {
    schema_ = inputs[0].schema;
    return net::check(options_.address);
  }

  Status start() override {
    room_ = Handle(context());
    WEIR_ASSIGN_OR_RETURN(const FormatEncoder encoder, options_.format.encoder(schema_));
    encoder_ = encoder;
    return {};
  }

  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    if (batch.row_count() == 0) return Progress::done();
    // The connection broke when an earlier batch had been accepted: that one goes first.
    if (!unsent_.empty()) {
      const Sent sent = send();
      if (sent.is_waiting)
        return Progress::retry_after(kRetryWait, "connecting to '" + options_.address + "'");
      if (!sent.broken.empty()) return Progress::retry_after(kRetryWait, sent.broken);
    }
    WEIR_RETURN_IF_ERROR(encode(batch));
    const Sent sent = send();
    if (sent.is_waiting) return Progress::not_ready(room_.get());
    if (sent.broken.empty()) return Progress::done();
    unsent_.clear();  // The host comes again with this batch.
    return Progress::retry_after(kRetryWait, sent.broken);
  }

  // What broke after the batch was accepted is sent again before the next batch, or before the next barrier.
  Result<Progress> more(Emitter&) override {
    return send().is_waiting ? Progress::not_ready(room_.get()) : Progress::done();
  }

  Result<Progress> flush(uint64_t epoch) override {
    const bool is_last = epoch == kLastEpoch && !is_datagram() && (socket_ || !unsent_.empty());
    if (is_last && !std::exchange(has_ended_, true)) {
      EncodedBytes bytes;
      WEIR_RETURN_IF_ERROR(encoder_->end(bytes));
      if (bytes.size > 0) unsent_.emplace_back(bytes.text());
    }
    if (!unsent_.empty()) {
      const Sent sent = send();
      if (sent.is_waiting) return Progress::not_ready(room_.get());
      if (!sent.broken.empty()) return Progress::retry_after(kRetryWait, sent.broken);
    }
    if (is_last) WEIR_RETURN_IF_ERROR(socket_.finish_writing());
    return Progress::done();
  }

 protected:
  // Rows of one connection have one order, and a header is sent once.
  Binding binding() override { return Binding::none().single_copy(); }

 private:
  struct Sent {
    bool is_waiting = false;
    std::string broken = {};  // Why; empty: it is not.
  };

  bool is_datagram() const {
    return options_.address.starts_with("udp:") || options_.address.starts_with("unixgram:");
  }

  /// Adds the pieces that are sent whole again when the connection breaks: a batch, or a datagram a row.
  Status encode(const Batch& batch) {
    EncodedBytes bytes;
    if (!is_datagram()) {
      WEIR_RETURN_IF_ERROR(encoder_->encode(batch, bytes));
      unsent_.emplace_back(bytes.text());
      return {};
    }
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      WEIR_RETURN_IF_ERROR(encoder_->encode(batch.select(std::vector<uint32_t>{row}), bytes));
      unsent_.emplace_back(bytes.text());
      bytes.clear();
    }
    return {};
  }

  Status connect() {
    WEIR_ASSIGN_OR_RETURN(socket_, Socket::connect(options_.address));
    first_piece_at_ = 0;
    if (is_datagram()) return {};
    EncodedBytes header;
    WEIR_RETURN_IF_ERROR(encoder_->begin(header));
    header_ = header.text();
    return {};
  }

  /// Sends as much as is taken.
  Sent send() {
    if (!socket_) {
      if (const Status connected = connect(); !connected.is_ok()) return broken(connected.message());
    }
    if (!header_.empty()) {
      if (Sent sent = send_piece(header_); sent.is_waiting || !sent.broken.empty()) return sent;
      header_.clear();
    }
    while (!unsent_.empty()) {
      if (Sent sent = send_piece(unsent_.front()); sent.is_waiting || !sent.broken.empty()) return sent;
      unsent_.pop_front();
    }
    return {};
  }

  Sent send_piece(const std::string& piece) {
    while (first_piece_at_ < piece.size()) {
      const auto put = socket_.write(std::string_view(piece).substr(first_piece_at_));
      if (!put.is_ok()) return broken(put.status().message());
      if (put->outcome == WEIR_NET_CLOSED) return broken("'" + options_.address + "' reads no more");
      if (put->outcome == WEIR_NET_WOULD_BLOCK) {
        socket_.wake_when(WEIR_NET_WRITABLE, room_);
        return {.is_waiting = true};
      }
      first_piece_at_ += put->bytes;
    }
    first_piece_at_ = 0;
    return {};
  }

  Sent broken(std::string_view why) {
    socket_ = Socket();
    first_piece_at_ = 0;
    header_.clear();
    return {.broken = std::string(why)};
  }

  const SinkOptions options_;
  Schema schema_;
  std::optional<FormatEncoder> encoder_;
  Handle room_;  // Outlives the socket, which signals it.
  Socket socket_;
  std::string header_;  // Of this connection, until it is sent.
  std::deque<std::string>
      unsent_;  // Accepted, oldest first; of a broken connection from the beginning of a piece.
  size_t first_piece_at_ = 0;  // How much is sent of the header, or else of the first piece.
  bool has_ended_ = false;
};

}  // namespace
}  // namespace weir::socket

using weir::socket::SinkOptions;
using weir::socket::SocketSink;

WEIR_SINK(SocketSink, SinkOptions, "socket", "Send rows to a TCP, UDP or unix socket, in any format.",
          weir::traits(weir::Trait::kUnconfirmed, weir::Trait::kResends),
          weir::description("The sink connects with its first row, and again when the connection breaks: the "
                            "rows that were being sent "
                            "are then sent once more from the beginning of a batch, so that no row is torn, "
                            "and some may come twice. A "
                            "receiver that is slow is waited for.\n\n"
                            "Nobody acknowledges on a plain socket: what the system had taken and the "
                            "receiver never read is lost with "
                            "the connection. Over UDP and unixgram each row is a datagram."),
          weir::example("type: socket\ninputs: alerts\naddress: \"tcp://127.0.0.1:9000\"\nformat: ndjson"),
          weir::required("address", &SinkOptions::address,
                         "Who listens: tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH or unixgram:///PATH.",
                         weir::example_value("\"tcp://127.0.0.1:9000\"")),
          weir::required("format", &SinkOptions::format, "How to write the rows.",
                         weir::example_value("ndjson")));
