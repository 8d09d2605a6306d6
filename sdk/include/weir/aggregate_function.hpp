#pragma once
// Aggregates of `compute`.
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "weir/builder.hpp"
#include "weir/c_schema.hpp"
#include "weir/registration.hpp"
#include "weir/text.hpp"

namespace weir {

/// Slots, and the row of the arguments that belongs to each. Borrows: the call.
template <class Slot>
class AggregateRows {
 public:
  explicit AggregateRows(const weir_aggregate_rows& rows, weir_context* context = nullptr)
      : rows_(&rows), context_(context) {}
  size_t size() const { return static_cast<size_t>(rows_->row_count); }
  /// The slot of the i-th value. Two values may have one slot.
  Slot& slot(size_t i) const {
    return *reinterpret_cast<Slot*>(static_cast<uint8_t*>(rows_->slots[i]) + rows_->slot_offset);
  }
  /// The row of the argument columns that the i-th value is in.
  size_t row(size_t i) const { return rows_->rows == nullptr ? i : rows_->rows[i]; }
  /// [us], of a column row; 0 where there is no event time.
  int64_t event_time(size_t row) const { return rows_->event_times == nullptr ? 0 : rows_->event_times[row]; }
  int64_t position(size_t row) const { return rows_->positions == nullptr ? 0 : rows_->positions[row]; }
  bool has_event_times() const { return rows_->event_times != nullptr; }
  /// Makes the block that `ref`, a member of a slot, names `size` bytes long; 0 frees it. Only in update()
  /// and merge().
  Status resize_block(weir_block*& ref, size_t size) const {
    weir_fault fault{};
    return status_of(host()->state->block_resize(context_, rows_->state_index, &ref, size, &fault), fault);
  }

 private:
  const weir_aggregate_rows* rows_;
  weir_context* context_;
};

/// How an aggregate travels between copies, and what it answers.
struct AggregateTypes {
  std::vector<Field> partial;  ///< The columns of save().
  Field result;
};

/// An aggregate over plain slots that begin zeroed. A Slot with weir_block* members lists them:
/// `static std::vector<uint32_t> ref_offsets();`. One object stands for one use in a pipeline.
///
/// Threads: after resolve(), all calls come from any thread at once; what differs is in the slots.
template <class SlotType>
class AggregateFunction {
 public:
  using Slot = SlotType;
  static_assert(std::is_trivially_copyable_v<Slot>, "slots are moved, spilled and restored as bytes");
  using Rows = AggregateRows<Slot>;
  virtual ~AggregateFunction() = default;

  /// Called once. `literals`: constant arguments as text, else empty. Fails: with which arguments it takes.
  virtual Result<AggregateTypes> resolve(std::span<const Field> args,
                                         std::span<const std::string_view> literals) = 0;
  /// Takes row rows.row(i) of `args` into rows.slot(i).
  virtual Status update(const Rows& rows, std::span<const Column> args) const = 0;
  /// Returns the partial columns, one row for each slot.
  virtual Result<std::vector<Column>> save(const Rows& rows) const = 0;
  /// Takes row rows.row(i) of the partial columns into rows.slot(i).
  virtual Status merge(const Rows& rows, std::span<const Column> partial) const = 0;
  /// Returns one value for each slot.
  virtual Result<Column> finish(const Rows& rows) const = 0;
};

namespace shim {

template <class Class>
struct AggregateShim {
  using Slot = typename Class::Slot;
  // What layout.state points to: the object and everything that the layout names.
  struct Use {
    Class object;
    size_t arg_count = 0;
    std::vector<uint32_t> ref_offsets;
    std::unique_ptr<CFields> partial;
    std::unique_ptr<CFields> result;
  };
  static const Use& use(const void* state) { return *static_cast<const Use*>(state); }
  static std::vector<Column> columns(const weir_column* const* raw, size_t count) {
    std::vector<Column> made;
    for (size_t i = 0; i < count; ++i) made.push_back(Column::retain(raw[i]));
    return made;
  }

