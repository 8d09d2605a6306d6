#include "json_row.hpp"

#include <weir/numbers.hpp>

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "json_path.hpp"
#include "value_reader.hpp"

namespace weir::formats {
namespace {

namespace ondemand = simdjson::ondemand;

/// A column that is still looked for, and the rest of its path.
struct Sought {
  size_t reader;
  std::string_view path;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  return text;
}

std::string_view kind_name(ondemand::json_type type) {
  switch (type) {
    case ondemand::json_type::array:
      return "an array";
    case ondemand::json_type::object:
      return "an object";
    case ondemand::json_type::number:
      return "a number";
    case ondemand::json_type::string:
      return "a string";
    case ondemand::json_type::boolean:
      return "a boolean";
    default:
      return "null";
  }
}

bool takes_json_strings(Type type) {
  return type == Type::kString || type == Type::kBinary || type == Type::kTimestamp ||
         type == Type::kDate32 || type == Type::kDecimal128;
}

}  // namespace

struct JsonRowReader::Impl {
  ondemand::parser parser;
  simdjson::dom::parser validator;
  std::string padded;
  std::vector<ValueReader> readers;
  std::vector<Sought> all;
  std::vector<std::vector<Sought>> levels;  // One for each depth, so that rows allocate nothing.
  std::vector<size_t> whole;                // Readers of "$".
  const uint8_t* readable_end = nullptr;
  RecordFault* fault = nullptr;

  bool fail(std::string_view code, std::string message, std::string_view column = {}) {
    fault->code = code;
    fault->message = std::move(message);
    fault->column = column;
    return false;
  }
  bool not_json(simdjson::error_code error) {
    if (error == simdjson::UTF8_ERROR)
      return fail("bad-utf8", "found bytes that are not UTF-8, expected text; convert the input to UTF-8");
    return fail("bad-json", std::string("found what is no JSON: ") + simdjson::error_message(error));
  }

  bool no_records(std::string_view path) {
    return fail("no-records", "found nothing at '" + std::string(path) + "', expected an array of records");
  }

  /// simdjson reads past the end of a text: one without room behind it is copied.
  std::string_view with_padding(std::string_view text) {
    const auto* end = reinterpret_cast<const uint8_t*>(text.data()) + text.size();
    if (readable_end - end >= static_cast<ptrdiff_t>(simdjson::SIMDJSON_PADDING)) return text;
    padded.assign(text);
    padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
    return padded;
  }

  bool is_valid(std::string_view text, simdjson::error_code& error) {
    error = validator.parse(text.data(), text.size(), true).error();
    return error == simdjson::SUCCESS;
  }

  bool wrong_kind(const ValueReader& reader, ondemand::json_type type, std::string_view text) {
    const PlannedColumn& column = reader.column();
    std::string message =
        "found " + std::string(kind_name(type)) + " " + shown(text) + ", expected " + column.type.to_string();
    if (type == ondemand::json_type::number && column.type.type == Type::kTimestamp)
      message += " as text; for a number say 'format: unix_s', 'unix_ms' or 'unix_us'";
    return fail("wrong-type", std::move(message), column.name);
  }

  bool put(ValueReader& reader, BatchWriter& writer, std::string_view text) {
    writer.forget_null(reader.index());
    if (reader.read(writer, text)) return true;
    return fail(reader.fault_code(), reader.fault_message(text), reader.column().name);
  }
  bool put_copy(ValueReader& reader, BatchWriter& writer, std::string_view text) {
    writer.forget_null(reader.index());
    if (reader.read_copy(writer, text)) return true;
    return fail(reader.fault_code(), reader.fault_message(text), reader.column().name);
  }

  bool read_string(ValueReader& reader, BatchWriter& writer, ondemand::value value) {
    const std::string_view token = trimmed(value.raw_json_token());
    std::string_view text;
    if (const auto error = value.get_string().get(text)) return not_json(error);
    if (!takes_json_strings(reader.column().type.type))
      return wrong_kind(reader, ondemand::json_type::string, text);
    // Without an escape the text stands in the input as it is and need not be copied.
    if (token.size() == text.size() + 2) return put(reader, writer, token.substr(1, text.size()));
    return put_copy(reader, writer, text);
  }

  bool read_number(ValueReader& reader, BatchWriter& writer, ondemand::value value) {
    const std::string_view token = trimmed(value.raw_json_token());
    double number = 0;
    if (const auto error = value.get_double().get(number)) return not_json(error);
    const Type type = reader.column().type.type;
    const bool is_unix_time =
        type == Type::kTimestamp && reader.column().format && reader.column().format->unix_scale() != 0;
    if (!is_number(type) && type != Type::kString && !is_unix_time)
      return wrong_kind(reader, ondemand::json_type::number, token);
    if (is_integer(type) && token.find_first_of(".eE") != std::string_view::npos &&
        std::trunc(number) == number && std::abs(number) < 9e15)  // 1.0 and 1e3 are whole, too.
      return put(reader, writer, std::to_string(static_cast<int64_t>(number)));
    return put(reader, writer, token);
  }

