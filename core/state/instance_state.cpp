#include "state/instance_state.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <weir/c_schema.hpp>

#include "state/list_pages.hpp"
#include "state/live_sections.hpp"
#include "state/map_pages.hpp"
#include "state/timer_pages.hpp"
#include "state/value_pages.hpp"

namespace weir {
namespace {

std::string_view kind_name(uint32_t kind) {
  switch (kind) {
    case WEIR_STATE_VALUES:
      return "VALUES";
    case WEIR_STATE_LIST:
      return "LIST";
    case WEIR_STATE_MAP:
      return "MAP";
    case WEIR_STATE_LOG:
      return "LOG";
    case WEIR_STATE_TIMERS:
      return "TIMERS";
    default:
      return "of a kind that this host does not know";
  }
}

Status check_refs(const weir_state_spec& spec) {
  for (uint32_t i = 0; i < spec.ref_count; ++i) {
    const uint32_t offset = spec.ref_offsets[i];
    if (offset % sizeof(void*) == 0 && offset + sizeof(void*) <= spec.slot_size) continue;
    return Status::invalid("the ref at byte " + std::to_string(offset) +
                           " is not 8-aligned inside the slot of " + std::to_string(spec.slot_size) +
                           " bytes");
  }
  return Status::ok();
}

Status check_ttl(const weir_state_spec& spec) {
  const std::string found = "a ttl of " + std::to_string(spec.ttl_us) + " us: ";
  if (spec.ttl_us < 0) return Status::invalid(found + "it must not be negative");
  const bool may_age =
      spec.kind == WEIR_STATE_VALUES || spec.kind == WEIR_STATE_LIST || spec.kind == WEIR_STATE_MAP;
  if (spec.ttl_us == 0 || may_age) return Status::ok();
  return Status::invalid(found + "only entries of VALUES, LIST and MAP age");
}

Schema values_of(const weir_state_spec& spec) {
  Schema schema;
  for (uint32_t i = 0; i < spec.value_count; ++i) schema.fields.push_back(to_field(spec.values[i]));
  return schema;
}

uint64_t key_count(const ValueTable& table) { return table.key_count(); }
uint64_t key_count(const RowLog&) { return 0; }
uint64_t key_count(const ListTable& table) { return table.count(); }
uint64_t key_count(const MapTable& table) { return table.count(); }
uint64_t key_count(const TimerTable& table) { return table.count(); }

/// What is held in memory and in temporary files.
uint64_t all_bytes(const ValueTable& table) { return table.held_bytes() + table.file_bytes(); }
template <class Table>
uint64_t all_bytes(const Table& table) {
  return table.held_bytes();
}

/// Of tables that stay in memory. What has aged counts until the table frees it.
template <class Table>
Status check_limit(const Table& table, size_t most_bytes) {
  if (table.held_bytes() <= most_bytes) return {};
  // Not kNoSpace: no room that somebody makes on a disk would help.
  return {Code::kInvalid, std::to_string(key_count(table)) + " keys hold " +
                              std::to_string(table.held_bytes()) + " bytes, more than its " +
                              std::to_string(most_bytes) +
                              " bytes of memory, and lists, maps and timers do not go into files. "
                              "Give the pipeline more `memory`"};
}

/// Between two calls of the component.
Status settle(ValueTable& table, size_t) { return table.settle(); }
Status settle(RowLog&, size_t) { return {}; }
Status settle(ListTable& table, size_t most_bytes) { return check_limit(table, most_bytes); }
Status settle(MapTable& table, size_t most_bytes) { return check_limit(table, most_bytes); }
Status settle(TimerTable& table, size_t most_bytes) { return check_limit(table, most_bytes); }

size_t row_count(const ListTable& table) { return table.row_count(); }
template <class Table>
size_t row_count(const Table& table) {
  return table.count();
}

Status save(ListTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  return save_lists(table, form, faults, page);
}
Status save(MapTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  return save_maps(table, form, faults, page);
}
Status save(TimerTable& table, PageForm form, FaultPoints& faults, PageWriter& page) {
  return save_timers(table, form, faults, page);
}

/// A page of a state with a ttl says what time it is.
void put_age(const StateAge& age, PageState& how) {
  if (!age.is_on()) return;
  how.ttl_us = age.ttl_us();
  how.now_us = age.now_us();
  how.first_us = age.first_us();
}

/// Of several copies the latest time counts. Pages that do not say it are of a time that their rows say.
void restore_ages(std::span<const PageReader> pages, StateAge& age) {
  for (const PageReader& page : pages) {
    if (page.state().ttl_us > 0) age.restore(page.state().now_us, page.state().first_us);
  }
}

/// Whether a page was written by this version of a state that does not migrate.
Status check_stored(const PageReader& page, const weir_state_spec& spec) {
  const PageState& stored = page.state();
  const std::string who =
      "state '" + std::string(as_view(spec.name)) + "' of node '" + page.id().node + "' was stored ";
  if (stored.kind != spec.kind) {
    return Status::invalid(who + "as " + std::string(kind_name(stored.kind)) + ", it is " +
                           std::string(kind_name(spec.kind)) +
                           " now. Use the old component, or start over with --from-scratch");
  }
  if (stored.version == spec.version) return Status::ok();
  const bool is_newer = stored.version > spec.version;
  return Status::invalid(
      who + "by version " + std::to_string(stored.version) + " of its component; " +
      (is_newer ? "this one is older, version " + std::to_string(spec.version) + ". Use the newer"
                : "version " + std::to_string(spec.version) + " does not migrate from it. Use the old") +
      " component, or start over with --from-scratch");
}

}  // namespace

InstanceState::InstanceState(Options options, MemoryAccount& account, Disk* disk)
    : options_(std::move(options)), account_(account), disk_(disk) {}

InstanceState::~InstanceState() = default;

Result<std::unique_ptr<InstanceState>> InstanceState::make(const weir_binding& binding, Options options,
                                                           MemoryAccount& account, Disk* disk) {
  std::unique_ptr<InstanceState> made(new InstanceState(std::move(options), account, disk));
  for (uint32_t i = 0; i < binding.state_count; ++i) {
    const weir_state_spec& spec = binding.states[i];
    WEIR_RETURN_IF_ERROR(made->add(spec).with_context("state '" + std::string(as_view(spec.name)) + "'"));
  }
  return made;
}

Status InstanceState::add(const weir_state_spec& spec) {
  for (const State& other : states_) {
    if (other.name == as_view(spec.name)) return Status::invalid("two states of one node have this name");
  }
  State state{&spec, std::string(as_view(spec.name)), {}};
  WEIR_RETURN_IF_ERROR(make_table(spec, state));
  states_.push_back(std::move(state));
  return Status::ok();
}

Status InstanceState::make_table(const weir_state_spec& spec, State& state) {
  WEIR_RETURN_IF_ERROR(check_ttl(spec));
  switch (spec.kind) {
    case WEIR_STATE_VALUES:
      return add_values(spec, state);
    case WEIR_STATE_LIST:
      return add_list(spec, state);
    case WEIR_STATE_MAP:
      return add_map(spec, state);
    case WEIR_STATE_LOG:
      add_log(spec, state);
      return Status::ok();
    case WEIR_STATE_TIMERS:
      return add_timers(spec, state);
    default:
      return Status::unsupported("it is " + std::string(kind_name(spec.kind)));
  }
}

Status InstanceState::add_values(const weir_state_spec& spec, State& state) {
  WEIR_RETURN_IF_ERROR(check_refs(spec));
  WEIR_ASSIGN_OR_RETURN(KeyShape key, KeyShape::make(spec.keys, spec.key_count));
  state.held = std::make_unique<ValueTable>(
      ValueTable::Spec{state.name, std::move(key), spec.slot_size,
                       std::vector<uint32_t>(spec.ref_offsets, spec.ref_offsets + spec.ref_count),
                       options_.value_memory_bytes, spill_path("runs"), spec.ttl_us},
      account_, disk_);
  return Status::ok();
}

void InstanceState::add_log(const weir_state_spec& spec, State& state) {
  RowLog::Spec made;
  made.name = state.name;
  made.schema = values_of(spec);
  made.memory_bytes = options_.log_memory_bytes;
  made.spill_path = spill_path("log");
  state.held = std::make_unique<RowLog>(std::move(made), account_, disk_);
}

/// Returns the path of the state that is added next.
std::string InstanceState::spill_path(const char* kind) const {
  if (options_.spill_directory.empty()) return {};
  return options_.spill_directory + "/" + options_.node + "." + std::to_string(states_.size()) + "." +
         std::to_string(options_.copy) + (options_.is_partial ? ".partial." : ".") + kind;
}

Status InstanceState::settle() {
  const size_t most_bytes = options_.kept_memory_bytes;
  for (const State& state : states_) {
    const Status status =
        std::visit([most_bytes](const auto& table) { return weir::settle(*table, most_bytes); }, state.held);
    if (!status.is_ok())
      return status.with_context("state '" + state.name + "' of node '" + options_.node + "'");
  }
  return Status::ok();
}

Status InstanceState::add_list(const weir_state_spec& spec, State& state) {
  WEIR_ASSIGN_OR_RETURN(KeyShape key, KeyShape::make(spec.keys, spec.key_count));
  state.held = std::make_unique<ListTable>(
      ListTable::Spec{state.name, std::move(key), values_of(spec), spec.ttl_us}, account_);
  return Status::ok();
}

Status InstanceState::add_map(const weir_state_spec& spec, State& state) {
  if (spec.value_count == 0) return Status::invalid("a MAP needs the column of its second key");
  WEIR_ASSIGN_OR_RETURN(KeyShape key, KeyShape::make(spec.keys, spec.key_count));
  std::vector<weir_field> fields(spec.keys, spec.keys + spec.key_count);
  fields.push_back(spec.values[0]);
  WEIR_ASSIGN_OR_RETURN(KeyShape both, KeyShape::make(fields.data(), static_cast<uint32_t>(fields.size())));
  state.held = std::make_unique<MapTable>(
      MapTable::Spec{state.name, std::move(key), std::move(both), values_of(spec), spec.ttl_us}, account_);
  return Status::ok();
}

Status InstanceState::add_timers(const weir_state_spec& spec, State& state) {
  WEIR_ASSIGN_OR_RETURN(KeyShape key, KeyShape::make(spec.keys, spec.key_count));
  state.held = std::make_unique<TimerTable>(state.name, std::move(key), account_);
  return Status::ok();
}

Status InstanceState::no_such(uint32_t state) const {
  return Status::invalid("there is no state " + std::to_string(state) + "; the node has " +
                         std::to_string(states_.size()));
}

template <class Held>
Result<Held*> InstanceState::held(uint32_t state, const char* kind) {
  if (state >= states_.size()) return no_such(state);
  const auto* const found = std::get_if<std::unique_ptr<Held>>(&states_[state].held);
  if (found != nullptr) return found->get();
  return Status::invalid("state '" + states_[state].name + "' is " +
                         std::string(kind_name(states_[state].spec->kind)) + ", the call is for " + kind);
}

Result<ValueTable*> InstanceState::values(uint32_t state) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, held<ValueTable>(state, "VALUES"));
  if (options_.clock != nullptr && table->wants_time()) table->reach(options_.clock->now_us());
  return table;
}

