#pragma once
// Where an experiment's sums lie until a result is due.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <weir/state.hpp>

#include "experiment_results.hpp"
#include "experiment_rows.hpp"

namespace weir::experiment {

/// The arms that were seen, numbered from 1 in the order in which they came.
class ArmNames {
 public:
  static constexpr size_t kMaxArms = 100;
  explicit ArmNames(const Options& options) : options_(options) {}
  /// Numbers the arms of the picked rows. Rows of an arm that does not belong to the experiment, or is one
  /// too many, are left out and added to `errors`.
  void number(const Batch& batch, ExperimentRows& rows, RowErrors& errors);
  /// Of the rows that were picked last.
  const std::vector<uint32_t>& numbers() const { return numbers_; }
  const std::vector<std::string>& all() const { return names_; }
  void add(std::string_view name);

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  /// 0: it is none.
  uint32_t number_of(std::string_view name);
  void refuse(uint32_t row, std::string_view name, RowErrors& errors) const;

  const Options& options_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> known_;
  std::vector<uint32_t> numbers_;
  std::vector<size_t> refused_;
};

/// A walk over all windows up to one, by their ends. What it has summed of a window lies in it, so that it
/// can go on in a later call.
struct Walk {
  int64_t upto = 0;
  uint64_t cursor = 0;
  std::optional<int64_t> window = {};
  ExperimentSums sums = {};
};
using GiveWindow = std::function<Status(int64_t window, ExperimentSums sums)>;

class Store {
 public:
  virtual ~Store() = default;
  virtual void declare(Binding& binding) = 0;
  /// Adds the rows that were picked.
  virtual Status take(weir_context* context, const Batch& batch, ExperimentRows& rows, RowErrors& errors) = 0;
  /// Goes on by one portion and calls `give` for each window that it has been through. Returns false when
  /// there is nothing more.
  virtual Result<bool> walk(weir_context* context, Walk& walk, const GiveWindow& give) = 0;
  virtual Status remove_upto(weir_context* context, int64_t window) = 0;

  // Of a store that copies before the exchange fill in part.

  /// The next of what lies there up to a window, as rows; no rows: there is no more.
  virtual Result<Batch> partial(weir_context*, int64_t, uint64_t*) { return Batch(); }
  /// Adds rows that partial() made. Returns nothing that was not in them.
  virtual Status merge(weir_context*, const Batch&) { return {}; }
  virtual Schema partial_schema() const { return {}; }

 protected:
  static constexpr size_t kPortion = 8192;
  /// Ends the window that the walk was in, and begins another, or none.
  static Status turn(Walk& walk, std::optional<int64_t> window, const GiveWindow& give);
};

/// Keeps every unit with its arm and its own sums.
std::unique_ptr<Store> make_unit_store(const Options& options, const Schema& input,
                                       const std::vector<MetricPlan>& metrics);
/// Each row is a unit: keeps the sums of the arms, so it does not grow.
std::unique_ptr<Store> make_arm_store(const Options& options, const Schema& input,
                                      const std::vector<MetricPlan>& metrics);

}  // namespace weir::experiment
