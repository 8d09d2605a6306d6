#pragma once
// Keeps secrets out of everything that leaves the process as text.
#include <atomic>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Texts that must not be printed.
///
/// Threads: any, at once.
class Redactor {
 public:
  /// An empty secret hides nothing and is ignored.
  void add(std::string_view secret);
  /// Returns `text` with every secret in it replaced by "***", the longest first.
  std::string redact(std::string_view text) const;

 private:
  std::atomic<bool> is_used_{false};  // Release in add() pairs with the acquire in redact().
  mutable std::mutex mutex_;
  std::vector<std::string> secrets_;  // Guarded by mutex_. Longest first.
};

/// The secrets of this process. Whoever resolves one adds it before anything can print it; whoever prints
/// what may hold one, because an author wrote it or a component said it, asks here first.
Redactor& process_secrets();

}  // namespace weir