  static int32_t resolve(const weir_field* args, const weir_str* literals, size_t count,
                         weir_aggregate_layout* out, weir_fault* fault) {
    return guarded(fault, [&]() -> Status {
      std::vector<Field> fields;
      std::vector<std::string_view> texts;
      for (size_t i = 0; i < count; ++i) fields.push_back(to_field(args[i]));
      for (size_t i = 0; i < count; ++i) texts.push_back(literals == nullptr ? "" : as_view(literals[i]));
      auto made = std::make_unique<Use>();
      made->arg_count = count;
      WEIR_ASSIGN_OR_RETURN(AggregateTypes types, made->object.resolve(fields, texts));
      if constexpr (requires { Slot::ref_offsets(); }) made->ref_offsets = Slot::ref_offsets();
      made->partial = std::make_unique<CFields>(std::move(types.partial));
      made->result = std::make_unique<CFields>(std::vector<Field>{std::move(types.result)});
      out->struct_size = sizeof(*out);
      out->slot_size = sizeof(Slot);
      out->ref_count = static_cast<uint32_t>(made->ref_offsets.size());
      out->ref_offsets = made->ref_offsets.data();
      out->partial_count = static_cast<uint32_t>(made->partial->size());
      out->partial = made->partial->data();
      out->result = made->result->data()[0];
      out->state = made.release();
      return {};
    });
  }
  static void release(void* state) { const std::unique_ptr<Use> owned(static_cast<Use*>(state)); }
  static int32_t update(const void* state, const weir_host*, weir_context* context,
                        const weir_aggregate_rows* rows, const weir_column* const* args, weir_fault* fault) {
    return guarded(fault, [&] {
      return use(state).object.update(AggregateRows<Slot>(*rows, context),
                                      columns(args, use(state).arg_count));
    });
  }
  static int32_t save(const void* state, const weir_host*, const weir_aggregate_rows* rows, weir_column** out,
                      weir_fault* fault) {
    return guarded(fault, [&]() -> Status {
      WEIR_ASSIGN_OR_RETURN(std::vector<Column> made, use(state).object.save(AggregateRows<Slot>(*rows)));
      if (made.size() != use(state).partial->size())
        return Status::internal("save() returned " + std::to_string(made.size()) + " columns of " +
                                std::to_string(use(state).partial->size()));
      for (size_t i = 0; i < made.size(); ++i) out[i] = made[i].release();
      return {};
    });
  }
  static int32_t merge(const void* state, const weir_host*, weir_context* context,
                       const weir_aggregate_rows* rows, const weir_column* const* partial,
                       weir_fault* fault) {
    return guarded(fault, [&] {
      return use(state).object.merge(AggregateRows<Slot>(*rows, context),
                                     columns(partial, use(state).partial->size()));
    });
  }
  static int32_t finish(const void* state, const weir_host*, const weir_aggregate_rows* rows,
                        weir_column** out, weir_fault* fault) {
    return guarded(fault, [&]() -> Status {
      WEIR_ASSIGN_OR_RETURN(Column made, use(state).object.finish(AggregateRows<Slot>(*rows)));
      *out = made.release();
      return {};
    });
  }
  static constexpr weir_aggregate_calls kCalls = {
      sizeof(weir_aggregate_calls), 0, &resolve, &release, &update, &save, &merge, &finish};
};

}  // namespace shim

namespace registration {

template <class Class, class... Extra>
const weir_component* aggregate_component(std::string_view name, std::string_view summary, Extra&&... extra) {
  static_assert(std::is_base_of_v<AggregateFunction<typename Class::Slot>, Class>,
                "the class is no aggregate");
  auto& it = described<Class, NoOptions>;
  if (it != nullptr) return &it->component.view();
  it = describe<NoOptions>(WEIR_KIND_AGGREGATE, WEIR_TRAIT_DETERMINISTIC, name, summary,
                           std::forward<Extra>(extra)...);
  it->component.view().aggregate = &shim::AggregateShim<Class>::kCalls;
  return &it->component.view();
}

}  // namespace registration
}  // namespace weir

/// Registers an aggregate: WEIR_AGGREGATE(Class, "name", "One sentence.", weir::example("f(x) over 1, 2 =>
/// 3"));
#define WEIR_AGGREGATE(Class, name, ...)                      \
  WEIR_REGISTER_MAKER(WEIR_KIND_AGGREGATE, name, __COUNTER__, \
                      ::weir::registration::aggregate_component<Class>(name, __VA_ARGS__))
