#pragma once
// The columns of JSON records, judged by a sample.
#include <string>
#include <string_view>
#include <vector>

#include <weir/schema.hpp>

#include "type_guess.hpp"

namespace weir::formats {

/// Sees records and keeps, for each key of their objects, the types that fit.
class JsonSample {
 public:
  /// `text` may be anything; what is no JSON is passed over. Returns whether it was a record.
  bool add(std::string_view text);
  /// Adds the records of a whole document; see JsonRowReader::read_document.
  void add_document(std::string_view text, std::string_view records);
  /// Returns the keys in the order in which they came; none when no record was an object. Arrays, objects and
  /// what changes its kind are strings, as JSON text.
  Schema schema() const;

 private:
  struct Key {
    std::string name;
    unsigned kinds = 0;
    TypeGuess texts;
  };
  enum : unsigned { kText = 1, kInteger = 2, kFloat = 4, kBool = 8, kOther = 16 };
  template <class Element>
  void add_element(const Element& element);
  template <class Element>
  static void add_value(Key& key, const Element& value);
  Key& key(std::string_view name);

  std::vector<Key> keys_;
};

}  // namespace weir::formats