Result<RowLog*> InstanceState::log(uint32_t state) { return held<RowLog>(state, "LOG"); }

Result<ListTable*> InstanceState::list(uint32_t state) {
  WEIR_ASSIGN_OR_RETURN(ListTable* const table, held<ListTable>(state, "LIST"));
  if (options_.clock != nullptr && table->age().is_on()) table->reach(options_.clock->now_us());
  return table;
}

Result<MapTable*> InstanceState::map(uint32_t state) {
  WEIR_ASSIGN_OR_RETURN(MapTable* const table, held<MapTable>(state, "MAP"));
  if (options_.clock != nullptr && table->age().is_on()) table->reach(options_.clock->now_us());
  return table;
}

Result<TimerTable*> InstanceState::timers(uint32_t state) { return held<TimerTable>(state, "TIMERS"); }

Status InstanceState::find_or_insert(uint32_t state, const weir_keys& keys, void** slots, uint8_t* inserted) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->find_or_insert(keys, slots, inserted);
}

Status InstanceState::find(uint32_t state, const weir_keys& keys, void** slots) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->find(keys, slots);
}

Status InstanceState::scan(uint32_t state, int64_t upto, int64_t max_rows, weir_scan* scan) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->scan(upto, max_rows, *scan);
}

Status InstanceState::remove_upto(uint32_t state, int64_t upto) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->remove_upto(upto);
}

