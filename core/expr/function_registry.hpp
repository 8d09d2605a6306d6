#pragma once
// The functions that expressions may call.
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "expr/eval.hpp"

namespace weir::expr {

/// Parameters that take more than one type; above every weir_type and kIntervalId.
enum : uint8_t {
  kAnyParam = 200,      ///< Any type, as it is.
  kNumberParam = 201,   ///< Any number, as it is.
  kDecimalParam = 202,  ///< Decimals and integers, as decimals.
  kShownParam = 203,    ///< Any type but nested ones, as its text.
};

/// What a function is told when a call of it is compiled.
struct CallSite {
  std::vector<ValueType> types;          ///< Of the arguments, after their casts.
  std::vector<const Vector*> constants;  ///< Arguments that are known now (row 0); null: not known.

  bool has(size_t index) const { return index < constants.size() && constants[index] != nullptr; }
  bool is_null(size_t index) const { return has(index) && !constants[index]->is_valid(0); }
  /// Needs: has(index), a present string.
  std::string_view text(size_t index) const { return constants[index]->text(0); }
};

/// Types of arguments that a function takes, and how it computes. Made once, used by any thread.
struct Overload {
  std::vector<uint8_t> params;  ///< weir_type, kIntervalId or one of the above.
  size_t optional_count = 0;    ///< How many of the last ones may be missing.
  bool is_variadic = false;     ///< The last one may come again.
  /// The result for these arguments.
  std::function<ValueType(const CallSite&)> result;
  /// Makes the kernel of one call. Fails: a constant argument is wrong (a bad pattern, an unknown unit).
  std::function<Result<Kernel>(const CallSite&)> make;
  bool can_fault = false;
  bool can_make_null = false;
  bool takes_nulls = false;
};

/// Functions whose operands are not simply computed first are known to the binder by these.
enum class SpecialForm { kNone, kCoalesce, kNullIf, kIf, kGreatest, kLeast, kTry };

/// One function as it is documented and called.
struct Function {
  std::string name;
  std::string theme;                  ///< "text", "dates", ...: the chapter of the reference.
  std::string signature;              ///< "(string, int64[, int64]) -> string".
  std::string doc;                    ///< One or two sentences.
  std::vector<std::string> examples;  ///< "upper('a') => A": run as tests; null is written NULL.
  bool is_deterministic = true;
  SpecialForm form = SpecialForm::kNone;
  std::vector<Overload> overloads;
  /// A plugin's function; then there are no overloads.
  const weir_function_calls* plugin = nullptr;
};

/// Why a name is not to be called, though something has it.
struct RefusedFunction {
  std::string code;  ///< Of the fault that a call of it is.
  std::string message;
  std::string hint;
};

/// Functions by name. Copies share the functions; adding to one does not change the other.
///
/// Threads: a value.
class FunctionRegistry {
 public:
  /// Every function that Weir has itself.
  static FunctionRegistry builtin();

  /// Fails: kExists, the name is taken (by another library: `owner` is named in the message).
  Status add(Function function);
  /// Adds a function component of a plugin library. Its example lines become examples.
  /// Borrows `component` for as long as the registry and its copies live.
  Status add_plugin(const weir_component& component);
  /// Makes every call of `name` that fault, also where there is a function of it.
  void refuse(const std::string& name, RefusedFunction why);
  /// Another name for a function that is there.
  Status add_alias(const std::string& alias, const std::string& name);

  /// Null: there is none. `name` in lower case.
  const Function* find(std::string_view name) const;
  /// Null: `name` may be called where find() knows it. `name` in lower case.
  const RefusedFunction* refusal_of(std::string_view name) const;
  /// All names, aliases included, sorted.
  std::vector<std::string> names() const;
  /// All functions, sorted by name, each once.
  std::vector<const Function*> functions() const;
  std::vector<std::string> aliases_of(std::string_view name) const;

 private:
  std::map<std::string, std::shared_ptr<const Function>, std::less<>> functions_;
  std::map<std::string, RefusedFunction, std::less<>> refused_;
};

}  // namespace weir::expr
