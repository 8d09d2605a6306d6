#pragma once
// Option values that a component gets: checked, typed, and owned for as long as its node lives.
#include <weir/abi.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// The values of one component's options in the order of their descriptions, with all that they point to.
///
/// Threads: constant once it was read.
class OptionValues {
 public:
  const weir_value* data() const { return top_ == nullptr ? nullptr : top_->data(); }
  size_t size() const { return top_ == nullptr ? 0 : top_->size(); }

  // For the reader that fills it.
  weir_str keep(std::string text) {
    const std::string& kept = texts_.emplace_back(std::move(text));
    return {kept.data(), kept.size()};
  }
  std::vector<weir_value>& new_items(size_t count) { return items_.emplace_back(count, weir_value{}); }
  std::vector<weir_str>& new_keys(size_t count) { return keys_.emplace_back(count); }
  void keep_alive(std::shared_ptr<void> handle) { handles_.push_back(std::move(handle)); }
  void set_top(const std::vector<weir_value>& top) { top_ = &top; }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<weir_value>> items_;
  std::deque<std::vector<weir_str>> keys_;
  std::vector<std::shared_ptr<void>> handles_;  // Compiled expressions, aggregates and formats.
  const std::vector<weir_value>* top_ = nullptr;
};

}  // namespace weir
