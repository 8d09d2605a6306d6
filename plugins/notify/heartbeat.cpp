// heartbeat: a dead man's switch that is held down as long as rows come.
//
//   alive: {type: heartbeat, inputs: per_minute, url: "https://hc.example/ping/shop", every: 1m}
#include <string>

#include <weir/sink.hpp>

#include "ca_file.hpp"
#include "courier.hpp"

namespace weir::notify {
namespace {

struct HeartbeatOptions {
  std::string url;
  Duration every{};
  std::optional<std::string> ca_file;
  Duration timeout{};
};

class Heartbeat final : public Sink {
 public:
  explicit Heartbeat(HeartbeatOptions options) : options_(std::move(options)) {}

  Status bind(std::span<const Input>) override {
    if (options_.url.starts_with("http://") || options_.url.starts_with("https://")) return {};
    return Status::invalid("url: must begin with http:// or https://");
  }
  Status start() override {
    WEIR_RETURN_IF_ERROR(check_ca_file(options_.ca_file));
    courier_.emplace(context(), options_.ca_file);
    return {};
  }
  void cancel() override {
    if (courier_) courier_->cancel();
  }

  /// Waits for nobody: a monitor that does not answer holds up no row.
  Result<Progress> write(const Batch& batch, size_t, Emitter&) override {
    look_back();
    const int64_t now = host()->monotonic_ns(host());
    if (batch.row_count() == 0 || courier_->is_busy() || now < next_ns_) return Progress::done();
    next_ns_ = now + options_.every.count() * 1000;
    Letter ping;
    ping.way = Letter::Way::kGet;
    ping.url = options_.url;
    ping.timeout = options_.timeout;
    courier_->send(std::move(ping));
    return Progress::done();
  }

  /// The last of a run is waited for, as long as the monitor may take: whoever ends would take it along.
  Result<Progress> flush(uint64_t epoch) override {
    look_back();
    if (epoch == kLastEpoch && courier_->is_busy()) return Progress::not_ready(courier_->arrived());
    return Progress::done();
  }

 protected:
  Binding binding() override { return Binding::none().single_copy(); }

 private:
  void look_back() {
    if (!courier_->is_busy()) return;
    const std::optional<Delivery> delivery = courier_->take();
    if (!delivery) return;
    const bool is_heard = delivery->outcome == Delivery::Outcome::kTaken;
    count(is_heard ? "heartbeats" : "heartbeats_failed");
    if (!is_heard) log_warn("the heartbeat was not heard", {{"reason", delivery->reason}});
  }

  const HeartbeatOptions options_;
  int64_t next_ns_ = 0;
  std::optional<Courier> courier_;
};

}  // namespace
}  // namespace weir::notify

using weir::notify::Heartbeat;
using weir::notify::HeartbeatOptions;

WEIR_SINK(
    Heartbeat, HeartbeatOptions, "heartbeat", "Tell a monitor that rows still come: a dead man's switch.",
    weir::traits(weir::Trait::kForeignIo),
    weir::description("Asks for `url` (GET) when rows come, at most once in `every`. When the pipeline, its "
                      "machine, its network or "
                      "its source stops, nobody asks any more, and the monitor at the other end raises the "
                      "alarm that the pipeline "
                      "no longer can. Put it behind the node whose rows prove that all is well, an aggregate "
                      "before the alerts, "
                      "and let the monitor wait for longer than `every` and the windows' length. A heartbeat "
                      "that is not heard is "
                      "logged and counted; it holds up nothing but the end of a bounded run, by `timeout` at "
                      "most, and is not "
                      "sent again."),
    weir::example("type: heartbeat\ninputs: per_minute\nurl: \"https://hc.example/ping/shop\"\nevery: 1m"),
    weir::required("url", &HeartbeatOptions::url,
                   "What to ask for: http:// or https://. It may be a `${secret:...}`.",
                   weir::example_value("\"https://hc.example/ping/shop\"")),
    weir::optional("every", &HeartbeatOptions::every, "1m", weir::range(1e5, 3.2e14), "How often at most.",
                   weir::example_value("30s")),
    weir::optional("ca_file", &HeartbeatOptions::ca_file, weir::notify::kCaFileText,
                   weir::example_value("/etc/ssl/team-ca.pem")),
    weir::optional("timeout", &HeartbeatOptions::timeout, "10s", weir::range(1e3, 3.6e9),
                   "How long the monitor may take to answer.", weir::example_value("3s")));
