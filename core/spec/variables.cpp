#include "spec/variables.hpp"

#include <cstdlib>
#include <utility>
#include <weir/did_you_mean.hpp>

#include "spec/reserved_words.hpp"
#include "telemetry/redact.hpp"

namespace weir {
namespace {

YamlValue text_value(std::string text, const Place& place) {
  YamlValue value;
  value.kind = YamlValue::Kind::kScalar;
  value.text = std::move(text);
  value.place = place;
  value.path_base = std::make_shared<const std::string>();  // The working directory.
  return value;
}

// Gives a copy of a variable's value the place of its use: that is where people look; the declaration
// follows.
void move_to(YamlValue& value, const Place& use, const std::string& note) {
  if (!value.path_base && value.place.is_known())
    value.path_base = std::make_shared<const std::string>(directory_of(value.place.file()));
  if (value.place.is_known()) {
    const Place declared = value.place;
    value.place = use;
    value.place.origin = std::make_shared<const Origin>(Origin{note, declared});
    if (use.origin) value.place = with_origin(value.place, use.origin->note, use.origin->place);
  } else {
    value.place = use;
  }
  value.text_offset.reset();
}

/// Whatever is printed from now on does not show it.
YamlValue secret_value(std::string text, const Place& place) {
  process_secrets().add(text);
  YamlValue value = text_value(std::move(text), place);
  value.is_secret = true;
  return value;
}

void drop_final_newline(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
}

/// Returns the offset of the '}' that closes the reference at `at`, which may hold others, or npos.
size_t end_of_reference(std::string_view text, size_t at) {
  size_t open = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') ++open;
    if (text[at] == '}' && --open == 0) return at;
  }
  return std::string_view::npos;
}

}  // namespace

bool has_reference(std::string_view text) { return text.find("${") != std::string_view::npos; }

void Variables::declare(const std::string& name, const Place& place, std::optional<YamlValue> value,
                        Variables* home) {
  declared_.insert_or_assign(
      name, Variable{.place = place, .value = std::move(value), .home = home == nullptr ? this : home});
}

void Variables::declare_final(const std::string& name, const Place& place, YamlValue value) {
  declare(name, place, std::move(value));
  declared_.find(name)->second.stage = Stage::kComputed;
}

void Variables::replace_in(YamlValue& value) {
  if (value.is_scalar()) replace_in_scalar(value);
  for (YamlValue& item : value.items) replace_in(item);
  for (YamlEntry& entry : value.entries) {
    if (has_reference(entry.key))
      faults_.error(entry.key_place, "variable-in-key", "variables are not replaced in keys",
                    "put the '${...}' into a value");
    replace_in(entry.value);
  }
}

void Variables::replace_in_scalar(YamlValue& scalar) {
  const std::string source = scalar.text;
  if (source.find('$') == std::string::npos) return;
  std::string out;
  bool is_secret = scalar.is_secret;
  for (size_t i = 0; i < source.size();) {
    const bool is_dollar = source[i] == '$' && i + 1 < source.size();
    if (!is_dollar || (source[i + 1] != '$' && source[i + 1] != '{')) {
      out += source[i++];
      continue;
    }
    if (source[i + 1] == '$') {
      out += '$';
      i += 2;
      continue;
    }
    const size_t end = end_of_reference(source, i);
    if (end == std::string::npos) {
      faults_.error(place_in(scalar, i, 2), "bad-variable", "this '${' is not closed with '}'",
                    "write '$$' for a '$' that is meant as such");
      scalar.is_faulty = true;
      return;
    }
    const Reference reference = {std::string_view(source).substr(i + 2, end - i - 2), i, end + 1 - i};
    std::optional<YamlValue> found = find(reference, scalar);
    if (!found) {
      scalar.is_faulty = true;
      return;
    }
    if (reference.length == source.size()) {
      scalar = std::move(*found);
      return;
    }
    if (!found->is_scalar()) {
      faults_.error(
          place_in(scalar, i, reference.length), "wrong-type",
          "'${" + std::string(reference.text) + "}' is " + describe(*found) + " and cannot be part of a text",
          "let the whole value be '${" + std::string(reference.text) + "}'");
      scalar.is_faulty = true;
      return;
    }
    if (i == 0) scalar.path_base = found->path_base;
    is_secret = is_secret || found->is_secret;
    out += found->text;
    i = end + 1;
  }
  if (out != source) scalar.text_offset.reset();
  scalar.text = std::move(out);
  scalar.is_secret = is_secret;
}

std::optional<YamlValue> Variables::find(const Reference& reference, const YamlValue& scalar) {
  const std::string_view text = reference.text;
  const Place place = place_in(scalar, reference.offset, reference.length);
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return find_variable(reference, place);
  const std::string_view kind = text.substr(0, colon);
  const std::string_view rest = text.substr(colon + 1);
  if (kind == "env") return find_environment(rest, place);
  if (kind == "secret") return find_secret(rest, scalar, place);
  const std::string hint =
      rest.starts_with('-')
          ? "write ${" + std::string(kind) + "} and give the variable a default under 'vars'"
          : "write ${name}, ${env:NAME}, ${secret:file:PATH} or ${secret:env:NAME}";
  faults_.error(place, "bad-variable", "'${" + std::string(text) + "}' is no variable", hint);
  return std::nullopt;
}

