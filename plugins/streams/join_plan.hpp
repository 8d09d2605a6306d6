#pragma once
// What a join's options come to, once both inputs are known.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/binding.hpp>
#include <weir/node.hpp>
#include <weir/option_types.hpp>
#include <weir/options.hpp>

namespace weir::streams {

inline constexpr size_t kLeftInput = 0;
inline constexpr size_t kRightInput = 1;

enum class JoinKind { kInner, kLeft, kRight, kFull };

struct JoinSides {
  std::vector<ColumnRef> left;
  std::vector<ColumnRef> right;
  static auto options() {
    return options_of<JoinSides>(
        required("left", &JoinSides::left, on_input(kLeftInput), "Columns of the left input."),
        required("right", &JoinSides::right, on_input(kRightInput),
                 "Columns of the right input, in the same order."));
  }
};

struct JoinWithin {
  Duration before{};
  Duration after{};
  static auto options() {
    return options_of<JoinWithin>(optional("before", &JoinWithin::before, "0s", range(0, 3.2e14),
                                           "How much earlier than the left row a right row may be."),
                                  optional("after", &JoinWithin::after, "0s", range(0, 3.2e14),
                                           "How much later than the left row a right row may be."));
  }
};

struct JoinOptions {
  OneOf<JoinSides, std::vector<ColumnRef>> on;
  std::optional<OneOf<JoinWithin, Duration>> within;
  bool as_of = false;
  bool table = false;
  JoinKind kind = JoinKind::kInner;
  std::string prefix;
};

/// Which right rows belong to a left row.
enum class JoinWay {
  kAll,       ///< All of its key; both inputs end.
  kInterval,  ///< Those of its key in an interval around its time.
  kAsOf,      ///< The one of its key that was the last at its time.
  kTable,     ///< The one of its key that came last.
};

struct JoinPlan {
  JoinWay way = JoinWay::kAll;
  JoinKind kind = JoinKind::kInner;
  int64_t before_us = 0;
  int64_t after_us = 0;
  std::array<std::vector<ColumnRef>, 2> keys;
  std::vector<OutputColumn> output;

  bool needs_time() const { return way == JoinWay::kInterval || way == JoinWay::kAsOf; }
  bool keeps_lone(size_t side) const {
    return kind == JoinKind::kFull || kind == (side == kLeftInput ? JoinKind::kLeft : JoinKind::kRight);
  }
};

/// Fails: with what cannot be joined so, and what could.
Result<JoinPlan> plan_join(const JoinOptions& options, std::span<const Input> inputs);

}  // namespace weir::streams
