#include "plan/option_reader.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <utility>
#include <weir/did_you_mean.hpp>
#include <weir/schema_text.hpp>
#include <weir/text.hpp>

#include "spec/scalar.hpp"
#include "spec/yaml_reader.hpp"

namespace weir {
namespace {

std::vector<std::string> names_of(const weir_option* options, size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.emplace_back(as_view(options[i].name));
  return names;
}

std::vector<std::string> column_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const Field& field : schema.fields) names.push_back(field.name);
  return names;
}

std::string number_text(double number) {
  std::string text = std::to_string(number);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

std::string with_article(const std::string& what) {
  return (std::string_view("aeiou").find(what.front()) == std::string_view::npos ? "a " : "an ") + what;
}

/// What other systems call a type, or nothing.
std::string type_of_other_systems(const std::string& name) {
  static const std::map<std::string_view, std::string_view> names = {{"text", "string"},
                                                                     {"str", "string"},
                                                                     {"varchar", "string"},
                                                                     {"char", "string"},
                                                                     {"int", "int64"},
                                                                     {"integer", "int64"},
                                                                     {"long", "int64"},
                                                                     {"bigint", "int64"},
                                                                     {"float", "float64"},
                                                                     {"double", "float64"},
                                                                     {"real", "float64"},
                                                                     {"number", "float64"},
                                                                     {"boolean", "bool"},
                                                                     {"datetime", "timestamp"},
                                                                     {"time", "timestamp"},
                                                                     {"date", "date32"},
                                                                     {"bytes", "binary"},
                                                                     {"blob", "binary"},
                                                                     {"numeric", "decimal(18,4)"},
                                                                     {"decimal", "decimal(18,4)"}};
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto found = names.find(lower);
  return found == names.end() ? std::string() : std::string(found->second);
}

}  // namespace

std::string option_kind_name(const weir_option& option) {
  static constexpr const char* kNames[] = {"",
                                           "true or false",
                                           "whole number",
                                           "number",
                                           "text",
                                           "choice",
                                           "duration",
                                           "size in bytes",
                                           "timestamp",
                                           "path",
                                           "secret",
                                           "column",
                                           "expression",
                                           "aggregate",
                                           "format",
                                           "type",
                                           "list",
                                           "map",
                                           "map",
                                           "value",
                                           "value",
                                           "new column's name"};
  std::string name = kNames[option.kind];
  if (option.kind == WEIR_OPTION_LIST) return name + " of " + option_kind_name(option.children[0]);
  if (option.kind == WEIR_OPTION_MAP) return "map of names to " + option_kind_name(option.children[0]);
  if (option.kind == WEIR_OPTION_ONE_OF) {
    name.clear();
    for (uint32_t i = 0; i < option.child_count; ++i) {
      name += (i == 0 ? "" : " or ") + option_kind_name(option.children[i]);
    }
  }
  return name;
}

std::string OptionReader::named(const weir_option&) const { return "option '" + path_ + "'"; }

std::shared_ptr<OptionValues> OptionReader::read(const weir_option* options, size_t count,
                                                 const YamlValue& map, std::string_view what,
                                                 const Place& place,
                                                 const std::vector<std::string>& reserved) {
  auto values = std::make_shared<OptionValues>();
  values_ = values.get();
  recovered_ = 0;
  has_faulty_ = false;
  const size_t faults_before = faults_.told_count();
  std::vector<weir_value>& top = values->new_items(count);
  read_map(options, count, map, what, place, reserved, top);
  values->set_top(top);
  values_ = nullptr;
  const bool is_whole = faults_.told_count() == faults_before + recovered_ && !has_faulty_;
  return is_whole ? values : nullptr;
}

