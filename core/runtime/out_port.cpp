#include "runtime/out_port.hpp"

#include <algorithm>
#include <utility>

#include "data/batch.hpp"
#include "runtime/operator.hpp"
#include "runtime/stage_copy.hpp"
#include "state/key_bytes.hpp"

namespace weir {

void OutPort::add_operator(Operator& target, uint32_t port, std::vector<uint32_t> column_map) {
  operators_.push_back({&target, port, std::move(column_map)});
  find_only_operator();
}

void OutPort::add_edges(OutEdges edges) {
  edges_.push_back(std::move(edges));
  find_only_operator();
}

void OutPort::find_only_operator() {
  const bool is_only = edges_.empty() && operators_.size() == 1 && operators_.front().column_map.empty();
  only_operator_ = is_only ? &operators_.front() : nullptr;
}

bool OutPort::is_finished() const {
  if (!is_read()) return false;
  return std::ranges::all_of(operators_, [](const InStage& to) { return to.target->is_finished(); }) &&
         std::ranges::all_of(edges_, [](const OutEdges& to) {
           return std::ranges::all_of(to.edges, [](const Edge* edge) { return edge->is_closed(); });
         });
}

namespace {

Batch arranged(Batch batch, const std::vector<uint32_t>& column_map) {
  if (column_map.empty()) return batch;
  std::vector<Column> columns;
  columns.reserve(column_map.size());
  for (const uint32_t index : column_map) columns.push_back(batch.column(index));
  return std::move(batch).with_columns(columns);
}

EdgeItem item_of(Batch batch) {
  EdgeItem item;
  item.kind = EdgeItem::Kind::kBatch;
  item.charge_bytes = std::max<int64_t>(1, static_cast<int64_t>(pinned_bytes(*batch)));
  item.batch = std::move(batch);
  return item;
}

}  // namespace

OutPort::Readers OutPort::send(StageCopy& stage, Batch batch) {
  Readers readers = Readers::kAll;
  size_t readers_left = operators_.size() + edges_.size();
  const auto next_share = [&] { return --readers_left == 0 ? std::move(batch) : batch.share(); };
  for (OutEdges& to : edges_) {
    if (send_to_edges(stage, to, next_share()) == Readers::kSomeClosed) readers = Readers::kSomeClosed;
  }
  for (InStage& to : operators_) {
    Batch share = next_share();
    if (!to.target->is_finished()) to.target->deliver(to.port, arranged(std::move(share), to.column_map));
  }
  return readers;
}

OutPort::Readers OutPort::send_to_edges(StageCopy& stage, OutEdges& to, Batch batch) {
  if (to.route != Route::kHash || to.edges.size() == 1) {
    if (to.edges[0]->is_closed()) return Readers::kSomeClosed;
    EdgeItem item = item_of(arranged(std::move(batch), to.column_map));
    stage.charge_emitted(item.charge_bytes);
    stage.send(*to.edges[0], std::move(item));
    return Readers::kAll;
  }
  std::vector<const weir_column*> keys;
  for (const uint32_t key : to.keys) keys.push_back(batch->columns[key]);
  std::vector<uint8_t> groups(batch.row_count());
  key_groups(keys, nullptr, static_cast<int64_t>(groups.size()), groups.data());
  if (stage.faults().skip("exchange.route")) groups.front() ^= 0x80U;
  const auto copies = static_cast<uint32_t>(to.edges.size());
  std::vector<std::vector<uint32_t>> rows(copies);
  for (uint32_t row = 0; row < groups.size(); ++row) rows[copy_of_group(groups[row], copies)].push_back(row);
  for (uint32_t copy = 0; copy < copies; ++copy) {
    if (rows[copy].empty() || to.edges[copy]->is_closed()) continue;
    EdgeItem item = item_of(arranged(batch.select(rows[copy]), to.column_map));
    stage.charge_emitted(item.charge_bytes);
    stage.send(*to.edges[copy], std::move(item));
  }
  const bool is_some_closed =
      std::ranges::any_of(to.edges, [](const Edge* edge) { return edge->is_closed(); });
  return is_some_closed ? Readers::kSomeClosed : Readers::kAll;
}

void OutPort::send(StageCopy& stage, const weir_signal& signal) {
  for (const OutEdges& to : edges_) {
    if (signal.kind == kSignalRangeEnd && !to.is_by_range) continue;
    for (Edge* const edge : to.edges) {
      EdgeItem item;
      item.kind = signal.kind == kSignalRangeEnd ? EdgeItem::Kind::kRangeEnd : EdgeItem::Kind::kSignal;
      item.signal = signal;
      stage.send(*edge, std::move(item));
    }
  }
  for (const InStage& to : operators_) {
    weir_signal own = signal;
    own.port = to.port;
    to.target->deliver(own);
  }
}

}  // namespace weir
