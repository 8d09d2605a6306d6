#pragma once
// Faults across the C ABI: a Status travels as a weir_fault, an exception inside a module becomes a Status.
#include <algorithm>
#include <cstring>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "weir/abi_data.h"
#include "weir/status.hpp"

namespace weir {

/// Thrown where a call has no other way to say that it failed: no memory for a builder, a column read as
/// another type. The SDK's shims turn it into its Status; it never crosses the ABI.
class FaultException : public std::runtime_error {
 public:
  explicit FaultException(Status status)
      : std::runtime_error(std::string(status.message())), status_(std::move(status)) {}
  const Status& status() const { return status_; }

 private:
  Status status_;
};

[[noreturn, gnu::cold, gnu::noinline]] inline void throw_fault(Code code, std::string message) {
  throw FaultException(Status(code, std::move(message)));
}

/// Copies `text` into a fixed array, cut at its size at a character's border, with a zero at its end.
inline void copy_cut(std::string_view text, char* into, size_t capacity) {
  size_t size = std::min(text.size(), capacity - 1);
  if (size < text.size())
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  if (size > 0) std::memcpy(into, text.data(), size);
  into[size] = '\0';
}

/// Writes `status` into `fault` (may be null). `where` names the option or column it is about.
/// Returns the code, as calls of the ABI answer it.
inline int32_t fill_fault(const Status& status, weir_fault* fault, std::string_view where = {}) {
  const auto code = static_cast<int32_t>(status.code());
  if (fault == nullptr || code == 0) return code;
  fault->code = code;
  copy_cut(where, fault->where, WEIR_FAULT_WHERE_BYTES);
  copy_cut(status.message(), fault->message, WEIR_FAULT_MESSAGE_BYTES);
  return code;
}

/// Returns the Status behind an answer of the ABI.
inline Status status_of(int32_t code, const weir_fault& fault) {
  if (code == 0) return {};
  return {static_cast<Code>(code), fault.message};
}

/// Returns the Status for the exception that is being handled. Needs: called inside a catch block.
inline Status current_exception_status() noexcept {
  try {
    throw;
  } catch (const FaultException& fault) {
    return fault.status();
  } catch (const std::bad_alloc&) {
    return {Code::kNoSpace, "out of memory"};
  } catch (const std::exception& error) {
    return Status::internal(std::string("the component threw: ") + error.what());
  } catch (...) {
    return Status::internal("the component threw something that is no std::exception");
  }
}

}  // namespace weir