void OptionReader::read_map(const weir_option* options, size_t count, const YamlValue& map,
                            std::string_view what, const Place& place,
                            const std::vector<std::string>& reserved, std::vector<weir_value>& into) {
  const std::string outer = path_;
  std::map<std::string, const YamlEntry*> meant;  // What the misspelt keys stand for.
  for (const YamlEntry& entry : map.entries) {
    const auto* const end = options + count;
    const auto* const found = std::find_if(
        options, end, [&](const weir_option& option) { return as_view(option.name) == entry.key; });
    if (found != end) continue;
    std::vector<std::string> words = names_of(options, count);
    const std::vector<std::string> own = words;
    words.insert(words.end(), reserved.begin(), reserved.end());
    const std::string near = nearest_word(entry.key, words);
    faults_.error(entry.key_place, "unknown-option", std::string(what) + " has no option '" + entry.key + "'",
                  !near.empty() ? did_you_mean(entry.key, words)
                  : own.empty() ? "it takes no options"
                                : "its options are " + list_words(own));
    ++recovered_;
    meant.emplace(near, &entry);
    // Without its event time a node gives other columns than was meant, and of two near words either may be
    // what was meant.
    const std::string hint = did_you_mean(entry.key, words);
    if (near == "event_time" || hint.find("' or '") != std::string::npos) has_faulty_ = true;
  }
  for (size_t i = 0; i < count; ++i) {
    const std::string name(as_view(options[i].name));
    path_ = outer.empty() ? name : outer + "." + name;
    into[i].struct_size = sizeof(weir_value);
    const YamlEntry* entry = map.find(name);
    // An option that is there under a misspelt name is one mistake, not two.
    if (const auto found = meant.find(name); entry == nullptr && found != meant.end()) entry = found->second;
    if (entry != nullptr) {
      read_value(options[i], entry->value, into[i]);
      continue;
    }
    if ((options[i].flags & WEIR_OPTION_REQUIRED) == 0) {
      read_default(options[i], into[i]);
      continue;
    }
    // Nor is one that a misspelt key may stand for.
    const auto may_be_meant = [&](const auto& one) { return edit_distance(one.second->key, name) == 1; };
    if (std::ranges::any_of(meant, may_be_meant)) continue;
    const std::string example(as_view(options[i].example));
    faults_.error(
        place, "missing-option",
        std::string(what) + " needs the option '" + path_ + "' (" + option_kind_name(options[i]) + ")",
        example.empty() ? "" : "for example " + name + ": " + example);
  }
  path_ = outer;
}

void OptionReader::read_default(const weir_option& option, weir_value& into) {
  const std::string text(as_view(option.default_text));
  if (text.empty()) return;
  FaultList ignored;
  const auto source = std::make_shared<const SourceText>("default of " + path_, text);
  const std::optional<YamlValue> value = read_yaml(source, ignored);
  if (value) read_value(option, *value, into);
}

void OptionReader::read_value(const weir_option& option, const YamlValue& value, weir_value& into) {
  into.struct_size = sizeof(weir_value);
  into.kind = option.kind;
  into.place = values_->keep(value.place.to_string());
  if (value.is_faulty) {
    has_faulty_ = true;
    return;
  }
  switch (option.kind) {
    case WEIR_OPTION_LIST:
      return read_list(option, value, into);
    case WEIR_OPTION_MAP:
      return read_keyed(option, value, into);
    case WEIR_OPTION_STRUCT:
      return read_struct(option, value, into);
    case WEIR_OPTION_ONE_OF:
      return read_one_of(option, value, into);
    case WEIR_OPTION_ANY:
      return read_any(value, into);
    case WEIR_OPTION_TYPE:
      return read_type(option, value, into);
    case WEIR_OPTION_FORMAT: {
      const size_t before = faults_.told_count();
      return keep_compiled(scope_.format(value, faults_), before, into);
    }
    default:
      if (!value.is_scalar()) {
        add_wrong_type(value, named(option), with_article(option_kind_name(option)), faults_);
        return;
      }
      return read_scalar(option, value, into);
  }
}

// What was compiled in spite of faults was compiled as what was meant.
void OptionReader::keep_compiled(OptionScope::Compiled made, size_t errors_before, weir_value& into) {
  if (made.handle != nullptr) recovered_ += faults_.told_count() - errors_before;
  into.handle = made.handle;
  into.present = made.handle != nullptr ? 1 : 0;
  values_->keep_alive(std::move(made.owner));
}

