#pragma once
// Rows that could not be used, with what is wrong with them.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/abi.h"
#include "weir/batch.hpp"
#include "weir/text.hpp"

namespace weir {

/// Collects the faulty rows of one batch during one call. The SDK takes them out of what a MapTransform
/// returns and hands them to the node's errors port.
///
/// Threads: the call's.
class RowErrors {
 public:
  struct Fault {
    size_t row;
    std::string code;     ///< A stable word: "bad-number".
    std::string message;  ///< What was found, what was expected.
    std::string column;   ///< May be empty.
  };
  void add(size_t row, std::string_view code, std::string_view message, std::string_view column = {}) {
    faults_.push_back({row, std::string(code), std::string(message), std::string(column)});
  }
  bool is_empty() const { return faults_.empty(); }
  const std::vector<Fault>& faults() const { return faults_; }
  /// Returns the rows below `row_count` that have no fault, in order.
  std::vector<uint32_t> good_rows(size_t row_count) const {
    std::vector<bool> is_bad(row_count);
    for (const Fault& fault : faults_)
      if (fault.row < row_count) is_bad[fault.row] = true;
    std::vector<uint32_t> rows;
    rows.reserve(row_count);
    for (size_t row = 0; row < row_count; ++row)
      if (!is_bad[row]) rows.push_back(static_cast<uint32_t>(row));
    return rows;
  }
  /// Hands every fault to the errors port of the instance behind `context`, as rows of `batch`.
  void send(weir_context* context, uint32_t port, const weir_batch* batch) const {
    std::vector<weir_rejection> rejections;
    rejections.reserve(faults_.size());
    for (const Fault& fault : faults_) {
      weir_rejection rejection{};
      rejection.struct_size = sizeof(rejection);
      rejection.port = port;
      rejection.row = static_cast<int64_t>(fault.row);
      rejection.code = as_str(fault.code);
      rejection.message = as_str(fault.message);
      rejection.column = as_str(fault.column);
      rejections.push_back(rejection);
    }
    if (!rejections.empty()) host()->reject(context, batch, rejections.data(), rejections.size());
  }
  void clear() { faults_.clear(); }

 private:
  std::vector<Fault> faults_;
};

namespace detail {
/// A weir_row_faults that adds to RowErrors.
struct RowFaultSink : weir_row_faults {
  explicit RowFaultSink(RowErrors& errors)
      : weir_row_faults{sizeof(weir_row_faults), 0, &note}, into(&errors) {}
  static void note(weir_row_faults* self, const weir_row_fault* fault) {
    static_cast<RowFaultSink*>(self)->into->add(static_cast<size_t>(fault->row), as_view(fault->code),
                                                as_view(fault->message));
  }
  RowErrors* into;
};
}  // namespace detail

}  // namespace weir
