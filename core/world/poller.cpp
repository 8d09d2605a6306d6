#include "world/poller.hpp"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <weir/status.hpp>

namespace weir {

Poller::~Poller() {
  if (!thread_.joinable()) return;
  WEIR_CHECK(::eventfd_write(stop_event_, 1) == 0);
  thread_.join();
  ::close(epoll_);
  ::close(stop_event_);
}

void Poller::begin() {
  if (thread_.joinable()) return;
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  stop_event_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  WEIR_CHECK(epoll_ >= 0 && stop_event_ >= 0);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = stop_event_;
  WEIR_CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, stop_event_, &event) == 0);
  thread_ = std::thread([this] { run(); });
}

void Poller::when_ready(int descriptor, bool is_for_writing, std::function<void()> then) {
  const std::lock_guard lock(mutex_);
  begin();
  Watch& watch = watches_[descriptor];
  (is_for_writing ? watch.writing : watch.reading) = std::move(then);
  arm(descriptor, watch);
}

void Poller::arm(int descriptor, Watch& watch) {
  epoll_event event{};
  event.events = EPOLLONESHOT;
  if (watch.reading) event.events |= EPOLLIN | EPOLLRDHUP;
  if (watch.writing) event.events |= EPOLLOUT;
  event.data.fd = descriptor;
  const int action = std::exchange(watch.is_known, true) ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
  WEIR_CHECK(::epoll_ctl(epoll_, action, descriptor, &event) == 0);
}

void Poller::forget(int descriptor) {
  std::unique_lock lock(mutex_);
  const auto watch = watches_.find(descriptor);
  if (watch == watches_.end()) return;
  watches_.erase(watch);
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  if (std::this_thread::get_id() == thread_.get_id()) return;
  called_.wait(lock, [&] { return calling_ != descriptor; });
}

void Poller::run() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
    WEIR_CHECK(count >= 0 || errno == EINTR);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<size_t>(i)];
      if (event.data.fd == stop_event_) return;
      handle(event.data.fd, event.events);
    }
  }
}

void Poller::handle(int descriptor, unsigned events) {
  constexpr unsigned kBroken = EPOLLERR | EPOLLHUP;
  std::function<void()> reading;
  std::function<void()> writing;
  {
    const std::lock_guard lock(mutex_);
    const auto found = watches_.find(descriptor);
    // An event that was on its way when it was forgotten, for a descriptor that may be another by now:
    // whoever is called for nothing looks and waits again.
    if (found == watches_.end()) return;
    Watch& watch = found->second;
    if ((events & (EPOLLIN | EPOLLRDHUP | kBroken)) != 0) reading = std::exchange(watch.reading, nullptr);
    if ((events & (EPOLLOUT | kBroken)) != 0) writing = std::exchange(watch.writing, nullptr);
    if (watch.reading || watch.writing) arm(descriptor, watch);
    calling_ = descriptor;
  }
  if (reading) reading();
  if (writing) writing();
  {
    const std::lock_guard lock(mutex_);
    calling_ = -1;
  }
  called_.notify_all();
}

}  // namespace weir