void OptionReader::read_scalar(const weir_option& option, const YamlValue& value, weir_value& into) {
  const std::string what = named(option);
  const auto take = [&](auto converted, auto assign) {
    if (!converted) return;
    assign(*converted);
    into.present = 1;
  };
  const auto take_integer = [&](int64_t number) {
    into.integer = number;
    into.number = static_cast<double>(number);
    read_number(option, into.number, value);
  };
  switch (option.kind) {
    case WEIR_OPTION_BOOL:
      return take(to_bool(value, what, faults_), [&](bool flag) { into.integer = flag ? 1 : 0; });
    case WEIR_OPTION_INT:
      return take(to_int64(value, what, faults_), take_integer);
    case WEIR_OPTION_FLOAT:
      return take(to_float64(value, what, faults_), [&](double number) {
        into.number = number;
        read_number(option, number, value);
      });
    case WEIR_OPTION_DURATION:
      return take(to_duration(value, what, faults_), [&](Microseconds us) { take_integer(us.count()); });
    case WEIR_OPTION_BYTES:
      return take(to_bytes(value, what, faults_), take_integer);
    case WEIR_OPTION_TIMESTAMP:
      return take(to_timestamp(value, what, faults_), [&](Microseconds us) { into.integer = us.count(); });
    case WEIR_OPTION_CHOICE:
      return read_choice(option, value, into);
    case WEIR_OPTION_PATH:
      into.text = values_->keep(resolve_path(value));
      into.present = 1;
      return;
    case WEIR_OPTION_SECRET:
      return read_secret(option, value, into);
    case WEIR_OPTION_COLUMN:
      return read_column(option, value, into);
    case WEIR_OPTION_EXPRESSION:
    case WEIR_OPTION_AGGREGATE: {
      const size_t before = faults_.told_count();
      into.text = values_->keep(value.text);
      return keep_compiled(
          option.kind == WEIR_OPTION_EXPRESSION
              ? scope_.expression(value, option.port, static_cast<weir_type>(option.type), faults_)
              : scope_.aggregate(value, option.port, faults_),
          before, into);
    }
    default:
      into.text = values_->keep(value.text);
      into.present = 1;
      return;
  }
}

void OptionReader::read_number(const weir_option& option, double number, const YamlValue& value) {
  if (option.min == 0 && option.max == 0) return;
  if (number >= option.min && number <= option.max) return;
  faults_.error(value.place, "out-of-range",
                named(option) + ": expected " + number_text(option.min) + " to " + number_text(option.max) +
                    ", found " + value.text);
}

void OptionReader::read_choice(const weir_option& option, const YamlValue& value, weir_value& into) {
  std::vector<std::string> words;
  for (uint32_t i = 0; i < option.choice_count; ++i) words.emplace_back(as_view(option.choices[i]));
  auto found = std::ranges::find(words, value.text);
  if (found == words.end()) {
    const std::string hint = did_you_mean(value.text, words);
    faults_.error(value.place, "wrong-choice",
                  named(option) + ": expected " + list_words(words) + ", found " + describe(value), hint);
    found = std::ranges::find(words, nearest_word(value.text, words));
    if (found == words.end()) return;
    ++recovered_;
  }
  into.text = values_->keep(*found);
  into.integer = found - words.begin();
  into.present = 1;
}

void OptionReader::read_secret(const weir_option& option, const YamlValue& value, weir_value& into) {
  if (!value.is_secret) {
    faults_.error(
        value.place, "plain-secret",
        named(option) + " must come from ${secret:file:PATH} or ${secret:env:NAME}, not stand in the file",
        "put it into a file that only you can read, and write \"${secret:file:name.key}\"");
    return;
  }
  into.text = values_->keep(value.text);
  into.present = 1;
}

