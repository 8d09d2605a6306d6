#pragma once
// A sink that sends each row as one letter and takes a batch only when all its rows have arrived.
#include <optional>
#include <string>
#include <utility>

#include <weir/format.hpp>
#include <weir/sink.hpp>

#include "ca_file.hpp"
#include "courier.hpp"

namespace weir::notify {

/// A letter that fails is tried again, by the engine's retry; the rows before it are not sent again for that.
/// A letter that is refused goes to `errors`. After a restart rows since the last checkpoint are sent again.
class LetterSink : public Sink {
 public:
  Status start() final {
    WEIR_RETURN_IF_ERROR(check_ca_file(ca_file()));
    courier_.emplace(context(), ca_file());
    return open();
  }
  void cancel() final {
    if (courier_) courier_->cancel();
  }
  Result<Progress> write(const Batch& batch, size_t, Emitter& output) final {
    // The host comes with the same batch after a retry; with another one when it has given that up.
    if (batch_.get() != batch.get()) {
      batch_ = batch.share();
      next_ = 0;
    }
    return go_on(output);
  }
  Result<Progress> more(Emitter& output) final { return go_on(output); }

 protected:
  virtual const std::optional<std::string>& ca_file() const = 0;
  /// Called once, before any letter.
  virtual Status open() { return {}; }
  virtual Result<Letter> letter(const Batch& batch, uint32_t row) = 0;
  // Notices arrive in the order in which they were made: what is resolved is not told of before it began.
  Binding binding() override { return Binding::none().single_copy(); }

 private:
  Result<Progress> go_on(Emitter& output) {
    for (;;) {
      if (courier_->is_busy()) {
        std::optional<Delivery> delivery = courier_->take();
        if (!delivery) return Progress::not_ready(courier_->arrived());
        if (delivery->outcome == Delivery::Outcome::kFailed)
          return Progress::retry_after(std::max(delivery->wait, kRetryWait), std::move(delivery->reason));
        if (delivery->outcome == Delivery::Outcome::kRefused)
          output.reject(batch_, next_, "refused", delivery->reason);
        ++next_;
      }
      if (!batch_ || next_ >= batch_.row_count()) break;
      WEIR_ASSIGN_OR_RETURN(Letter made, letter(batch_, static_cast<uint32_t>(next_)));
      courier_->send(std::move(made));
    }
    batch_ = Batch();
    return Progress::done();
  }

  // When the receiver does not say how long to wait: the engine grows it from try to try.
  static constexpr Duration kRetryWait{std::chrono::milliseconds(100)};

  Batch batch_;      // Not yet accepted.
  size_t next_ = 0;  // The first of its rows that has not arrived.
  std::optional<Courier> courier_;
};

/// Returns one row in the format, without the end of its line.
inline Result<std::string> row_text(const FormatEncoder& encoder, const Batch& batch, uint32_t row) {
  EncodedBytes bytes;
  WEIR_RETURN_IF_ERROR(encoder.encode(batch.select(std::vector<uint32_t>{row}), bytes));
  std::string_view text = bytes.text();
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  return std::string(text);
}

}  // namespace weir::notify
