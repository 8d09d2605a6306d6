// The table that libweir.so gives to test kits.
#include <weir/test_kit.h>

#include <chrono>
#include <functional>
#include <utility>

#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "kit/json_rows.hpp"
#include "kit/test_run.hpp"
#include "world/whole_file.hpp"

struct weir_test {
  explicit weir_test(std::string plugin_path) : run(std::move(plugin_path)) {}
  weir::kit::TestRun run;
};

namespace weir::kit {
namespace {

std::string text(weir_str given) { return std::string(as_view(given)); }

int32_t noted(const Status& status, weir_test_note note, void* to) {
  if (!status.is_ok()) note(to, as_str(status.message()));
  return static_cast<int32_t>(status.code());
}

/// Runs `call`, which returns a Status; an exception of the SDK's classes becomes one too.
template <class Call>
int32_t guarded(weir_test_note note, void* to, Call call) {
  try {
    return noted(call(), note, to);
  } catch (...) {
    return noted(current_exception_status(), note, to);
  }
}

Feed& feed(weir_test* test, weir_str name) { return test->run.wires().feed(text(name)); }
Store& store(weir_test* test, weir_str name) { return test->run.wires().store(text(name)); }
SimDisk& disk() { return TestMachine::get().disk; }

weir_test* create(weir_str plugin_path) { return std::make_unique<weir_test>(text(plugin_path)).release(); }
void destroy(weir_test* test) { const std::unique_ptr<weir_test> owned(test); }
int64_t id(const weir_test* test) { return const_cast<weir_test*>(test)->run.wires().id(); }

int32_t start(weir_test* test, weir_str yaml, weir_test_note fault, void* to) {
  return guarded(fault, to, [&] { return test->run.start(text(yaml)); });
}

weir_test_state run(weir_test* test, uint64_t max_slices, weir_test_note fault, void* to) {
  const TestRun::State state = test->run.run(max_slices);
  if (state == TestRun::State::kFailed) noted(test->run.fault(), fault, to);
  return static_cast<weir_test_state>(state);
}

void advance(weir_test*, int64_t us) { TestMachine::get().clock.advance_us(us); }
void checkpoint(weir_test* test) { test->run.request_checkpoint(); }
uint64_t checkpoints(const weir_test* test) { return test->run.checkpoint_count(); }
void kill(weir_test* test, uint64_t seed) { test->run.kill(seed); }
void cancel(weir_test* test) { test->run.cancel(); }

void give_rows(weir_test* test, weir_str name, weir_batch* batch) {
  feed(test, name).batches.push_back(Batch::adopt(batch));
}
void give_bytes(weir_test* test, weir_str name, weir_str bytes) {
  feed(test, name).chunks.push_back(text(bytes));
}
void end_feed(weir_test* test, weir_str name) { feed(test, name).is_ended = true; }
const weir_schema* columns(weir_test* test, weir_str name) { return store(test, name).columns.get(); }

weir_batch* take(weir_test* test, weir_str name) {
  Store& from = store(test, name);
  return from.taken == from.batches.size() ? nullptr : from.batches[from.taken++].share().release();
}

weir_str encoded(weir_test* test, weir_str name) { return as_str(store(test, name).bytes); }

int32_t write_file(weir_test* test, weir_str name, weir_str bytes) {
  const std::string path = test->run.folder() + "/" + text(name);
  const size_t slash = path.rfind('/');
  Status status = make_dirs(disk(), path.substr(0, slash));
  if (status.is_ok())
    status =
        write_atomic(disk(), TestMachine::get().host.world().faults, "test.file", path, as_view(bytes), 0644);
  return static_cast<int32_t>(status.code());
}

int32_t read_file(weir_test* test, weir_str name, weir_test_note note, void* to) {
  const auto bytes = read_all(disk(), test->run.folder() + "/" + text(name));
  if (bytes.is_ok()) note(to, as_str(*bytes));
  return static_cast<int32_t>(bytes.status().code());
}

void list_below(const std::string& folder, const std::string& prefix, weir_test_note note, void* to) {
  const auto entries = disk().list(folder);
  if (!entries.is_ok()) return;
  for (const DirectoryEntry& entry : *entries) {
    const std::string name = prefix + entry.name;
    const auto info = disk().stat(folder + "/" + entry.name);
    if (name == ".weir" || !info.is_ok()) continue;
    if (info->kind == FileInfo::Kind::kDirectory) {
      list_below(folder + "/" + entry.name, name + "/", note, to);
    } else {
      note(to, as_str(name));
    }
  }
}

void list_files(weir_test* test, weir_test_note note, void* to) {
  list_below(test->run.folder(), "", note, to);
}

void fail_next(weir_test*, weir_str call, int32_t error_number) {
  disk().fail_next(text(call), error_number);
}

int32_t parse_rows(const weir_schema* schema, weir_str json, weir_batch** out, weir_test_note fault,
                   void* to) {
  return guarded(fault, to, [&]() -> Status {
    WEIR_ASSIGN_OR_RETURN(Batch batch, rows_from_json(to_schema(*schema), as_view(json)));
    *out = batch.release();
    return {};
  });
}

void print_rows(const weir_schema* schema, const weir_batch* batch, weir_test_note note, void* to) {
  note(to, as_str(rows_to_json(*schema, *batch)));
}

int32_t wait_for_others(weir_test* test, int64_t max_us) {
  return test->run.wait_for_others(std::chrono::microseconds(max_us)) ? 1 : 0;
}

}  // namespace
}  // namespace weir::kit

extern "C" [[gnu::visibility("default")]] const weir_test_kit* weir_test_kit_v0() {
  using namespace weir::kit;
  static const weir_test_kit table = {sizeof(weir_test_kit),
                                      WEIR_ABI_MAJOR,
                                      WEIR_ABI_MINOR,
                                      0,
                                      TestMachine::get().host.table(),
                                      &create,
                                      &destroy,
                                      &id,
                                      &start,
                                      &run,
                                      &advance,
                                      &checkpoint,
                                      &checkpoints,
                                      &kill,
                                      &cancel,
                                      &give_rows,
                                      &give_bytes,
                                      &end_feed,
                                      &columns,
                                      &take,
                                      &encoded,
                                      &write_file,
                                      &read_file,
                                      &list_files,
                                      &fail_next,
                                      &parse_rows,
                                      &print_rows,
                                      &wait_for_others};
  return &table;
}