void OptionReader::read_column(const weir_option& option, const YamlValue& value, weir_value& into) {
  const Schema* const schema = scope_.input(option.port);
  if (schema == nullptr) return;
  std::optional<size_t> index = schema->find(value.text);
  if (!index) {
    const std::vector<std::string> names = column_names(*schema);
    faults_.error(value.place, "unknown-column",
                  named(option) + ": no column '" + value.text + "' in its input (" + list_words(names) + ")",
                  did_you_mean(value.text, names));
    index = schema->find(nearest_word(value.text, names));
    if (!index) return;
    ++recovered_;
  }
  const DataType& type = schema->fields[*index].type;
  if (option.type != WEIR_NULL && static_cast<uint32_t>(type.type) != option.type) {
    faults_.error(value.place, "wrong-column-type",
                  named(option) + ": column '" + value.text + "' is " + type.to_string() + ", expected " +
                      DataType(static_cast<Type>(option.type)).to_string());
    return;
  }
  into.integer = static_cast<int64_t>(*index);
  into.text = values_->keep(schema->fields[*index].name);
  into.present = 1;
}

void OptionReader::read_type(const weir_option& option, const YamlValue& value, weir_value& into) {
  const YamlValue* name = &value;
  if (value.is_map()) {
    const YamlEntry* const entry = value.find("type");
    if (entry == nullptr) {
      faults_.error(value.place, "missing-type", named(option) + " needs a type",
                    "for example {type: timestamp}");
      return;
    }
    name = &entry->value;
    read_any(value, into);
    into.kind = WEIR_OPTION_TYPE;
  }
  if (!name->is_scalar()) {
    add_wrong_type(*name, named(option), "a type such as int64 or timestamp", faults_);
    return;
  }
  const Result<DataType> type = DataType::parse(name->text);
  if (!type.is_ok()) {
    static const std::vector<std::string> types = {
        "bool",   "int8",    "int16",   "int32",  "int64",  "uint8",     "uint16", "uint32",
        "uint64", "float32", "float64", "string", "binary", "timestamp", "date32", "decimal(18,4)"};
    const std::string meant = type_of_other_systems(name->text);
    faults_.error(name->place, "unknown-type",
                  named(option) + ": no type '" + name->text + "'; the types are " + list_words(types, 20),
                  meant.empty() ? did_you_mean(name->text, types) : "did you mean '" + meant + "'?");
    return;
  }
  into.integer = static_cast<int64_t>(type->type);
  into.text = values_->keep(name->text);
  into.present = 1;
}

void OptionReader::read_list(const weir_option& option, const YamlValue& value, weir_value& into) {
  const bool is_single = !value.is_list();
  const size_t count = is_single ? 1 : value.items.size();
  std::vector<weir_value>& items = values_->new_items(count);
  const std::string outer = path_;
  for (size_t i = 0; i < count; ++i) {
    if (!is_single) path_ = outer + "[" + std::to_string(i) + "]";
    read_value(option.children[0], is_single ? value : value.items[i], items[i]);
  }
  path_ = outer;
  into.items = items.data();
  into.item_count = count;
  into.present = 1;
}

void OptionReader::read_keyed(const weir_option& option, const YamlValue& value, weir_value& into) {
  if (!value.is_map()) {
    add_wrong_type(value, named(option), with_article(option_kind_name(option)), faults_);
    return;
  }
  std::vector<weir_value>& items = values_->new_items(value.entries.size());
  std::vector<weir_str>& keys = values_->new_keys(value.entries.size());
  const std::string outer = path_;
  for (size_t i = 0; i < value.entries.size(); ++i) {
    path_ = outer + "." + value.entries[i].key;
    keys[i] = values_->keep(value.entries[i].key);
    read_value(option.children[0], value.entries[i].value, items[i]);
  }
  path_ = outer;
  into.items = items.data();
  into.keys = keys.data();
  into.item_count = items.size();
  into.present = 1;
}

void OptionReader::read_struct(const weir_option& option, const YamlValue& value, weir_value& into) {
  if (!value.is_map()) {
    add_wrong_type(value, named(option),
                   "a map with " + list_words(names_of(option.children, option.child_count)), faults_);
    return;
  }
  std::vector<weir_value>& items = values_->new_items(option.child_count);
  std::vector<weir_str>& keys = values_->new_keys(option.child_count);
  for (uint32_t i = 0; i < option.child_count; ++i) keys[i] = option.children[i].name;
  read_map(option.children, option.child_count, value, "'" + path_ + "'", value.place, {}, items);
  into.items = items.data();
  into.keys = keys.data();
  into.item_count = items.size();
  into.present = 1;
}

