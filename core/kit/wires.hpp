#pragma once
// What lies between a test and the node it tests: what the test gives, and what the node gave.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/c_schema.hpp>

namespace weir::kit {

/// What one source of the pipeline gives, kept whole so that a restart can read it again.
struct Feed {
  std::vector<Batch> batches;
  std::vector<std::string> chunks;    ///< Bytes, for formats.
  std::optional<size_t> head_chunks;  ///< How many there were when the node was first bound: its head.
  bool is_ended = false;
};

/// What one sink of the pipeline took.
struct Store {
  CSchema columns{Schema{}};
  std::vector<Batch> batches;
  size_t taken = 0;   ///< How many of them the test has.
  std::string bytes;  ///< What a format made of them, where there is one.
};

/// Of one test. Lives longer than its pipelines.
///
/// Threads: one at a time.
class Wires {
 public:
  Wires();
  ~Wires();
  Wires(const Wires&) = delete;
  Wires& operator=(const Wires&) = delete;
  /// By this number the options of the test's sources and sinks name it.
  int64_t id() const { return id_; }
  static Wires& of(int64_t id);

  Feed& feed(const std::string& name) { return feeds_[name]; }
  Store& store(const std::string& name) { return stores_[name]; }
  void forget_stores() { stores_.clear(); }

 private:
  const int64_t id_;
  std::map<std::string, Feed> feeds_;
  std::map<std::string, Store> stores_;
};

}  // namespace weir::kit