Status InstanceState::remove(uint32_t state, const weir_keys& keys) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->remove(keys);
}

Status InstanceState::move(uint32_t state, const weir_keys& keys, const int64_t* targets) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->move(keys, targets);
}

Status InstanceState::block_resize(uint32_t state, weir_block** ref, uint64_t size) {
  WEIR_ASSIGN_OR_RETURN(ValueTable* const table, values(state));
  return table->block_resize(ref, size);
}

Status InstanceState::usage(uint32_t state, uint64_t* bytes, uint64_t* keys) {
  if (state >= states_.size()) return no_such(state);
  std::visit(
      [&](const auto& table) {
        *bytes = all_bytes(*table);
        *keys = key_count(*table);
      },
      states_[state].held);
  return Status::ok();
}

Status InstanceState::log_append(uint32_t state, weir_batch* batch) {
  Batch taken = Batch::adopt(batch);
  WEIR_ASSIGN_OR_RETURN(RowLog* const found, log(state));
  return found->append(std::move(taken));
}

Status InstanceState::log_count(uint32_t state, uint64_t* count) {
  WEIR_ASSIGN_OR_RETURN(const RowLog* const found, log(state));
  *count = found->count();
  return Status::ok();
}

Status InstanceState::log_read(uint32_t state, uint64_t index, weir_batch** out) {
  WEIR_ASSIGN_OR_RETURN(RowLog* const found, log(state));
  WEIR_ASSIGN_OR_RETURN(Batch batch, found->read(index));
  *out = batch.release();
  return Status::ok();
}

