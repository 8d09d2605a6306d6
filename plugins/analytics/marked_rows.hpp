#pragma once
// Rows become marked events of their key: the way into the transforms of behaviour.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/emitter.hpp>
#include <weir/expression.hpp>

#include "behaviour_rows.hpp"

namespace weir::behaviour {

/// Rows for which the condition is true get the bit; without a condition every row.
struct Mark {
  Expression condition;
  uint32_t bit = 0;
};

/// The rows of a batch that count, as columns: of the batch itself, or of a partial one.
struct MarkedRows {
  Batch batch;                  ///< Holds the columns.
  std::vector<uint32_t> rows;   ///< Which of its rows they are.
  std::vector<int64_t> times;   ///< By place in rows.
  std::vector<uint32_t> marks;  ///< The same.
  std::vector<ColumnRef> keys;
  std::vector<ColumnRef> carried;
};

/// Leaves out the rows for whose place `is_kept` is false. Returns how many.
template <class IsKept>
size_t leave_out_unless(MarkedRows& marked, IsKept is_kept) {
  size_t kept = 0;
  const size_t all = marked.rows.size();
  for (size_t i = 0; i < all; ++i) {
    if (!is_kept(i)) continue;
    marked.rows[kept] = marked.rows[i];
    marked.times[kept] = marked.times[i];
    marked.marks[kept++] = marked.marks[i];
  }
  marked.rows.resize(kept);
  marked.times.resize(kept);
  marked.marks.resize(kept);
  return all - kept;
}

/// Leaves out the rows without a mark, which only say how far time has come.
void leave_out_unmarked(MarkedRows& marked);

/// Leaves out the rows below `given_upto`, up to which all was given, and counts them as `late_rows`.
///
/// A partition that was set aside because it was silent may come back with rows that its own copy does not
/// find late, though their window was given without them. Only the copy that gave it can tell, and it cannot
/// send them to a port: what the others send is not the row any more.
void leave_out_given(MarkedRows& marked, int64_t given_upto, weir_context* context);

/// Copies before the exchange mark rows and send only those that count; the one behind it takes them as they
/// come. Partial rows are: the keys, the carried columns, the time and the marks.
///
/// Threads: one instance's.
class RowMarker {
 public:
  /// kMarkedRowsAndLatest: also the latest row of the batch, whoever's it is; without a mark it only says how
  /// far time has come.
  enum class Keeps { kMarkedRows, kMarkedRowsAndLatest, kEveryRow };

  RowMarker(WhoAndWhen who, std::vector<Mark> marks, std::vector<ColumnRef> carried, Keeps keeps)
      : who_(std::move(who)), marks_(std::move(marks)), carried_(std::move(carried)), keeps_(keeps) {}

  /// Everything that is read whatever of the output is wanted.
  std::vector<ColumnId> columns_read() const;
  Schema partial_schema(const Schema& input) const;
  /// Late rows go to port 1, faulty ones to errors; nobody's rows are counted.
  Result<MarkedRows> mark(Batch batch, int64_t watermark_us, Emitter& emitter) const;
  Batch to_partial(const MarkedRows& marked) const;
  MarkedRows from_partial(Batch partial) const;

 private:
  Result<std::vector<uint32_t>> marks_of(const Batch& batch, RowErrors& errors) const;

  const WhoAndWhen who_;
  const std::vector<Mark> marks_;
  const std::vector<ColumnRef> carried_;
  const Keeps keeps_;
};

/// Fails: one of them is of a type that cannot be a key. `option` names them in the fault.
Status check_keys(const std::vector<ColumnRef>& columns, const Schema& input, const std::string& option);
/// Fails: two columns of the output have one name. `option` says where to rename.
Status check_names(const OutputPort& output, const std::string& option);

}  // namespace weir::behaviour
