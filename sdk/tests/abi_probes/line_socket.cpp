// line_socket: rows of text lines that come over a connection, acknowledged when they are durable.
//
// The connection itself lives behind the host's extension weir.net/1; this source needs of it what stands in
// LineConnection, which a thread of its own or the host fills and signals.
#include <weir/source.hpp>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>

namespace {

struct LineSocketOptions {
  std::string address;
};

// Threads: give() from any; take() from the source's calls.
class LineConnection {
 public:
  explicit LineConnection(weir_context* context) : ready_(context) {}
  void give(std::string line) {
    {
      const std::scoped_lock lock(guard_);
      lines_.push_back(std::move(line));
    }
    ready_.signal();
  }
  std::deque<std::string> take() {
    const std::scoped_lock lock(guard_);
    return std::exchange(lines_, {});
  }
  weir_handle* ready() const { return ready_.get(); }

 private:
  std::mutex guard_;
  std::deque<std::string> lines_;
  weir::Handle ready_;
};

class LineSocket final : public weir::Source {
 public:
  explicit LineSocket(LineSocketOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Schema> bind() override { return weir::Schema::parse("line: string"); }
  weir::Status restore(std::span<const weir::PartitionOffset> offsets) override {
    for (const weir::PartitionOffset& at : offsets) next_ = at.offset.position;
    return {};
  }
  weir::Result<weir::Progress> poll(weir::RowOutput& output) override {
    if (host_net() == nullptr) return weir::Status::unsupported("this host serves no sockets (weir.net/1)");
    if (connection_ == nullptr) {
      connection_ = std::make_unique<LineConnection>(context());
      partition_ = output.partition_found(options_.address);
    }
    const std::deque<std::string> lines = connection_->take();
    if (lines.empty()) return weir::Progress::not_ready(connection_->ready());
    weir::StringBuilder texts;
    for (const std::string& line : lines) texts.append(line);
    const std::array columns = {std::move(texts).finish()};
    const int64_t first = next_;
    next_ += static_cast<int64_t>(lines.size());
    output.emit(partition_, weir::Batch::make(lines.size(), columns), first, {next_, std::to_string(next_)});
    return weir::Progress::done();
  }
  weir::Status durable(std::span<const weir::PartitionOffset> offsets) override {
    for (const weir::PartitionOffset& at : offsets) acknowledged_ = at.offset.position;
    return {};
  }
  void cancel() override { is_cancelled_ = true; }

 private:
  static const void* host_net() { return weir::host()->extension(weir::host(), weir::as_str("weir.net/1")); }

  const LineSocketOptions options_;
  std::unique_ptr<LineConnection> connection_;
  uint32_t partition_ = 0;
  int64_t next_ = 0;
  int64_t acknowledged_ = 0;
  std::atomic<bool> is_cancelled_ = false;
};

}  // namespace

WEIR_SOURCE(LineSocket, LineSocketOptions, "line_socket", "Text lines from a connection.",
            weir::required("address", &LineSocketOptions::address, "host:port."));