Status InstanceState::log_clear(uint32_t state) {
  WEIR_ASSIGN_OR_RETURN(RowLog* const found, log(state));
  return found->clear();
}

Status InstanceState::list_append(uint32_t state, const weir_keys& keys, const weir_column* const* values) {
  WEIR_ASSIGN_OR_RETURN(ListTable* const table, list(state));
  return table->append(keys, values);
}

Status InstanceState::list_read(uint32_t state, const weir_keys& keys, const int64_t* from, const int64_t* to,
                                weir_batch** out) {
  WEIR_ASSIGN_OR_RETURN(ListTable* const table, list(state));
  WEIR_ASSIGN_OR_RETURN(Batch batch, table->read(keys, from, to));
  *out = batch.release();
  return Status::ok();
}

Status InstanceState::list_remove_upto(uint32_t state, int64_t upto) {
  WEIR_ASSIGN_OR_RETURN(ListTable* const table, list(state));
  table->remove_upto(upto);
  return Status::ok();
}

Status InstanceState::map_put(uint32_t state, const weir_keys& keys, const weir_column* const* values) {
  WEIR_ASSIGN_OR_RETURN(MapTable* const table, map(state));
  return table->put(keys, values);
}

Status InstanceState::map_get(uint32_t state, const weir_keys& keys, const weir_column& second,
                              weir_batch** out) {
  WEIR_ASSIGN_OR_RETURN(MapTable* const table, map(state));
  WEIR_ASSIGN_OR_RETURN(Batch batch, table->get(keys, second));
  *out = batch.release();
  return Status::ok();
}

Status InstanceState::map_remove(uint32_t state, const weir_keys& keys, const weir_column& second) {
  WEIR_ASSIGN_OR_RETURN(MapTable* const table, map(state));
  return table->remove(keys, second);
}

void InstanceState::reach_event_time(int64_t time_us) {
  if (options_.clock != nullptr) return;
  for (const State& state : states_) {
    if (const auto* table = std::get_if<std::unique_ptr<ValueTable>>(&state.held)) (*table)->reach(time_us);
    if (const auto* list = std::get_if<std::unique_ptr<ListTable>>(&state.held)) (*list)->reach(time_us);
    if (const auto* map = std::get_if<std::unique_ptr<MapTable>>(&state.held)) (*map)->reach(time_us);
  }
}

