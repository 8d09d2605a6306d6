#pragma once
// The socket beside a pipeline's state by which its running process is reached.
#include <string>
#include <string_view>
#include <weir/status.hpp>

namespace weir {

/// A descriptor that closes itself.
class OwnedDescriptor {
 public:
  explicit OwnedDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : descriptor_(other.release()) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept;
  ~OwnedDescriptor();
  int get() const { return descriptor_; }
  int release();

 private:
  int descriptor_;
};

/// Listens at `directory`/control.sock, which only this user may open. One that is there is removed: it is a
/// dead process's. Needs: the caller holds the directory's lock.
Result<OwnedDescriptor> listen_for_control(const std::string& directory);

/// Fails: kNotFound when no process listens there.
Result<OwnedDescriptor> connect_to_control(const std::string& directory);

/// Sends a line and returns the answer, without its newline. Fails when there is none within ten seconds.
Result<std::string> ask_control(int connection, std::string_view line);

}  // namespace weir
