// abi_1_visits: for each view of a page, when it is some time ago: what its user had seen in the time before
// it.
//
//   visits: {type: abi_1_visits, inputs: views, user: user, page: page, time: ts, after: 10m}
//
// In:  string, string and timestamp columns.
// Out: `user`, `at` (the view's time and `after`), `views` (of this user at that moment), `first` (page of
// them),
//      `first_seen`, `pages` (in `after` before it).
// Keeps state of every keyed kind, all of it by user and time: values with a text, a list, a map, timers.
// What comes out does not depend on how the input is cut into batches.
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/builder.hpp>
#include <weir/keyed_transform.hpp>

namespace {

struct Options {
  weir::ColumnRef user;
  weir::ColumnRef page;
  weir::ColumnRef time;
  weir::Duration after{};
};

struct Visit {
  int64_t views;
  weir_block* first;
  static std::vector<uint32_t> ref_offsets() { return {offsetof(Visit, first)}; }
};

class Visits final : public weir::KeyedTransform {
 public:
  explicit Visits(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input>) override {
    weir::Schema output;
    output.fields = {{"user", weir::Type::kString},          {"at", weir::Type::kTimestamp},
                     {"views", weir::Type::kInt64},          {"first", weir::Type::kString},
                     {"first_seen", weir::Type::kTimestamp}, {"pages", weir::Type::kString}};
    weir::Binding binding = weir::Binding::unknown(output);
    binding.key_by({options_.user});
    visits_.declare(binding);
    pages_.declare(binding);
    seen_.declare(binding);
    due_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter&) override {
    const std::vector<weir::ColumnRef> key = {options_.user};
    const auto pages = batch.column<std::string_view>(options_.page);
    const auto times = batch.column<int64_t>(options_.time);
    weir::Keys keys(batch, key);
    keys.namespaces({times.values().data(), times.size()});
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Visit> slots, visits_.find_or_insert(context(), keys));
    std::vector<int64_t> later(batch.row_count());
    for (size_t row = 0; row < batch.row_count(); ++row) {
      if (slots[row]->views++ == 0) WEIR_RETURN_IF_ERROR(keep_first(*slots[row], pages[row]));
      later[row] = times[row] + options_.after.count();
    }
    const weir_column* const page = &batch.raw_column(options_.page.index);
    const std::vector<const weir_column*> of_map = {page, &batch.raw_column(options_.time.index)};
    WEIR_RETURN_IF_ERROR(seen_.put(context(), keys, of_map));
    WEIR_RETURN_IF_ERROR(due_.set(context(), keys, later));
    WEIR_RETURN_IF_ERROR(pages_.append(context(), keys, std::vector<const weir_column*>{page}));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter& emitter) override {
    const weir::Keys keys = fired.keys();
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Visit> slots, visits_.find(context(), keys));
    weir::ColumnBuilder<int64_t> at(fired.size(), {}, weir::Type::kTimestamp);
    weir::ColumnBuilder<int64_t> views(fired.size());
    weir::StringBuilder first;
    for (size_t i = 0; i < fired.size(); ++i) {
      at.values()[i] = fired.times()[i];
      views.values()[i] = slots[i]->views;
      first.append({reinterpret_cast<const char*>(slots[i]->first->data), slots[i]->first->size});
    }
    const weir::Column firsts = std::move(first).finish();
    WEIR_ASSIGN_OR_RETURN(const weir::Batch seen, seen_.get(context(), keys, *firsts.get()));
    WEIR_ASSIGN_OR_RETURN(weir::Column pages, pages_before(fired));
    const std::vector<weir::Column> columns = {
        fired.key(0), std::move(at).finish(), std::move(views).finish(),
        firsts,       seen.column(2),         std::move(pages)};
    emitter.emit(weir::Batch::make(fired.size(), columns));
    WEIR_RETURN_IF_ERROR(visits_.remove(context(), keys));
    WEIR_RETURN_IF_ERROR(seen_.remove(context(), keys, *firsts.get()));
    WEIR_RETURN_IF_ERROR(
        pages_.remove_upto(context(), fired.times().front() - 2 * options_.after.count() - 1));
    return weir::Progress::done();
  }

 private:
  weir::Status keep_first(Visit& visit, std::string_view page) {
    WEIR_RETURN_IF_ERROR(visits_.resize_block(context(), &visit.first, page.size()));
    std::memcpy(visit.first->data, page.data(), page.size());
    return {};
  }

  // The pages in `after` before each view, in the order in which they were seen.
  weir::Result<weir::Column> pages_before(const weir::FiredTimers& fired) const {
    std::vector<int64_t> from(fired.namespaces().begin(), fired.namespaces().end());
    for (int64_t& time : from) time -= options_.after.count();
    WEIR_ASSIGN_OR_RETURN(const weir::Batch found,
                          pages_.read(context(), fired.keys(), from, fired.namespaces()));
    const auto index = found.column<uint32_t>(0);
    const auto pages = found.column<std::string_view>(2);
    std::vector<std::string> texts(fired.size());
    for (size_t row = 0; row < found.row_count(); ++row) {
      std::string& text = texts[index[row]];
      text += text.empty() ? "" : " ";
      text += pages[row];
    }
    weir::StringBuilder made;
    for (const std::string& text : texts) made.append(text);
    return std::move(made).finish();
  }

  const Options options_;
  weir::ValueState<Visit> visits_{"visits"};
  weir::ListState pages_{"pages", {{"page", weir::Type::kString}}};
  weir::MapState seen_{"seen", {{"page", weir::Type::kString}, {"time", weir::Type::kTimestamp}}};
  weir::TimerState due_{"due"};
};

}  // namespace

WEIR_TRANSFORM(Visits, Options, "abi_1_visits", "The visits of users.",
               weir::traits(weir::Trait::kDeterministic),
               weir::required("user", &Options::user, weir::Type::kString, "Whose visits."),
               weir::required("page", &Options::page, weir::Type::kString, "What was seen."),
               weir::required("time", &Options::time, weir::Type::kTimestamp, "When."),
               weir::required("after", &Options::after, "How much later, and how far back."));