Status InstanceState::timer_set(uint32_t state, const weir_keys& keys, const int64_t* times,
                                uint32_t is_event_time) {
  WEIR_ASSIGN_OR_RETURN(TimerTable* const table, timers(state));
  return table->set(keys, times, is_event_time != 0 ? DueBy::kEvent : DueBy::kWall);
}

Status InstanceState::timer_cancel(uint32_t state, const weir_keys& keys) {
  WEIR_ASSIGN_OR_RETURN(TimerTable* const table, timers(state));
  return table->cancel(keys);
}

std::vector<InstanceState::Timers> InstanceState::timers() const {
  std::vector<Timers> found;
  for (uint32_t i = 0; i < states_.size(); ++i) {
    if (const auto* table = std::get_if<std::unique_ptr<TimerTable>>(&states_[i].held))
      found.push_back({i, table->get()});
  }
  return found;
}

uint64_t InstanceState::held_bytes() const {
  uint64_t total = 0;
  for (const State& state : states_) {
    std::visit([&total](const auto& found) { total += found->held_bytes(); }, state.held);
  }
  return total;
}

Status InstanceState::snapshot(CheckpointStore& store) {
  for (const State& state : states_) {
    WEIR_RETURN_IF_ERROR(snapshot_one(state, store)
                             .with_context("state '" + state.name + "' of node '" + options_.node + "'"));
  }
  return Status::ok();
}

Status InstanceState::snapshot_one(const State& state, CheckpointStore& store) const {
  const weir_state_spec& spec = *state.spec;
  const PageState how{spec.kind, spec.version, spec.slot_size,
                      std::vector<uint32_t>(spec.ref_offsets, spec.ref_offsets + spec.ref_count)};
  const PageId id{0, options_.node, state.name, options_.copy};
  if (const auto* table = std::get_if<std::unique_ptr<ValueTable>>(&state.held)) {
    return snapshot_values(**table, id, how, store);
  }
  if (const auto* log = std::get_if<std::unique_ptr<RowLog>>(&state.held)) {
    return snapshot_log(**log, id, how, store);
  }
  if (const auto* list = std::get_if<std::unique_ptr<ListTable>>(&state.held)) {
    return snapshot_aged(**list, id, how, store);
  }
  if (const auto* map = std::get_if<std::unique_ptr<MapTable>>(&state.held)) {
    return snapshot_aged(**map, id, how, store);
  }
  StateAge ageless(0);
  return snapshot_records(*std::get<std::unique_ptr<TimerTable>>(state.held), ageless, id, how, store);
}

template <class Table>
Status InstanceState::snapshot_aged(Table& table, const PageId& id, const PageState& how,
                                    CheckpointStore& store) {
  // What is gone must not lie in a page that stays: a longer ttl would revive it.
  if (!table.age().is_stored()) table.sweep();
  return snapshot_records(table, table.age(), id, how, store);
}

template <class Table>
Status InstanceState::snapshot_records(Table& table, StateAge& age, const PageId& id, PageState how,
                                       CheckpointStore& store) {
  if (table.count() == 0) return Status::ok();
  const RecordChanges& changes = table.records().changes();
  const bool has_pages = changes.is_tracking(row_count(table)) && store.has_chain(id);
  const PageForm form = has_pages ? PageForm::kChanges : PageForm::kWhole;
  put_age(age, how);
  if (has_pages && changes.is_empty()) return keep_chain(age, id, how, store);
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<PageWriter> page, store.new_page(id, how));
  WEIR_RETURN_IF_ERROR(save(table, form, store.faults(), *page));
  age.mark_stored();
  return store.add_page(std::move(page), form);
}

