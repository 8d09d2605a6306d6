#include "spec/load.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "spec/file_loader.hpp"
#include "spec/keys.hpp"
#include "spec/node_reader.hpp"
#include "spec/reserved_words.hpp"
#include "spec/scalar.hpp"
#include "spec/test_reader.hpp"

namespace weir {
namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{64} << 20;
constexpr std::array<std::string_view, 3> kDeliveryWords = {"at_least_once", "at_most_once", "exactly_once"};
constexpr std::array<std::string_view, 1> kCheckpointKeys = {"every"};

// What the pipeline's own file says beside its nodes.
class PipelineReader {
 public:
  PipelineReader(LoadedFile& file, PipelineSpec& spec, FaultList& faults)
      : file_(file), spec_(spec), faults_(faults) {}

  void read() {
    read_name();
    if (const YamlValue* about = take("about"); about != nullptr && is_map(*about, "'about'", faults_))
      spec_.about = *about;
    if (const YamlValue* state = take("state")) spec_.state = *state;
    if (const YamlValue* schedule = take("schedule")) spec_.schedule = *schedule;
    if (const YamlValue* libraries = take("requires");
        libraries != nullptr && is_map(*libraries, "'requires'", faults_))
      read_requirements(*libraries);
    if (const YamlValue* delivery = take("delivery"))
      if (const auto choice = read_choice(*delivery, "'delivery'", kDeliveryWords, faults_))
        spec_.delivery = {static_cast<Delivery>(*choice), delivery->place};
    if (const YamlValue* memory = take("memory"))
      if (const auto bytes = to_bytes(*memory, "'memory'", faults_))
        spec_.memory_bytes = {*bytes, memory->place};
    read_checkpoint();
    check_has_nodes();
    if (const YamlValue* tests = take("tests")) spec_.tests = read_tests(*tests, file_.scope.names, faults_);
    file_.scope.names.report_unknown(faults_);
  }

 private:
  // Returns the value of a key with its variables replaced, or null.
  YamlValue* take(std::string_view key) {
    YamlEntry* entry = file_.root.find(key);
    if (entry == nullptr || (entry->value.is_null() && entry->value.text.empty())) return nullptr;
    file_.variables->replace_in(entry->value);
    return &entry->value;
  }

  void read_name() {
    const YamlValue* name = take("name");
    if (name == nullptr) {
      const YamlEntry* version = file_.root.find("weir");
      const Place place = version != nullptr ? version->key_place : place_at(file_.root.place.source, 0, 1);
      faults_.error(place, "missing-name", "the pipeline has no 'name'",
                    "add 'name: ...': its state and its runs are kept by it");
      return;
    }
    const auto text = to_text(*name, "'name'", faults_);
    if (!text) return;
    spec_.name = {*text, name->place};
    if (!is_pipeline_name(*text))
      faults_.error(name->place, "bad-name",
                    "'" + *text + "' is no name for a pipeline: names are [a-z][a-z0-9_-]*");
  }

  void read_requirements(const YamlValue& libraries) {
    for (const YamlEntry& entry : libraries.entries)
      if (auto version = to_text(entry.value, "the version of '" + entry.key + "'", faults_))
        spec_.requirements.push_back({entry.key, entry.key_place, {std::move(*version), entry.value.place}});
  }

  void read_checkpoint() {
    YamlValue* checkpoint = take("checkpoint");
    if (checkpoint == nullptr || !is_map(*checkpoint, "'checkpoint'", faults_)) return;
    check_keys(*checkpoint, "'checkpoint'", kCheckpointKeys, faults_);
    const YamlEntry* const every = checkpoint->find("every");
    if (every == nullptr) return;
    const std::string_view what = "'checkpoint.every'";
    const auto interval = to_duration(every->value, what, faults_);
    if (!interval) return;
    if (interval->count() > 0)
      spec_.checkpoint_every = {*interval, every->value.place};
    else
      add_wrong_type(every->value, what, "a duration above 0", faults_);
  }

  void check_has_nodes() {
    if (!file_.scope.names.all().empty() || !file_.scope.names.is_complete()) return;
    const YamlEntry* version = file_.root.find("weir");
    const Place place = version != nullptr ? version->key_place : place_at(file_.root.place.source, 0, 1);
    faults_.error(place, "no-nodes", "the pipeline has no nodes", "add 'sources' and 'sinks'");
  }

  LoadedFile& file_;
  PipelineSpec& spec_;
  FaultList& faults_;
};

}  // namespace

LoadResult load_pipeline(const std::string& path, const LoadOptions& options) {
  LoadResult result;
  result.spec.file = path;
  result.spec.directory = directory_of(path);
  FileLoader loader(options, result.faults);
  LoadedFile* file = loader.load_main(path);
  if (file == nullptr) {
    result.spec.references_are_known = false;
    return result;
  }
  PipelineReader(*file, result.spec, result.faults).read();
  loader.check_leftovers();
  result.spec.nodes = std::move(file->scope.nodes);
  result.spec.references_are_known = file->scope.references_are_known && file->scope.names.is_complete();
  for (const auto& [name, declared] : file->templates)
    result.spec.templates.push_back({name, declared->place});
  result.spec.variables = file->variables->used();
  return result;
}

Result<std::string> read_file_from_disk(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return Status::invalid("it is a directory");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error && size > kLargestFile) return Status::invalid("it is larger than 64 MiB");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return Status(errno == ENOENT ? Code::kNotFound : Code::kIo, std::strerror(errno));
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad()) return Status::io(std::strerror(errno));
  return text;
}

}  // namespace weir
