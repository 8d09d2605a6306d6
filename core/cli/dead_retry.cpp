#include "cli/dead_retry.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "cli/run_directory.hpp"
#include "cli/shown_outcome.hpp"
#include "plan/plan.hpp"
#include "plan/projection.hpp"
#include "plan/retry_part.hpp"
#include "plan/row_values.hpp"
#include "runtime/executors.hpp"
#include "spec/yaml_reader.hpp"
#include "state/checkpoint.hpp"

namespace weir {
namespace {

constexpr size_t kHeadBytes = size_t{1} << 20;

/// What tells one dead letter from the others.
using LetterKey = std::tuple<int64_t, std::string, std::string, std::string, int64_t, std::string>;
LetterKey key_of(const DeadLetter& letter) {
  return {letter.time_us, letter.run, letter.node, letter.partition, letter.offset.value_or(-1), letter.raw};
}

bool is_byte_source(const BoundNode& node) { return node.format.has_value(); }

/// The columns that a rejected row of this node has.
const Schema& row_schema(const BoundNode& node) {
  return node.kind() == WEIR_KIND_SOURCE ? node.outputs.front() : node.inputs.front();
}

/// Returns a rejected row as its JSON says it, or nothing.
std::optional<YamlValue> row_of(const DeadLetter& letter) {
  FaultList faults;
  auto row = read_yaml(std::make_shared<const SourceText>("a rejected row", letter.raw), faults);
  if (!row || faults.has_errors() || !row->is_map() || letter.raw.empty()) return std::nullopt;
  return row;
}

/// What stands before the records of a format: the header of the first file that the source reads.
Result<std::string> header_of(const BoundNode& source) {
  const weir_component& component = *source.node->component();
  if (component.source->head == nullptr) return std::string();
  weir_fault fault{};
  weir_buffer* head = nullptr;
  weir_str partition{};
  WEIR_RETURN_IF_ERROR(
      status_of(component.source->head(source.node->get(), kHeadBytes, &head, &partition, &fault), fault));
  if (head == nullptr) return std::string();
  const Buffer bytes = Buffer::adopt(head);
  const weir_str text{reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  const weir_decoder_calls& decoder = *source.format->node->component()->decoder;
  weir_decode_context* context = nullptr;
  size_t header_size = 0;
  WEIR_RETURN_IF_ERROR(status_of(
      decoder.open(source.format->node->get(), partition, text, &context, &header_size, &fault), fault));
  decoder.close(context);
  return std::string(text.data, header_size);
}

class Retry {
 public:
  Retry(const PipelineFlags& flags, const std::string& state, Session& session, FaultList& faults)
      : flags_(flags), state_(state), session_(session), world_(session.host().world()), faults_(faults) {}

  Result<RetryOutcome> run(const DeadLetterFilter& filter) {
    WEIR_ASSIGN_OR_RETURN(const LoadOptions options, load_options(flags_));
    LoadResult loaded = load_pipeline(flags_.file, options);
    pipeline_.spec = std::move(loaded.spec);
    pipeline_.faults = std::move(loaded.faults);
    if (pipeline_.faults.has_errors()) return has_faults();
    directory_ = state_directory(pipeline_.spec, state_);
    WEIR_ASSIGN_OR_RETURN(const auto held, RunDirectory::open(world_, pipeline_.spec, state_));
    WEIR_RETURN_IF_ERROR(refuse_unfinished());
    RunOptions run_options = held->run_options();
    run_id_ = run_options.run_id;
    if (!bind()) return has_faults();
    WEIR_RETURN_IF_ERROR(read(filter));
    if (nodes_.empty()) return std::move(outcome_);
    WEIR_RETURN_IF_ERROR(held->begin(pipeline_, session_));
    run_options.state_directory = directory_ + "/retry";
    run_options.from_scratch = true;
    const RunOutcome ended = run_part(run_options);
    WEIR_RETURN_IF_ERROR(held->record(ended));
    if (ended.end != RunResult::kComplete) return undo(ended);
    return finish(ended);
  }

 private:
  Status has_faults() {
    faults_ = std::move(pipeline_.faults);
    return Status::invalid("the pipeline has faults");
  }

  /// A run that goes on from a checkpoint forgets what was rejected after it, and would forget this too.
  Status refuse_unfinished() {
    CheckpointStore checkpoints(world_.disk, world_.faults, directory_ + "/checkpoints");
    WEIR_RETURN_IF_ERROR(checkpoints.open());
    WEIR_ASSIGN_OR_RETURN(const CheckpointStore::Latest latest, checkpoints.latest());
    if (!latest.manifest) return {};
    return Status::invalid("the last run was stopped before its end; let it end first: weir run " +
                           flags_.file);
  }

  bool bind() {
    for (NodeSpec& node : pipeline_.spec.nodes) {
      YamlEntry* const path = node.role == Role::kSink ? node.options.find("path") : nullptr;
      if (path == nullptr || !path->value.is_scalar() || path->value.text == "-") continue;
      path->value.text = retry_path(path->value.text, run_id_);
      path->value.text_offset.reset();
    }
    BindOptions bind;
    bind.host = session_.host().table();
    bind.projects = false;
    pipeline_.bound = bind_pipeline(pipeline_.spec, session_.catalog(), bind, pipeline_.faults);
    return !pipeline_.faults.has_errors();
  }

  Status read(const DeadLetterFilter& filter) {
    std::map<std::string, std::vector<DeadLetter>> by_node;
    DeadLetters store = open_store();
    WEIR_ASSIGN_OR_RETURN(const DeadLetters::Read read, store.for_each(filter, [&](const DeadLetter& letter) {
      by_node[letter.node].push_back(letter);
      return true;
    }));
    outcome_.notes = read.notes;
    for (const auto& [name, letters] : by_node) {
      const auto& nodes = pipeline_.bound.pipeline.nodes;
      const auto node = std::ranges::find(nodes, name, &BoundNode::name);
      if (node == nodes.end()) {
        note(letters.size(), name, "the pipeline has no such node any more");
        continue;
      }
      const auto index = static_cast<size_t>(node - nodes.begin());
      is_byte_source(*node) ? add_records(index, letters) : add_rows(index, letters);
    }
    return {};
  }

  void add_records(size_t index, const std::vector<DeadLetter>& letters) {
    auto records = std::make_shared<std::vector<RecordBytes>>();
    for (const DeadLetter& letter : letters) {
      const std::string place = letter.offset ? "@" + std::to_string(*letter.offset) : std::string();
      records->push_back(
          {letter.partition + place + " again " + std::to_string(records->size() + 1), letter.raw});
      retried_.insert(key_of(letter));
    }
    RetriedNode node;
    node.node = index;
    node.records = records;
    records_.emplace_back(index, records);
    add(std::move(node), letters.size());
  }

  void add_rows(size_t index, const std::vector<DeadLetter>& letters) {
    const BoundNode& bound = pipeline_.bound.pipeline.nodes[index];
    std::vector<YamlValue> rows;
    std::vector<RowPlace> places;
    for (const DeadLetter& letter : letters) {
      auto row = row_of(letter);
      FaultList misfits;
      const bool fits =
          row && batch_of_rows(row_schema(bound), {&*row, 1}, BinaryText::kBase64, misfits).has_value();
      if (!fits) {
        const std::string why = misfits.empty() ? "it is no row" : misfits.sorted().front().message;
        note(1, bound.name, why);
        continue;
      }
      rows.push_back(std::move(*row));
      places.push_back({letter.partition, letter.offset.value_or(0)});
      retried_.insert(key_of(letter));
    }
    if (rows.empty()) return;
    FaultList none;
    RetriedNode node;
    node.node = index;
    node.rows = batch_of_rows(row_schema(bound), rows, BinaryText::kBase64, none);
    node.places = std::move(places);
    add(std::move(node), rows.size());
  }

  void add(RetriedNode node, size_t rows) {
    outcome_.nodes.push_back({pipeline_.bound.pipeline.nodes[node.node].name, rows, 0});
    nodes_.push_back(std::move(node));
  }

  void note(size_t rows, const std::string& node, const std::string& why) {
    outcome_.notes.push_back(std::to_string(rows) + (rows == 1 ? " row of '" : " rows of '") + node +
                             (rows == 1 ? "' stays: " : "' stay: ") + why);
  }

  RunOutcome run_part(const RunOptions& options) {
    const BoundPipeline& whole = pipeline_.bound.pipeline;
    BoundPipeline part = retry_part(whole, std::move(nodes_));
    RunOutcome failed;
    if (failed.status = project_columns(part); !failed.status.is_ok()) return failed;
    for (const auto& [node, records] : records_) {
      const auto header = header_of(whole.nodes[node]);
      failed.node = whole.nodes[node].name;
      if (failed.status = header.status(); !header.is_ok()) return failed;
      for (RecordBytes& record : *records) record.bytes.insert(0, *header);
    }
    // Rows come in the order in which they were rejected, and of two that fail the run always the same does.
    constexpr uint32_t kThreads = 1;
    const auto executor = make_tbb_executor(kThreads, world_.clock);
    RunControl control;
    return without_secrets(
        run_plan(make_plan(std::move(part), kThreads), options, session_.host(), *executor, control, {}));
  }

  DeadLetters open_store() { return {world_.disk, world_.faults, directory_ + "/dead", errors_schema()}; }

  /// Forgets what the failed run rejected: those rows are still there as they were.
  Status undo(const RunOutcome& ended) {
    DeadLetterFilter own;
    own.run = run_id_;
    DeadLetters store = open_store();
    WEIR_RETURN_IF_ERROR(store.remove(own).status());
    const std::string where = ended.node.empty() ? "" : "node '" + ended.node + "': ";
    return Status(ended.status.code(), where + std::string(ended.status.message()));
  }

  Result<RetryOutcome> finish(const RunOutcome& ended) {
    DeadLetterFilter gone;
    gone.also = [this](const DeadLetter& letter) { return retried_.contains(key_of(letter)); };
    DeadLetters store = open_store();
    WEIR_RETURN_IF_ERROR(store.remove(gone).status());
    for (RetryOutcome::Node& node : outcome_.nodes) {
      for (const NodeSnapshot& counted : ended.metrics.nodes) {
        if (counted.name == node.name) node.rejected_again = counted.rows_rejected;
      }
    }
    outcome_.written = ended.written;
    return std::move(outcome_);
  }

  const PipelineFlags& flags_;
  const std::string& state_;
  Session& session_;
  World world_;
  FaultList& faults_;
  LoadedPipeline pipeline_;
  std::string directory_;
  std::string run_id_;
  std::vector<RetriedNode> nodes_;
  std::vector<std::pair<size_t, std::shared_ptr<std::vector<RecordBytes>>>> records_;  // Of byte sources.
  std::set<LetterKey> retried_;
  RetryOutcome outcome_;
};

}  // namespace

Result<RetryOutcome> retry_dead_letters(const PipelineFlags& flags, const std::string& state,
                                        const DeadLetterFilter& filter, Session& session, FaultList& faults) {
  return Retry(flags, state, session, faults).run(filter);
}

std::string retry_path(const std::string& path, const std::string& run_id) {
  const size_t slash = path.rfind('/');
  const size_t dot = path.find('.', slash == std::string::npos ? 1 : slash + 2);
  const std::string addition = ".retry-" + run_id;
  return dot == std::string::npos ? path + addition : path.substr(0, dot) + addition + path.substr(dot);
}

}  // namespace weir
