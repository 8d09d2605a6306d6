#pragma once
// What a test tries: a node of one component, or a format, a function or an aggregate inside a node.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weir::test {

/// How the pipeline around the node differs from the usual one.
struct Settings {
  std::vector<std::string> outputs = {"out"};  ///< Data outputs that the test reads, its first one first.
  std::string event_time = {};                 ///< A column of each input that has it; empty: none.
  std::string max_delay = "0s";                ///< With event_time.
  bool is_endless = false;                     ///< The input has no end, so windows close by the watermark.
  std::string first_bytes = {};                ///< Decoders that infer their columns get these first.
};

/// An input port and its columns: {"in", "t: float64, name: string"}.
using InputColumns = std::pair<std::string, std::string>;

struct Subject {
  enum class Kind { kSource, kTransform, kSink, kDecoder, kEncoder };
  Kind kind = Kind::kTransform;
  std::string name;
  std::string options;  ///< YAML, as it stands below `type:`; several lines or `a: 1`.
  std::vector<InputColumns> inputs = {};
  Settings settings = {};
};

inline Subject transform(std::string name, std::string options, std::string columns, Settings settings = {}) {
  return {Subject::Kind::kTransform,
          std::move(name),
          std::move(options),
          {{"in", std::move(columns)}},
          std::move(settings)};
}
/// One with named input ports.
inline Subject transform(std::string name, std::string options, std::vector<InputColumns> inputs,
                         Settings settings = {}) {
  return {Subject::Kind::kTransform, std::move(name), std::move(options), std::move(inputs),
          std::move(settings)};
}
inline Subject source(std::string name, std::string options, Settings settings = {}) {
  return {Subject::Kind::kSource, std::move(name), std::move(options), {}, std::move(settings)};
}
inline Subject sink(std::string name, std::string options, std::string columns, Settings settings = {}) {
  return {Subject::Kind::kSink,
          std::move(name),
          std::move(options),
          {{"in", std::move(columns)}},
          std::move(settings)};
}
/// The reading half of a format.
inline Subject decoder(std::string name, std::string options = {}, Settings settings = {}) {
  return {Subject::Kind::kDecoder, std::move(name), std::move(options), {}, std::move(settings)};
}
/// The writing half of a format.
inline Subject encoder(std::string name, std::string options, std::string columns, Settings settings = {}) {
  return {Subject::Kind::kEncoder,
          std::move(name),
          std::move(options),
          {{"in", std::move(columns)}},
          std::move(settings)};
}

namespace detail {
inline std::string quoted(const std::string& text) {
  std::string made = "'";
  for (const char c : text) made += c == '\'' ? "''" : std::string(1, c);
  return made + "'";
}
}  // namespace detail

/// An expression, such as one that calls a function of a plugin: its value is the column `result`, the only
/// one that comes out.
inline Subject expression(const std::string& text, std::string columns) {
  return transform("test_value", "value: " + detail::quoted(text), std::move(columns));
}
/// An aggregate over the whole input: its value is the column `result`.
inline Subject aggregate(const std::string& text, std::string columns) {
  return transform("aggregate", "compute: {result: " + detail::quoted(text) + "}", std::move(columns));
}

}  // namespace weir::test
