#pragma once
// A node that only filters and computes columns row by row: it says what, and the host does it.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "weir/binding.hpp"
#include "weir/expression.hpp"

namespace weir {

/// Rows to keep and columns to make. The host runs it wherever the rows are, and calls no node:
///
///   return weir::Program::keep_all(input).where(options_.where);
class Program {
 public:
  struct Item {
    OutputColumn output;
    Expression expression;  ///< Without a handle: input column `source`.
    uint32_t source = 0;
  };
  static Program keep_all(const Schema& input) {
    Program made = none(input);
    for (uint32_t i = 0; i < input.size(); ++i) made.keep(i);
    return made;
  }
  /// Begins without columns: add them with keep() and set().
  static Program none(const Schema& input) {
    Program made;
    made.input_ = input;
    return made;
  }
  /// Needs: a bool expression.
  Program& where(Expression condition) {
    where_ = condition;
    return *this;
  }
  /// Adds input column `index` under its own name, or under `name`.
  Program& keep(size_t index, std::string name = {}) {
    const auto source = static_cast<uint32_t>(index);
    Item item{{input_[index], Derivation::kSame, {ColumnId(0, source)}}, Expression(), source};
    if (!name.empty()) item.output.field.name = std::move(name);
    items_.push_back(std::move(item));
    return *this;
  }
  /// Makes the column `name` from an expression, in the place of the column of that name if there is one.
  Program& set(std::string name, Expression expression) {
    Item item{{expression.field(), Derivation::kDerived, {}}, expression, 0};
    item.output.field.name = std::move(name);
    for (const uint32_t column : expression.columns()) item.output.from.emplace_back(0, column);
    for (Item& known : items_)
      if (known.output.field.name == item.output.field.name) {
        known = std::move(item);
        return *this;
      }
    items_.push_back(std::move(item));
    return *this;
  }
  Program& drop(std::string_view name) {
    std::erase_if(items_, [&](const Item& item) { return item.output.field.name == name; });
    return *this;
  }
  Program& rename(std::string_view name, const std::string& to) {
    for (Item& item : items_)
      if (item.output.field.name == name) item.output.field.name = to;
    return *this;
  }
  Expression condition() const { return where_; }
  const std::vector<Item>& items() const { return items_; }
  /// Returns the output that the program makes. Event time stays with the column that carries it.
  Binding binding() const {
    Binding made = Binding::unknown({});
    OutputPort& port = made.output(0);
    for (const Item& item : items_) {
      const bool is_time = input_.event_time >= 0 && item.output.derivation == Derivation::kSame &&
                           item.source == static_cast<uint32_t>(input_.event_time);
      if (is_time && port.event_time < 0) port.event_time = static_cast<int>(port.columns.size());
      port.columns.push_back(item.output);
    }
    std::vector<ColumnId> read;
    if (where_)
      for (const uint32_t column : where_.columns()) read.emplace_back(0, column);
    return made.reads(read);
  }

 private:
  Schema input_;
  Expression where_;
  std::vector<Item> items_;
};

}  // namespace weir
