#pragma once
// The columns of `alert` that messages are made of, found by their names.
#include <optional>
#include <string>
#include <string_view>

#include <weir/batch.hpp>
#include <weir/expression.hpp>
#include <weir/schema.hpp>

namespace weir::notify {

class NoticeColumns {
 public:
  NoticeColumns() = default;
  explicit NoticeColumns(const Schema& schema)
      : incident_(text_column(schema, "incident")),
        state_(text_column(schema, "state")),
        severity_(text_column(schema, "severity")),
        key_(text_column(schema, "key")),
        rule_(text_column(schema, "rule")),
        sentence_(text_column(schema, "sentence")) {}
  bool has_incident() const { return incident_ && state_; }
  bool has_sentence() const { return sentence_.has_value(); }
  std::string incident(const Batch& batch, size_t row) const { return text(incident_, batch, row); }
  std::string state(const Batch& batch, size_t row) const { return text(state_, batch, row); }
  std::string severity(const Batch& batch, size_t row) const { return text(severity_, batch, row); }
  std::string key(const Batch& batch, size_t row) const { return text(key_, batch, row); }
  std::string rule(const Batch& batch, size_t row) const { return text(rule_, batch, row); }
  /// Returns what `said` gives, or the sentence, with the state before it.
  std::string message(const std::optional<Expression>& said, const Batch& batch, uint32_t row) const {
    if (said) {
      RowErrors errors;
      const Batch one = batch.select(std::vector<uint32_t>{row});
      Result<Column> made = said->evaluate(one, errors);
      if (!made.is_ok()) throw_fault(made.status().code(), std::string(made.status().message()));
      const StringColumn column(*made->get());
      return column.is_null(0) ? std::string() : std::string(column[0]);
    }
    const std::string before = state(batch, row);
    return (before.empty() ? "" : "[" + before + "] ") + text(sentence_, batch, row);
  }

 private:
  using Place = std::optional<size_t>;
  static Place text_column(const Schema& schema, std::string_view name) {
    const Place found = schema.find(name);
    return found && schema[*found].type.type == Type::kString ? found : Place();
  }
  static std::string text(const Place& place, const Batch& batch, size_t row) {
    if (!place) return {};
    const StringColumn column(batch.raw_column(*place));
    return column.is_null(row) ? std::string() : std::string(column[row]);
  }
  Place incident_, state_, severity_, key_, rule_, sentence_;
};

}  // namespace weir::notify
