#include "world/name_lookup.hpp"

#include <optional>
#include <utility>

namespace weir {
namespace {

/// What the thread that looks up and the connection share.
struct Outcome {
  std::mutex calling;  // Held while a `then` runs, so that forget() can wait for it. Taken before `mutex`.
  std::mutex mutex;
  // Guarded by mutex from here on.
  std::optional<Result<std::unique_ptr<Connection>>> made;  // Never changes once it is there.
  std::function<void()> reading;
  std::function<void()> writing;
};

class NamedConnection final : public Connection {
 public:
  NamedConnection(std::string name, std::shared_ptr<Outcome> outcome)
      : name_(std::move(name)), outcome_(std::move(outcome)) {}
  ~NamedConnection() override { NamedConnection::forget(); }

  int handle() const override {
    auto* const made = this->made();
    return made != nullptr && made->is_ok() ? (**made)->handle() : -1;
  }
  Result<Transfer> read(void* into, size_t size) override {
    return with_made([&](Connection& made) { return made.read(into, size); });
  }
  Result<Transfer> write(const void* bytes, size_t size) override {
    return with_made([&](Connection& made) { return made.write(bytes, size); });
  }
  Status finish_writing() override {
    auto* const made = this->made();
    return made != nullptr && made->is_ok() ? (**made)->finish_writing() : Status();
  }
  std::string name() const override { return name_; }

  void when_ready(bool is_for_writing, std::function<void()> then) override {
    {
      const std::lock_guard lock(outcome_->mutex);
      if (!outcome_->made) {
        (is_for_writing ? outcome_->writing : outcome_->reading) = std::move(then);
        return;
      }
    }
    auto* const made = this->made();
    if (!made->is_ok()) return then();  // There is a fault to be read.
    (**made)->when_ready(is_for_writing, std::move(then));
  }
  void forget() override {
    {
      const std::lock_guard calling(outcome_->calling);
      const std::lock_guard lock(outcome_->mutex);
      outcome_->reading = nullptr;
      outcome_->writing = nullptr;
    }
    auto* const made = this->made();
    if (made != nullptr && made->is_ok()) (**made)->forget();
  }

 private:
  Result<std::unique_ptr<Connection>>* made() const {
    const std::lock_guard lock(outcome_->mutex);
    return outcome_->made ? &*outcome_->made : nullptr;
  }
  template <class Call>
  Result<Transfer> with_made(Call call) {
    auto* const made = this->made();
    if (made == nullptr) return Transfer{};
    if (!made->is_ok()) return made->status();
    return call(***made);
  }

  const std::string name_;
  const std::shared_ptr<Outcome> outcome_;
};

void tell(Outcome& outcome, Result<std::unique_ptr<Connection>> made) {
  const std::lock_guard calling(outcome.calling);
  std::function<void()> reading;
  std::function<void()> writing;
  {
    const std::lock_guard lock(outcome.mutex);
    outcome.made.emplace(std::move(made));
    reading = std::exchange(outcome.reading, nullptr);
    writing = std::exchange(outcome.writing, nullptr);
  }
  if (reading) reading();
  if (writing) writing();
}

}  // namespace

NameLookup::~NameLookup() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::unique_ptr<Connection> NameLookup::connect_later(std::string name, Connect connect) {
  auto outcome = std::make_shared<Outcome>();
  {
    const std::lock_guard lock(mutex_);
    jobs_.emplace_back([outcome, connect = std::move(connect)] { tell(*outcome, connect()); });
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  changed_.notify_all();
  return std::make_unique<NamedConnection>(std::move(name), std::move(outcome));
}

void NameLookup::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return is_stopping_ || !jobs_.empty(); });
    if (is_stopping_) return;
    const std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace weir
