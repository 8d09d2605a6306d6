#pragma once
// Scalar functions of the expression language.
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "weir/builder.hpp"
#include "weir/c_schema.hpp"
#include "weir/registration.hpp"
#include "weir/row_errors.hpp"

namespace weir {

/// One value for each row from columns of arguments.
///
/// Threads: there is one object for the whole library; its calls come from any thread at once.
class Function {
 public:
  virtual ~Function() = default;
  static constexpr bool kIsDeterministic = true;
  /// Returns the result's type for these arguments. Fails: with which arguments it takes.
  virtual Result<Field> resolve(std::span<const Field> args) const = 0;
  /// Returns `row_count` values. Nulls are the function's own matter; rows that it cannot answer for are
  /// added to `errors`.
  virtual Result<Column> call(std::span<const Column> args, size_t row_count, RowErrors& errors) const = 0;
};

namespace shim {

/// Runs resolve(); the name of the field that it returns need not live on, so it is dropped.
template <class Class>
struct FunctionCalls {
  static const Class& object() {
    static const Class made;
    return made;
  }
  static int32_t resolve(const weir_field* args, size_t count, weir_field* result, weir_fault* fault) {
    return guarded(fault, [&]() -> Status {
      std::vector<Field> fields;
      for (size_t i = 0; i < count; ++i) fields.push_back(to_field(args[i]));
      WEIR_ASSIGN_OR_RETURN(Field field, object().resolve(fields));
      // A type with parts points to them: they stay for as long as the library, one for each such answer.
      field.name.clear();
      const CFields c({field});
      if (field.type.children.empty()) {
        *result = c.data()[0];
        result->name = {};
        result->metadata = nullptr;
        result->metadata_count = 0;
        return {};
      }
      *result = kept(std::move(field));
      return {};
    });
  }
  static int32_t call(const weir_host*, const weir_column* const* args, size_t count, int64_t row_count,
                      weir_column** out, weir_row_faults* faults, weir_fault* fault) {
    return guarded(fault, [&]() -> Status {
      std::vector<Column> columns;
      for (size_t i = 0; i < count; ++i) columns.push_back(Column::retain(args[i]));
      RowErrors errors;
      WEIR_ASSIGN_OR_RETURN(Column made, object().call(columns, static_cast<size_t>(row_count), errors));
      for (const RowErrors::Fault& row : errors.faults()) {
        const weir_row_fault c{sizeof(weir_row_fault), 0, static_cast<int64_t>(row.row), as_str(row.code),
                               as_str(row.message)};
        faults->add(faults, &c);
      }
      *out = made.release();
      return {};
    });
  }
  static weir_field kept(Field field) {
    static std::mutex guard;
    static std::deque<CFields> all;
    const std::scoped_lock lock(guard);
    for (const CFields& known : all)
      if (known.fields()[0] == field) return known.data()[0];
    return all.emplace_back(std::vector<Field>{std::move(field)}).data()[0];
  }
  static constexpr weir_function_calls kCalls = {sizeof(weir_function_calls), Class::kIsDeterministic ? 1 : 0,
                                                 &resolve, &call};
};

}  // namespace shim

namespace registration {

template <class Class, class... Extra>
const weir_component* function_component(std::string_view name, std::string_view summary, Extra&&... extra) {
  static_assert(std::is_base_of_v<Function, Class>, "the class is no Function");
  auto& it = described<Class, NoOptions>;
  if (it != nullptr) return &it->component.view();
  it = describe<NoOptions>(WEIR_KIND_FUNCTION, 0, name, summary, std::forward<Extra>(extra)...);
  it->component.view().function = &shim::FunctionCalls<Class>::kCalls;
  return &it->component.view();
}

}  // namespace registration
}  // namespace weir

/// Registers a function: WEIR_FUNCTION(Class, "name", "One sentence.", weir::example("f(1) => 2"));
#define WEIR_FUNCTION(Class, name, ...)                      \
  WEIR_REGISTER_MAKER(WEIR_KIND_FUNCTION, name, __COUNTER__, \
                      ::weir::registration::function_component<Class>(name, __VA_ARGS__))
