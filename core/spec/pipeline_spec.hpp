#pragma once
// A pipeline as it is declared: nodes in the order of the file, with includes and templates expanded and
// variables replaced. What components make of their options is not known here.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "spec/value.hpp"

namespace weir {

/// A value that was given, and where.
template <class T>
struct Given {
  T value;
  Place place;
};

enum class Role { kSource, kTransform, kSink };

/// "source", "transform", "sink".
const char* role_name(Role role);

/// What an input reads: a port of a node. The node exists; whether it has the port, the plan finds out.
struct InputRef {
  std::string text;  ///< As written: "events.errors".
  std::string node;  ///< Full name of the node: "hosts.cpu".
  std::string port;  ///< Empty: the node's first output.
  Place place;       ///< Of the reference.
  Place port_place;  ///< Of the port's name in it; the reference's when no port is named.
};

/// One input port of a node with what it reads; several references are a union.
struct InputSpec {
  std::string port;  ///< Empty: the node's only input port (`inputs: a`, `inputs: [a, b]`).
  Place place;       ///< Of the port's name, or of the whole value.
  std::vector<InputRef> refs;
};

/// `labels: {user: direct}` or `{user: [direct, marketing]}`.
struct LabelSpec {
  std::string column;
  Place place;
  std::vector<Given<std::string>> labels;
};

/// `event_time: {column: ts, max_delay: 5s, idle_after: 30s}`.
struct EventTimeSpec {
  Place place;
  Given<std::string> column;
  std::optional<Given<std::chrono::microseconds>> max_delay;
  std::optional<Given<std::chrono::microseconds>> idle_after;
};

/// `batch: {rows: 1000, bytes: 1MiB, timeout: 50ms}`.
struct BatchSpec {
  Place place;
  std::optional<Given<int64_t>> rows;
  std::optional<Given<int64_t>> bytes;
  std::optional<Given<std::chrono::microseconds>> timeout;
};

/// `retry: {initial: 100ms, max: 30s, multiplier: 2, jitter: 0.2, max_elapsed: 10m, open_after: 5}`.
struct RetrySpec {
  Place place;
  std::optional<Given<std::chrono::microseconds>> initial;
  std::optional<Given<std::chrono::microseconds>> max;
  std::optional<Given<double>> multiplier;
  std::optional<Given<double>> jitter;
  std::optional<Given<std::chrono::microseconds>> max_elapsed;
  std::optional<Given<int64_t>> open_after;
};

enum class WhenFull { kBlock, kDropNewest, kDropOldest, kDeadLetter };

/// `buffer: {disk: 1GiB, when_full: drop_oldest}` or `buffer: {memory: 64MiB}`.
struct BufferSpec {
  Place place;
  std::optional<Given<int64_t>> disk;    ///< [bytes] This
  std::optional<Given<int64_t>> memory;  ///< [bytes] or this.
  std::optional<Given<WhenFull>> when_full;
};

enum class OnError { kDeadLetter, kDrop, kFail };

/// `max_errors: 1%` of the last 10,000 rows, or a count.
struct MaxErrors {
  std::optional<double> share;  ///< 0.01 for 1%.
  std::optional<int64_t> count;
};

/// A declared node.
struct NodeSpec {
  std::string name;  ///< Full: "hosts.cpu" from an include, "clean.dedup" from a template.
  Place place;       ///< Of the name where it is declared.
  Role role = Role::kSource;
  Given<std::string> type;  ///< Name of the component; empty when it is missing (a fault tells).
  std::vector<InputSpec> inputs;
  /// False when a fault was reported about its inputs: do not report missing ports as well.
  bool inputs_are_known = true;
  std::optional<Given<std::string>> id;
  std::optional<Given<std::string>> description;
  std::vector<LabelSpec> labels;
  std::optional<EventTimeSpec> event_time;
  std::optional<BatchSpec> batch;
  std::optional<Given<int64_t>> parallelism;
  std::optional<BufferSpec> buffer;
  std::optional<Given<OnError>> on_error;
  std::optional<Given<MaxErrors>> max_errors;
  std::optional<RetrySpec> retry;  ///< Sinks only.
  /// The other reserved keys as they stand, null where absent: retention, allow, purposes, subject, owner,
  /// freshness, isolation.
  std::vector<YamlEntry> engine_options;
  YamlValue options;  ///< A map: all keys that are not reserved. Its place is the node's value.

  /// Returns one of `engine_options`, or null.
  const YamlEntry* engine_option(const std::string& key) const;
};

/// Rows that a test gives to a port or expects from it.
struct TestRows {
  std::string node;  ///< Full name.
  std::string port;  ///< Empty: the first output.
  Place place;
  YamlValue rows;  ///< A list of maps.
};

struct TestSpec {
  std::string name;
  Place place;
  std::vector<TestRows> given;
  std::vector<TestRows> expect;
  bool ordered = false;
};

enum class Delivery { kAtLeastOnce, kAtMostOnce, kExactlyOnce };

/// `requires: {acme: ">=1.2"}`.
struct RequirementSpec {
  std::string library;
  Place place;
  Given<std::string> version;
};

struct PipelineSpec {
  std::string file;       ///< As it was given to load_pipeline.
  std::string directory;  ///< Of `file`, with its last '/', or "".
  Given<std::string> name;
  YamlValue about;  ///< A map, or null.
  std::vector<RequirementSpec> requirements;
  std::vector<NodeSpec> nodes;  ///< Sources, transforms and sinks in the order of the file.
  std::vector<TestSpec> tests;
  std::vector<Given<std::string>> templates;  ///< Names, so that a component of that name can be refused.
  YamlValue state;                            ///< As it stands, or null.
  std::optional<Given<Delivery>> delivery;
  std::optional<Given<std::chrono::microseconds>> checkpoint_every;
  std::optional<Given<int64_t>> memory_bytes;
  YamlValue schedule;  ///< As it stands, or null.
  /// Variables that were used, with the text that people may see: secrets are not among them.
  std::vector<std::pair<std::string, std::string>> variables;
  /// False when a fault was reported about some reference, or a node could not be read: then do not report
  /// outputs that nobody reads.
  bool references_are_known = true;

  /// Returns the node of this full name, or null.
  const NodeSpec* find_node(const std::string& name) const;
};

}  // namespace weir
