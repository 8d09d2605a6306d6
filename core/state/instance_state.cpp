#include "state/instance_state.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <weir/c_schema.hpp>

#include "state/value_pages.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 9> kUnsupported = {
    "list_append", "list_read", "list_remove_upto", "map_put", "map_get",
    "map_remove",  "timer_set", "timer_cancel",     "ttl_us",
};

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
  if (spec.ttl_us != 0) return unsupported("ttl_us");
  State state{&spec, std::string(as_view(spec.name)), {}};
  if (spec.kind == WEIR_STATE_VALUES) {
    WEIR_RETURN_IF_ERROR(add_values(spec, state));
  } else if (spec.kind == WEIR_STATE_LOG) {
    add_log(spec, state);
  } else {
    return Status::unsupported("it is " + std::string(kind_name(spec.kind)) +
                               ", which this host does not serve yet; use VALUES or LOG");
  }
  states_.push_back(std::move(state));
  return Status::ok();
}

Status InstanceState::add_values(const weir_state_spec& spec, State& state) {
  WEIR_RETURN_IF_ERROR(check_refs(spec));
  WEIR_ASSIGN_OR_RETURN(KeyShape key, KeyShape::make(spec.keys, spec.key_count));
  state.held = std::make_unique<ValueTable>(
      ValueTable::Spec{state.name, std::move(key), spec.slot_size,
                       std::vector<uint32_t>(spec.ref_offsets, spec.ref_offsets + spec.ref_count)},
      account_);
  return Status::ok();
}

void InstanceState::add_log(const weir_state_spec& spec, State& state) {
  RowLog::Spec made;
  made.name = state.name;
  for (uint32_t i = 0; i < spec.value_count; ++i) made.schema.fields.push_back(to_field(spec.values[i]));
  made.memory_bytes = options_.log_memory_bytes;
  if (!options_.spill_directory.empty()) {
    made.spill_path = options_.spill_directory + "/" + options_.node + "." + std::to_string(states_.size()) +
                      "." + std::to_string(options_.copy) + ".log";
  }
  state.held = std::make_unique<RowLog>(std::move(made), account_, disk_);
}

Status InstanceState::unsupported(std::string_view call) {
  return Status::unsupported("this host does not serve '" + std::string(call) + "' of the state calls yet");
}

std::span<const std::string_view> InstanceState::unsupported_entries() { return kUnsupported; }

template <class Held>
Result<Held*> InstanceState::held(uint32_t state, const char* kind) {
  if (state >= states_.size()) {
    return Status::invalid("there is no state " + std::to_string(state) + "; the node has " +
                           std::to_string(states_.size()));
  }
  const auto* const found = std::get_if<std::unique_ptr<Held>>(&states_[state].held);
  if (found != nullptr) return found->get();
  return Status::invalid("state '" + states_[state].name + "' is " +
                         std::string(kind_name(states_[state].spec->kind)) + ", the call is for " + kind);
}

Result<ValueTable*> InstanceState::values(uint32_t state) { return held<ValueTable>(state, "VALUES"); }

Result<RowLog*> InstanceState::log(uint32_t state) { return held<RowLog>(state, "LOG"); }

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
  if (state < states_.size()) {
    if (const auto* log = std::get_if<std::unique_ptr<RowLog>>(&states_[state].held)) {
      *bytes = (*log)->held_bytes();
      *keys = 0;
      return Status::ok();
    }
  }
  WEIR_ASSIGN_OR_RETURN(const ValueTable* const table, values(state));
  *bytes = table->held_bytes();
  *keys = table->key_count();
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
  PageState how{spec.kind, spec.version, spec.slot_size,
                std::vector<uint32_t>(spec.ref_offsets, spec.ref_offsets + spec.ref_count)};
  const PageId id{0, options_.node, state.name, options_.copy};
  if (const auto* table = std::get_if<std::unique_ptr<ValueTable>>(&state.held)) {
    if ((*table)->key_count() == 0) return Status::ok();
    WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<PageWriter> page, store.new_page(id, how));
    WEIR_RETURN_IF_ERROR(save_values(**table, *page));
    return store.add_page(*page);
  }
  RowLog& log = *std::get<std::unique_ptr<RowLog>>(state.held);
  if (log.count() == 0) return Status::ok();
  WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<PageWriter> page, store.new_page(id, how));
  WEIR_RETURN_IF_ERROR(
      log.save([&page](uint64_t rows, std::string_view message) { return page->add(0, rows, message); }));
  return store.add_page(*page);
}

Status InstanceState::restore(CheckpointStore& store, const Manifest& manifest) {
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
    WEIR_RETURN_IF_ERROR(restore_one(*state, page));
  }
  return Status::ok();
}

Status InstanceState::restore_one(const State& state, PageReader& page) const {
  const weir_state_spec& spec = *state.spec;
  if (const auto* table = std::get_if<std::unique_ptr<ValueTable>>(&state.held)) {
    return restore_values(page, groups(), {spec.version, spec.migrate}, **table);
  }
  if (page.state().kind != WEIR_STATE_LOG || page.state().version != spec.version) {
    return Status::invalid("state '" + state.name + "' of node '" + options_.node + "' was stored as " +
                           std::string(kind_name(page.state().kind)) + " of version " +
                           std::to_string(page.state().version) + ", it is LOG of version " +
                           std::to_string(spec.version) + " now; logs do not migrate");
  }
  for (const PageSection& section : page.sections()) {
    WEIR_ASSIGN_OR_RETURN(const std::string message, page.read(section));
    WEIR_RETURN_IF_ERROR(std::get<std::unique_ptr<RowLog>>(state.held)->restore(message));
  }
  return Status::ok();
}

}  // namespace weir