Status InstanceState::snapshot_values(ValueTable& table, const PageId& id, PageState how,
                                      CheckpointStore& store) {
  const bool has_changes = table.changes().is_tracking() && store.has_chain(id);
  const PageForm form = has_changes ? PageForm::kChanges : PageForm::kWhole;
  put_age(table.age(), how);
  if (has_changes && !table.has_changes()) {
    if (table.age().is_on() && table.key_count() == 0)
      return Status::ok();  // All is gone: no page is needed.
    return keep_chain(table.age(), id, how, store);
  }
  if (!has_changes && table.key_count() == 0) return Status::ok();
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<PageWriter> page, store.new_page(id, how));
  WEIR_RETURN_IF_ERROR(save_values(table, form, store.faults(), *page));
  return store.add_page(std::move(page), form);
}

/// The state's pages count further on. Where its time has passed another one, without sections, says so.
Status InstanceState::keep_chain(StateAge& age, const PageId& id, const PageState& how,
                                 CheckpointStore& store) {
  if (age.is_stored()) {
    store.keep(id);
    return Status::ok();
  }
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<PageWriter> page, store.new_page(id, how));
  age.mark_stored();
  return store.add_page(std::move(page), PageForm::kChanges);
}

Status InstanceState::snapshot_log(RowLog& log, const PageId& id, const PageState& how,
                                   CheckpointStore& store) {
  if (log.count() == 0) return Status::ok();
  const uint64_t first = store.has_chain(id) ? log.stored_count() : 0;
  if (first == log.count()) {
    store.keep(id);
    return Status::ok();
  }
  WEIR_ASSIGN_OR_RETURN(std::unique_ptr<PageWriter> page, store.new_page(id, how));
  WEIR_RETURN_IF_ERROR(log.save(
      first, [&page](uint64_t rows, std::string_view message) { return page->add(0, rows, message); }));
  return store.add_page(std::move(page), first == 0 ? PageForm::kWhole : PageForm::kChanges);
}

Status InstanceState::restore(CheckpointStore& store, const Manifest& manifest) {
  std::map<const State*, std::vector<PageReader>> pages;  // Of each state, oldest first as in the manifest.
  for (const PageInfo& info : manifest.pages) {
    if (info.id.node != options_.node) continue;
    const auto state = std::ranges::find(states_, info.id.state, &State::name);
    if (state == states_.end()) {
      return Status::invalid("node '" + options_.node + "' has no state '" + info.id.state +
                             "' any more, which is stored in checkpoint " + std::to_string(manifest.epoch) +
                             ". Use the old component, or start over with --from-scratch");
    }
    const bool is_log = state->spec->kind == WEIR_STATE_LOG;
    if (is_log && info.id.copy % options_.copies != options_.copy) continue;
    WEIR_ASSIGN_OR_RETURN(PageReader page, store.open_page(info));
    pages[&*state].push_back(std::move(page));
  }
  for (auto& [state, of_state] : pages) WEIR_RETURN_IF_ERROR(restore_one(*state, of_state));
  return Status::ok();
}

Status InstanceState::restore_one(const State& state, std::span<PageReader> pages) const {
  const weir_state_spec& spec = *state.spec;
  if (const auto* table = std::get_if<std::unique_ptr<ValueTable>>(&state.held)) {
    return restore_values(pages, groups(), {spec.version, spec.migrate}, **table);
  }
  for (const PageReader& page : pages) WEIR_RETURN_IF_ERROR(check_stored(page, spec));
  if (const auto* list = std::get_if<std::unique_ptr<ListTable>>(&state.held)) {
    restore_ages(pages, (*list)->age());
    return restore_lists(pages, groups(), **list);
  }
  if (const auto* map = std::get_if<std::unique_ptr<MapTable>>(&state.held)) {
    restore_ages(pages, (*map)->age());
    return restore_maps(pages, groups(), **map);
  }
  if (const auto* timers = std::get_if<std::unique_ptr<TimerTable>>(&state.held)) {
    return restore_timers(pages, groups(), **timers);
  }
  for (const LiveSection& live : live_sections(pages, {})) {
    WEIR_ASSIGN_OR_RETURN(const std::string message, pages[live.page].read(live.section));
    WEIR_RETURN_IF_ERROR(std::get<std::unique_ptr<RowLog>>(state.held)->restore(message));
  }
  return Status::ok();
}

}  // namespace weir
