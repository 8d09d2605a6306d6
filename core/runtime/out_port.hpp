#pragma once
// Where an operator's output port leads: operators of the same stage, and edges to other stages.
#include <weir/abi.h>

#include <cstdint>
#include <vector>
#include <weir/batch.hpp>

#include "plan/plan.hpp"
#include "runtime/edge.hpp"

namespace weir {

class Operator;
class StageCopy;

/// Edges of one plan edge as one copy of the sending stage sees them.
struct OutEdges {
  Route route = Route::kForward;
  bool is_by_range = false;
  std::vector<Edge*> edges;  ///< kHash: one per copy of the target. Others: one.
  std::vector<uint32_t> keys;
  std::vector<uint32_t> column_map;
};

/// Sends batches and signals to everyone who reads a port, in the same order to each.
///
/// Threads: confined to the slice of its stage copy.
class OutPort {
 public:
  void add_operator(Operator& target, uint32_t port, std::vector<uint32_t> column_map);
  void add_edges(OutEdges edges);
  enum class Readers { kAll, kSomeClosed };
  /// Takes. Edges that are full leave the batch in the stage's outbox. Answers whether some reader behind an
  /// edge wants no more.
  Readers send(StageCopy& stage, Batch batch);
  void send(StageCopy& stage, const weir_signal& signal);
  bool is_read() const { return !operators_.empty() || !edges_.empty(); }
  struct InStage {
    Operator* target;
    uint32_t port;
    std::vector<uint32_t> column_map;
  };
  const std::vector<InStage>& operators() const { return operators_; }
  /// The one reader of the port, when it is an operator of the same stage that takes batches as they are;
  /// else null.
  const InStage* only_operator() const { return only_operator_; }
  /// Whether everyone who reads it wants no more. False when nobody reads it.
  bool is_finished() const;

 private:
  static Readers send_to_edges(StageCopy& stage, OutEdges& to, Batch batch);
  void find_only_operator();
  const InStage* only_operator_ = nullptr;
  std::vector<InStage> operators_;
  std::vector<OutEdges> edges_;
};

}  // namespace weir