  bool read_bool(ValueReader& reader, BatchWriter& writer, ondemand::value value) {
    bool is_true = false;
    if (const auto error = value.get_bool().get(is_true)) return not_json(error);
    const std::string_view text = is_true ? "true" : "false";
    const Type type = reader.column().type.type;
    if (type != Type::kBool && type != Type::kString)
      return wrong_kind(reader, ondemand::json_type::boolean, text);
    return put(reader, writer, text);
  }

  bool read_container(ValueReader& reader, BatchWriter& writer, ondemand::json_type type,
                      std::string_view text) {
    if (reader.column().type.type != Type::kString) return wrong_kind(reader, type, text);
    simdjson::error_code error{};
    if (!is_valid(text, error)) return not_json(error);
    return put(reader, writer, text);
  }

  bool read_value(ValueReader& reader, BatchWriter& writer, ondemand::value value,
                  const std::vector<Sought>* beneath, size_t depth) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return not_json(error);
    switch (type) {
      case ondemand::json_type::string:
        return read_string(reader, writer, value);
      case ondemand::json_type::number:
        return read_number(reader, writer, value);
      case ondemand::json_type::boolean:
        return read_bool(reader, writer, value);
      case ondemand::json_type::array: {
        ondemand::array array;
        if (const auto error = value.get_array().get(array)) return not_json(error);
        std::string_view text;
        if (const auto error = array.raw_json().get(text)) return not_json(error);
        return read_container(reader, writer, type, trimmed(text));
      }
      case ondemand::json_type::object: {
        ondemand::object object;
        if (const auto error = value.get_object().get(object)) return not_json(error);
        std::string_view text;
        if (const auto error = object.raw_json().get(text)) return not_json(error);
        if (!read_container(reader, writer, type, trimmed(text))) return false;
        if (beneath->empty()) return true;
        if (const auto error = object.reset().error()) return not_json(error);
        return read_object(writer, object, *beneath, depth + 1);
      }
      default: {
        bool is_null = false;
        if (const auto error = value.is_null().get(is_null)) return not_json(error);
        if (!is_null) return not_json(simdjson::N_ATOM_ERROR);
        writer.put_null(reader.index());
        return true;
      }
    }
  }

  bool read_beneath(BatchWriter& writer, ondemand::value value, size_t depth) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return not_json(error);
    if (type != ondemand::json_type::object) return true;  // There is nothing of that path: null.
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return not_json(error);
    return read_object(writer, object, levels[depth], depth + 1);
  }

  bool read_object(BatchWriter& writer, ondemand::object object, const std::vector<Sought>& sought,
                   size_t depth) {
    std::vector<Sought>& beneath = levels[depth];
    for (auto field_result : object) {
      ondemand::field field;
      if (const auto error = std::move(field_result).get(field)) return not_json(error);
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key)) return not_json(error);
      beneath.clear();
      size_t exact = SIZE_MAX;
      for (const Sought& one : sought) {
        if (!one.path.starts_with(key)) continue;
        if (one.path.size() == key.size()) {
          exact = one.reader;
        } else if (one.path[key.size()] == '.') {
          beneath.push_back({one.reader, one.path.substr(key.size() + 1)});
        }
      }
      if (exact != SIZE_MAX) {
        if (!read_value(readers[exact], writer, field.value(), &beneath, depth)) return false;
      } else if (!beneath.empty()) {
        if (!read_beneath(writer, field.value(), depth)) return false;
      }
    }
    return true;
  }

  /// Puts one item of a document. `text` becomes its bytes.
  bool read_record(BatchWriter& writer, ondemand::value value, std::string_view& text) {
    writer.set_all_null();
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return not_json(error);
    if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (const auto error = value.get_object().get(object)) return not_json(error);
      if (const auto error = object.raw_json().get(text)) return not_json(error);
      text = trimmed(text);
      if (!put_whole(writer, text)) return false;
      if (const auto error = object.reset().error()) return not_json(error);
      return read_object(writer, object, all, 0);
    }
    if (type == ondemand::json_type::array) {
      ondemand::array array;
      if (const auto error = value.get_array().get(array)) return not_json(error);
      if (const auto error = array.raw_json().get(text)) return not_json(error);
    } else {
      text = value.raw_json_token();
    }
    text = trimmed(text);
    return put_plain(writer, type, text);
  }
  bool put_whole(BatchWriter& writer, std::string_view text) {
    return std::ranges::all_of(whole, [&](size_t reader) { return put(readers[reader], writer, text); });
  }
  /// Puts a record that is no object.
  bool put_plain(BatchWriter& writer, ondemand::json_type type, std::string_view text) {
    if (all.empty() && !whole.empty()) return put_whole(writer, text);
    return fail("not-an-object",
                "found " + std::string(kind_name(type)) + " " + shown(text) + ", expected an object");
  }
};

