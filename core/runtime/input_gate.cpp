#include "runtime/input_gate.hpp"

#include <algorithm>
#include <utility>

namespace weir {
namespace {

InputGate::Input signal_input(uint32_t port, uint32_t kind, int64_t time, uint64_t epoch) {
  InputGate::Input input;
  input.port = port;
  input.item.kind = EdgeItem::Kind::kSignal;
  input.item.signal = weir_signal{kind, port, time, epoch};
  return input;
}

}  // namespace

void InputGate::add_port(Order order, std::vector<Edge*> edges, const std::vector<Edge*>& aside) {
  Port port;
  port.order = order;
  port.turns = edges.size();
  edges.insert(edges.end(), aside.begin(), aside.end());
  for (size_t i = 0; i < edges.size(); ++i) {
    Lane lane;
    lane.edge = edges[i];
    lane.is_aside = i >= port.turns;
    port.lanes.push_back(lane);
  }
  ports_.push_back(std::move(port));
}

void InputGate::close_all() {
  for (Port& port : ports_) {
    for (Lane& lane : port.lanes) lane.edge->close();
  }
}

std::optional<InputGate::Input> InputGate::next() {
  for (size_t tried = 0; tried < ports_.size(); ++tried) {
    const auto port = static_cast<uint32_t>(turn_);
    turn_ = (turn_ + 1) % ports_.size();
    if (ports_[port].is_ended) continue;
    if (auto input = next_of_port(port)) return input;
  }
  return barrier_when_aligned();
}

std::optional<InputGate::Input> InputGate::next_of_port(uint32_t number) {
  return ports_[number].order == Order::kAny ? next_in_any_order(number) : next_by_range(number);
}

std::optional<InputGate::Input> InputGate::next_in_any_order(uint32_t number) {
  if (auto input = next_aside(number)) return input;
  Port& port = ports_[number];
  for (size_t tried = 0; tried < port.turns; ++tried) {
    Lane& lane = port.lanes[port.turn];
    pass_turn(port);
    bool moved_on = false;
    if (auto input = take(number, lane, moved_on)) return input;
  }
  return std::nullopt;
}

std::optional<InputGate::Input> InputGate::next_aside(uint32_t number) {
  Port& port = ports_[number];
  for (size_t i = port.turns; i < port.lanes.size(); ++i) {
    bool moved_on = false;
    if (auto input = take(number, port.lanes[i], moved_on)) return input;
  }
  return std::nullopt;
}

std::optional<InputGate::Input> InputGate::next_by_range(uint32_t number) {
  if (auto input = next_aside(number)) return input;
  Port& port = ports_[number];
  for (size_t ended = 0; ended < port.turns;) {
    Lane& lane = port.lanes[port.turn];
    bool moved_on = false;
    if (auto input = take(number, lane, moved_on)) return input;
    if (lane.is_at_barrier) return barriers_of_other_lanes(number);
    if (!moved_on && !lane.is_ended) return std::nullopt;
    // A lane that has ended is passed for good; a range that ended gives the next lane its turn.
    ended = lane.is_ended ? ended + 1 : 0;
    pass_turn(port);
  }
  return std::nullopt;
}

/// The lane whose turn it is waits at the barrier: on the others the barrier is the next thing that is no
/// mere time. Whose turn it is does not change.
std::optional<InputGate::Input> InputGate::barriers_of_other_lanes(uint32_t number) {
  for (Lane& lane : ports_[number].lanes) {
    bool moved_on = false;
    if (auto input = take(number, lane, moved_on)) return input;
  }
  return std::nullopt;
}

void InputGate::pass_turn(Port& port) { port.turn = (port.turn + 1) % port.turns; }

/// Takes from one edge what can be given out. `moved_on`: a range ended here, the next lane has the turn.
std::optional<InputGate::Input> InputGate::take(uint32_t port, Lane& lane, bool& moved_on) {
  while (!lane.is_ended && (!lane.is_at_barrier || lane.is_open)) {
    EdgeItem* const front = lane.edge->front();
    if (front == nullptr) return std::nullopt;
    if (front->kind == EdgeItem::Kind::kRangeEnd) {
      lane.edge->pop();
      if (ports_[port].order == Order::kAny) continue;
      moved_on = true;
      return std::nullopt;
    }
    if (front->kind == EdgeItem::Kind::kSignal) {
      const weir_signal signal = front->signal;
      lane.edge->pop();
      if (auto input = taken_signal(port, lane, signal)) return input;
      continue;
    }
    Input input;
    input.port = port;
    input.item = std::move(*front);
    lane.is_idle = false;
    lane.edge->pop();
    return input;
  }
  return std::nullopt;
}

std::optional<InputGate::Input> InputGate::taken_signal(uint32_t number, Lane& lane,
                                                        const weir_signal& signal) {
  Port& port = ports_[number];
  switch (signal.kind) {
    case WEIR_SIGNAL_WATERMARK:
      lane.watermark = std::max(lane.watermark, signal.time);
      lane.is_idle = false;
      return time_of_port(number);
    case WEIR_SIGNAL_IDLE:
      lane.is_idle = true;
      return time_of_port(number);
    case WEIR_SIGNAL_BARRIER:
      lane.is_at_barrier = true;
      lane.is_open = faults_ != nullptr && faults_->skip("barrier.alignment");
      epoch_ = signal.epoch;
      return std::nullopt;
    case WEIR_SIGNAL_END:
      lane.is_ended = true;
      if (std::ranges::all_of(port.lanes, [](const Lane& other) { return other.is_ended; })) {
        port.is_ended = true;
        ++ended_ports_;
        return signal_input(number, WEIR_SIGNAL_END, 0, 0);
      }
      return time_of_port(number);
    default:
      return signal_input(number, signal.kind, signal.time, signal.epoch);
  }
}

/// Whether nobody waits for the lane: it is idle, and what lies in it does not say otherwise.
bool InputGate::is_set_aside(const Lane& lane) {
  if (lane.is_ended || lane.is_aside) return true;
  if (!lane.is_idle) return false;
  const EdgeItem* const front = lane.edge->front();
  if (front == nullptr) return true;
  return front->kind == EdgeItem::Kind::kSignal && front->signal.kind != WEIR_SIGNAL_WATERMARK;
}

/// The port's watermark when it has moved, or that it became idle.
std::optional<InputGate::Input> InputGate::time_of_port(uint32_t number) {
  Port& port = ports_[number];
  int64_t lowest = INT64_MAX;
  bool is_idle = true;
  for (const Lane& lane : port.lanes) {
    if (is_set_aside(lane)) continue;
    is_idle = false;
    lowest = std::min(lowest, lane.watermark);
  }
  if (is_idle) {
    if (std::exchange(port.was_idle, true)) return std::nullopt;
    return signal_input(number, WEIR_SIGNAL_IDLE, 0, 0);
  }
  // A port that comes back is waited for again, at the watermark that it had.
  const bool is_back = std::exchange(port.was_idle, false);
  if (lowest <= port.watermark && !is_back) return std::nullopt;
  port.watermark = std::max(port.watermark, lowest);
  return signal_input(number, WEIR_SIGNAL_WATERMARK, port.watermark, 0);
}

std::optional<InputGate::Input> InputGate::barrier_when_aligned() {
  if (epoch_ == 0) return std::nullopt;
  for (const Port& port : ports_) {
    for (const Lane& lane : port.lanes) {
      if (!lane.is_ended && !lane.is_at_barrier) return std::nullopt;
    }
  }
  for (Port& port : ports_) {
    for (Lane& lane : port.lanes) lane.is_at_barrier = lane.is_open = false;
  }
  return signal_input(0, WEIR_SIGNAL_BARRIER, 0, std::exchange(epoch_, 0));
}

}  // namespace weir
