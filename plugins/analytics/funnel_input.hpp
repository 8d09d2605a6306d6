#pragma once
// The way into a funnel: rows become marked events of their key.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/emitter.hpp>

#include "behaviour_rows.hpp"
#include "funnel_options.hpp"

namespace weir::behaviour {

/// The rows of a batch that count, as columns: of the batch itself, or of a partial one.
struct MarkedRows {
  Batch batch;                  ///< Holds the columns.
  std::vector<uint32_t> rows;   ///< Which of its rows they are.
  std::vector<int64_t> times;   ///< By place in rows.
  std::vector<uint32_t> marks;  ///< The same.
  std::vector<ColumnRef> keys;
  std::vector<ColumnRef> segments;
};

/// A copy before the exchange marks rows and sends only those that count; one behind it takes them as they
/// come. Partial rows are: the keys, the segment, the time and the marks.
///
/// Threads: one instance's.
class FunnelInput {
 public:
  /// Borrows `options`.
  FunnelInput(const FunnelOptions& options, WhoAndWhen who)
      : options_(options), who_(std::move(who)), marks_(options.marks()) {}

  Schema partial_schema(const Schema& input) const;
  /// Late rows go to port 1, faulty ones to errors.
  Result<MarkedRows> mark(Batch batch, int64_t watermark_us, Emitter& emitter) const;
  Batch to_partial(const MarkedRows& marked) const;
  MarkedRows from_partial(Batch partial) const;

 private:
  Result<std::vector<uint32_t>> marks_of(const Batch& batch, RowErrors& errors) const;

  const FunnelOptions& options_;
  const WhoAndWhen who_;
  const std::vector<Expression> marks_;
};

}  // namespace weir::behaviour
