#pragma once
// Sends one letter at a time, over HTTP or SMTP, on a thread of its own.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <weir/progress.hpp>

namespace weir::notify {

struct Letter {
  enum class Way { kPost, kGet, kMail };
  Way way = Way::kPost;
  std::string url;
  std::vector<std::string> headers;  ///< "Name: value", of HTTP.
  std::string body;
  Duration timeout{};
  // Of mail.
  std::string from;
  std::vector<std::string> to;
  std::string user;
  std::string password;
  bool needs_tls = true;
};

/// What became of a letter.
struct Delivery {
  enum class Outcome {
    kTaken,    ///< The receiver has it.
    kRefused,  ///< The receiver wants no such letter, ever.
    kFailed    ///< Trying again may help.
  };
  Outcome outcome = Outcome::kTaken;
  std::string reason = {};
  Duration wait{};  ///< When the receiver said to come again; 0: it did not.
};

/// Threads: send(), take() and arrived() are the node's; cancel() from any. The courier's own thread shares
/// what mutex_ guards, and nothing else.
class Courier {
 public:
  /// `ca_file`: whose certificates receivers must have; nothing: those that the system trusts.
  Courier(weir_context* context, std::optional<std::string> ca_file);
  ~Courier();
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  /// Needs: !is_busy().
  void send(Letter letter);
  bool is_busy() const { return is_busy_; }
  /// Returns what became of the letter, once; nothing while it is on its way.
  std::optional<Delivery> take();
  /// Is signalled when there is something to take.
  weir_handle* arrived() const { return arrived_.get(); }
  /// The letter that is on its way is given up.
  void cancel();

 private:
  void run();
  Delivery deliver(const Letter& letter);

  const std::optional<std::string> ca_file_;
  Handle arrived_;
  void* multi_;      // A CURLM; the thread's own, but for its wake-up.
  void* easy_;       // A CURL; the thread's own.
  int socket_ = -1;  // Of the connection that libcurl keeps, or -1. The thread's own, then the destructor's.
  bool is_busy_ = false;  // The node's.
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::optional<Letter> letter_;      // Guarded by mutex_.
  std::optional<Delivery> delivery_;  // Guarded by mutex_.
  bool must_end_ = false;             // Guarded by mutex_.
  std::atomic<bool> is_cancelled_{false};
  std::thread thread_;  // Last: it begins when all else is there.
};

}  // namespace weir::notify