std::optional<YamlValue> Variables::find_variable(const Reference& reference, const Place& place) {
  const std::string name(reference.text);
  if (!is_node_name(name)) {
    faults_.error(
        place, "bad-variable", "'${" + name + "}' is no variable: names are [a-z][a-z0-9_]*",
        environment(name) ? "write ${env:" + name + "} for the environment's" : did_you_mean(name, names()));
    return std::nullopt;
  }
  for (Variables* scope = this; scope != nullptr; scope = scope->outer_) {
    const auto found = scope->declared_.find(name);
    if (found == scope->declared_.end()) continue;
    std::optional<YamlValue> value = scope->compute(name, found->second, place);
    if (value) move_to(*value, place, "the value comes from here");
    return value;
  }
  add_unknown(name, place);
  return std::nullopt;
}

std::optional<YamlValue> Variables::compute(const std::string& name, Variable& variable, const Place& place) {
  if (variable.stage == Stage::kComputing || !variable.value) {
    const bool is_circle = variable.stage == Stage::kComputing;
    if (!std::exchange(variable.is_reported, true)) {
      Fault& fault =
          is_circle ? faults_.error(variable.place, "variable-cycle",
                                    "the variable '" + name + "' is made of itself")
                    : faults_.error(place, "missing-variable", "the variable '" + name + "' has no value",
                                    "run with --var " + name + "=..., or give it a default");
      if (!is_circle) fault.second = FaultNote{"declared here", variable.place};
    }
    return std::nullopt;
  }
  if (variable.stage == Stage::kDeclared) {
    variable.stage = Stage::kComputing;
    YamlValue value = *variable.value;
    variable.home->replace_in(value);
    if (variable.is_reported) value.is_faulty = true;
    variable.value = std::move(value);
    variable.stage = Stage::kComputed;
  }
  variable.is_used = true;
  return variable.value->is_faulty ? std::nullopt : variable.value;
}

void Variables::add_unknown(std::string_view name, const Place& place) {
  if (!reported_.insert(std::string(name)).second) return;
  std::string hint = did_you_mean(name, names());
  if (hint.empty())
    hint = environment(name) ? "write ${env:" + std::string(name) + "} for the environment's"
                             : "declare it: 'vars: {" + std::string(name) + ": {default: ...}}'";
  faults_.error(place, "unknown-variable", "there is no variable '" + std::string(name) + "'",
                std::move(hint));
}

std::optional<std::string> Variables::environment(std::string_view name) const {
  if (options_.read_environment) return options_.read_environment(std::string(name));
  const char* value = std::getenv(std::string(name).c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<YamlValue> Variables::find_environment(std::string_view name, const Place& place) {
  if (std::optional<std::string> value = environment(name); value && !name.empty())
    return text_value(std::move(*value), place);
  faults_.error(place, "missing-environment",
                "the environment variable '" + std::string(name) + "' is not set",
                "set it, or use a variable with a default");
  return std::nullopt;
}

std::optional<YamlValue> Variables::find_secret(std::string_view what, const YamlValue& scalar,
                                                const Place& place) {
  const bool is_file = what.starts_with("file:");
  if (!is_file && !what.starts_with("env:")) {
    faults_.error(place, "bad-variable", "'${secret:" + std::string(what) + "}' names no secret",
                  "write ${secret:file:PATH} or ${secret:env:NAME}");
    return std::nullopt;
  }
  if (options_.secret_stand_in) {
    YamlValue value = text_value(*options_.secret_stand_in, place);
    value.is_secret = true;
    return value;
  }
  if (is_file) return find_secret_file(what.substr(5), scalar, place);
  YamlValue named = scalar;
  named.text = std::string(what.substr(4));
  if (!replace_in_name(named, place)) return std::nullopt;
  const std::string& name = named.text;
  std::optional<std::string> secret = environment(name);
  if (!secret) {
    faults_.error(place, "missing-secret", "the secret's environment variable '" + name + "' is not set");
    return std::nullopt;
  }
  return secret_value(std::move(*secret), place);
}

bool Variables::replace_in_name(YamlValue& named, const Place& place) {
  if (!has_reference(named.text)) return true;
  named.text_offset.reset();
  named.place = place;
  replace_in_scalar(named);
  if (!named.is_faulty && named.is_scalar() && !named.is_secret) return true;
  if (!named.is_faulty)
    faults_.error(place, "wrong-type", "the name of a secret is a text, found " + describe(named));
  return false;
}

std::optional<YamlValue> Variables::find_secret_file(std::string_view path, const YamlValue& scalar,
                                                     const Place& place) {
  YamlValue named = scalar;
  named.text = std::string(path);
  if (!replace_in_name(named, place)) return std::nullopt;
  const std::string resolved = resolve_path(named);
  Result<std::string> secret =
      options_.read_file ? options_.read_file(resolved) : read_file_from_disk(resolved);
  if (!secret.is_ok()) {
    const std::string why = secret.status().code() == Code::kNotFound ? "does not exist" : "cannot be read";
    faults_.error(place, "missing-secret", "the secret file '" + resolved + "' " + why,
                  why == "does not exist" ? "make one: weir new key " + resolved
                                          : std::string(secret.status().message()));
    return std::nullopt;
  }
  std::string text = std::move(secret).value();
  drop_final_newline(text);
  return secret_value(std::move(text), place);
}

std::vector<std::string> Variables::names() const {
  std::vector<std::string> names;
  for (const Variables* scope = this; scope != nullptr; scope = scope->outer_)
    for (const auto& [name, variable] : scope->declared_) names.push_back(name);
  return names;
}

std::vector<std::pair<std::string, std::string>> Variables::used() const {
  std::vector<std::pair<std::string, std::string>> used;
  for (const auto& [name, variable] : declared_) {
    const bool is_shown =
        variable.is_used && variable.value && variable.value->is_scalar() && !variable.value->is_secret;
    if (is_shown) used.emplace_back(name, variable.value->text);
  }
  return used;
}

}  // namespace weir