bool OptionReader::fits(const weir_option& option, const YamlValue& value) {
  switch (option.kind) {
    case WEIR_OPTION_LIST:
      return value.is_list();
    case WEIR_OPTION_MAP:
      return value.is_map();
    case WEIR_OPTION_STRUCT:
      if (!value.is_map()) return false;
      return std::ranges::all_of(value.entries, [&](const YamlEntry& entry) {
        const std::vector<std::string> names = names_of(option.children, option.child_count);
        return std::ranges::find(names, entry.key) != names.end();
      });
    case WEIR_OPTION_TYPE:
    case WEIR_OPTION_FORMAT:
      return value.is_scalar() || (value.is_map() && value.find("type") != nullptr);
    case WEIR_OPTION_ANY:
      return true;
    case WEIR_OPTION_BOOL:
      return value.is_scalar() && parse_bool(value.text).is_ok();
    case WEIR_OPTION_INT:
      return value.is_scalar() && parse_int64(value.text).is_ok();
    case WEIR_OPTION_FLOAT:
      return value.is_scalar() && parse_float64(value.text).is_ok();
    case WEIR_OPTION_DURATION:
      return value.is_scalar() && parse_duration(value.text).is_ok();
    case WEIR_OPTION_CHOICE:
      for (uint32_t i = 0; i < option.choice_count; ++i) {
        if (value.is_scalar() && as_view(option.choices[i]) == value.text) return true;
      }
      return false;
    default:
      return value.is_scalar();
  }
}

void OptionReader::read_one_of(const weir_option& option, const YamlValue& value, weir_value& into) {
  const auto* const end = option.children + option.child_count;
  const bool has_exact = std::any_of(option.children, end, [&](const weir_option& child) {
    return child.kind != WEIR_OPTION_TYPE && child.kind != WEIR_OPTION_FORMAT && fits(child, value);
  });
  // A map that fits no shape: the faults of the first shape that is a map say what is wrong with it.
  for (uint32_t i = 0; value.is_map() && !has_exact && i < option.child_count; ++i) {
    if (option.children[i].kind != WEIR_OPTION_STRUCT) continue;
    read_value(option.children[i], value, into);
    into.variant = i;
    return;
  }
  for (uint32_t i = 0; i < option.child_count; ++i) {
    if (!fits(option.children[i], value)) continue;
    read_value(option.children[i], value, into);
    into.variant = i;
    return;
  }
  add_wrong_type(value, named(option), with_article(option_kind_name(option)), faults_);
}

void OptionReader::read_any(const YamlValue& value, weir_value& into) {
  into.struct_size = sizeof(weir_value);
  into.place = values_->keep(value.place.to_string());
  into.present = value.is_null() ? 0 : 1;
  has_faulty_ = has_faulty_ || value.is_faulty;
  into.kind = WEIR_OPTION_STRING;
  into.text = values_->keep(value.text);
  if (value.is_list()) {
    into.kind = WEIR_OPTION_LIST;
    std::vector<weir_value>& items = values_->new_items(value.items.size());
    for (size_t i = 0; i < items.size(); ++i) read_any(value.items[i], items[i]);
    into.items = items.data();
    into.item_count = items.size();
  }
  if (!value.is_map()) return;
  into.kind = WEIR_OPTION_MAP;
  std::vector<weir_value>& items = values_->new_items(value.entries.size());
  std::vector<weir_str>& keys = values_->new_keys(value.entries.size());
  for (size_t i = 0; i < items.size(); ++i) {
    keys[i] = values_->keep(value.entries[i].key);
    read_any(value.entries[i].value, items[i]);
  }
  into.items = items.data();
  into.keys = keys.data();
  into.item_count = items.size();
}

}  // namespace weir