JsonRowReader::JsonRowReader(const ColumnPlan& plan, const uint8_t* readable_end)
    : impl_(std::make_unique<Impl>()) {
  impl_->readable_end = readable_end;
  size_t depth = 1;
  for (size_t i = 0; i < plan.columns.size(); ++i) {
    const PlannedColumn& column = plan.columns[i];
    if (!column.is_wanted) continue;
    if (column.path == "$") {
      impl_->whole.push_back(impl_->readers.size());
    } else {
      impl_->all.push_back({impl_->readers.size(), column.path});
      depth = std::max(depth, 1 + static_cast<size_t>(std::ranges::count(column.path, '.')));
    }
    // simdjson checks that the bytes are UTF-8 in its first pass.
    impl_->readers.emplace_back(column, i, true);
  }
  impl_->levels.resize(depth + 1);
}

JsonRowReader::~JsonRowReader() = default;

bool JsonRowReader::read(BatchWriter& writer, std::string_view text, bool is_whole_checked,
                         RecordFault& fault) {
  Impl& it = *impl_;
  it.fault = &fault;
  text = it.with_padding(text);
  if (is_whole_checked || !it.whole.empty()) {
    if (const auto error = it.validator.parse(text.data(), text.size(), false).error())
      return it.not_json(error);
  }
  writer.set_all_null();
  ondemand::document document;
  if (const auto error =
          it.parser.iterate(text.data(), text.size(), text.size() + simdjson::SIMDJSON_PADDING).get(document))
    return it.not_json(error);
  ondemand::json_type type{};
  if (const auto error = document.type().get(type)) return it.not_json(error);
  if (type != ondemand::json_type::object) {
    if (simdjson::error_code error{}; !it.is_valid(text, error)) return it.not_json(error);
    return it.put_plain(writer, type, trimmed(text));
  }
  if (!it.put_whole(writer, trimmed(text))) return false;
  ondemand::object object;
  if (const auto error = document.get_object().get(object)) return it.not_json(error);
  if (!it.read_object(writer, object, it.all, 0)) return false;
  if (document.current_location().error() != simdjson::OUT_OF_BOUNDS)
    return it.not_json(simdjson::TRAILING_CONTENT);
  return true;
}

bool JsonRowReader::read_document(BatchWriter& writer, std::string_view text, std::string_view records,
                                  const std::function<void(std::string_view)>& ends_row,
                                  const std::function<void(std::string_view, const RecordFault&)>& rejects,
                                  RecordFault& fault) {
  Impl& it = *impl_;
  it.fault = &fault;
  const std::string_view padded = it.with_padding(text);
  const auto place = [&](std::string_view part) {
    return text.substr(static_cast<size_t>(part.data() - padded.data()), part.size());
  };
  if (const auto error = it.validator.parse(padded.data(), padded.size(), false).error())
    return it.not_json(error);
  // Row by row the validator is asked again, for texts within the document.
  ondemand::document document;
  if (const auto error =
          it.parser.iterate(padded.data(), padded.size(), padded.size() + simdjson::SIMDJSON_PADDING)
              .get(document))
    return it.not_json(error);
  const auto one = [&](ondemand::value value) {
    std::string_view part;
    if (it.read_record(writer, value, part)) {
      ends_row(place(part));
    } else {
      rejects(place(part), fault);
    }
  };
  const auto all_of = [&](ondemand::array array) {
    for (auto item : array) {
      ondemand::value value;
      if (const auto error = std::move(item).get(value)) return it.not_json(error);
      one(value);
    }
    return true;
  };
  ondemand::json_type type{};
  if (const auto error = document.type().get(type)) return it.not_json(error);
  const std::vector<std::string_view> steps = json_path_steps(records);
  if (type == ondemand::json_type::array && steps.empty()) {
    ondemand::array array;
    if (const auto error = document.get_array().get(array)) return it.not_json(error);
    return all_of(array);
  }
  ondemand::value value;
  if (steps.empty() && type != ondemand::json_type::object) {  // A value alone: simdjson has no value of it.
    writer.set_all_null();
    if (it.put_plain(writer, type, trimmed(text))) {
      ends_row(text);
    } else {
      rejects(text, fault);
    }
    return true;
  }
  if (steps.empty()) {
    if (const auto error = document.get_value().get(value)) return it.not_json(error);
    one(value);
    return true;
  }
  ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return it.no_records(records);
  for (size_t i = 0; i < steps.size(); ++i) {
    if (object.find_field_unordered(steps[i]).get(value) != simdjson::SUCCESS) return it.no_records(records);
    if (i + 1 < steps.size() && value.get_object().get(object) != simdjson::SUCCESS)
      return it.no_records(records);
  }
  if (const auto error = value.type().get(type)) return it.not_json(error);
  if (type != ondemand::json_type::array) {
    one(value);
    return true;
  }
  ondemand::array array;
  if (const auto error = value.get_array().get(array)) return it.not_json(error);
  return all_of(array);
}

}  // namespace weir::formats
