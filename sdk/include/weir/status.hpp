#pragma once
// How a call says that it failed: Status for calls that return nothing else, Result<T> for the rest.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {

/// What kind of fault a Status carries. Callers branch on this, people read the message.
enum class Code : int {
  kOk = 0,
  kInvalid = 1,       ///< The caller's input or configuration is wrong; trying again cannot help.
  kNotFound = 2,      ///< A named thing does not exist.
  kExists = 3,        ///< A named thing exists already.
  kDenied = 4,        ///< Permission is missing.
  kNoSpace = 5,       ///< A disk or a budget is full.
  kIo = 6,            ///< The operating system reported an error.
  kCorrupt = 7,       ///< Stored bytes fail a check.
  kUnsupported = 8,   ///< This build or this host does not serve the call.
  kCancelled = 9,     ///< The run is being stopped.
  kUnavailable = 10,  ///< Temporary; trying again may help.
  kInternal = 11,     ///< A promise inside the program was broken.
};

/// The outcome of a call: success, or a code with a message that says where, what was found, what
/// was expected and what to try. Success costs one null pointer.
///
/// Threads: a value; copies share an immutable message.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string message)
      : fault_(code == Code::kOk ? nullptr : std::make_shared<const Fault>(Fault{code, std::move(message)})) {
  }
  static Status ok() { return {}; }
  static Status invalid(std::string message) { return {Code::kInvalid, std::move(message)}; }
  static Status not_found(std::string message) { return {Code::kNotFound, std::move(message)}; }
  static Status io(std::string message) { return {Code::kIo, std::move(message)}; }
  static Status corrupt(std::string message) { return {Code::kCorrupt, std::move(message)}; }
  static Status unsupported(std::string message) { return {Code::kUnsupported, std::move(message)}; }
  static Status internal(std::string message) { return {Code::kInternal, std::move(message)}; }

  bool is_ok() const { return fault_ == nullptr; }
  Code code() const { return fault_ ? fault_->code : Code::kOk; }
  /// Borrows: valid while any copy of this Status lives. Empty on success.
  std::string_view message() const { return fault_ ? std::string_view(fault_->message) : std::string_view(); }
  /// Returns the same fault with `context` and ": " put before its message; success stays success.
  Status with_context(std::string_view context) const {
    if (is_ok()) return *this;
    return {fault_->code, std::string(context) + ": " + fault_->message};
  }

 private:
  struct Fault {
    Code code;
    std::string message;
  };
  std::shared_ptr<const Fault> fault_;
};

/// Either a value or the Status that explains why there is none.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}         // NOLINT(google-explicit-constructor)
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    if (status_.is_ok()) status_ = Status::internal("a Result was made from a success without a value");
  }
  bool is_ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  /// Needs: is_ok().
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return std::move(*value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return std::move(*value_); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace weir

/// Returns from the enclosing function when `expression` is a fault.
#define WEIR_RETURN_IF_ERROR(expression)                                                        \
  do {                                                                                          \
    if (::weir::Status weir_status_ = (expression); !weir_status_.is_ok()) return weir_status_; \
  } while (false)

#define WEIR_CONCAT_INNER(a, b) a##b
#define WEIR_CONCAT(a, b) WEIR_CONCAT_INNER(a, b)
#define WEIR_ASSIGN_OR_RETURN_IMPL(result, target, expression) \
  auto result = (expression);                                  \
  if (!result.is_ok()) return result.status();                 \
  target = std::move(result).value()
/// Assigns the value of a Result, or returns its Status from the enclosing function.
#define WEIR_ASSIGN_OR_RETURN(target, expression) \
  WEIR_ASSIGN_OR_RETURN_IMPL(WEIR_CONCAT(weir_result_, __LINE__), target, expression)

/// Ends the process when a promise inside the program is broken.
#define WEIR_CHECK(condition)                                                                      \
  do {                                                                                             \
    if (!(condition)) {                                                                            \
      std::fprintf(stderr, "weir: broken promise at %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                                \
    }                                                                                              \
  } while (false)
