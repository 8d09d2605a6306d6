#include "plan/column_labels.hpp"

#include <algorithm>
#include <string>
#include <weir/c_schema.hpp>
#include <weir/did_you_mean.hpp>

namespace weir {
namespace {

constexpr const char* kSensitivity = "weir.sensitivity";
constexpr std::string_view kLabelPrefix = "weir.";

/// From the mildest to the most personal.
const std::vector<std::string> kSensitivities = {"none", "sensitive", "quasi", "direct"};

size_t rank(std::string_view sensitivity) {
  return static_cast<size_t>(std::ranges::find(kSensitivities, sensitivity) - kSensitivities.begin());
}

void carry(const Field& from, uint32_t derivation, Field& to) {
  for (const auto& [key, value] : from.metadata) {
    if (!std::string_view(key).starts_with(kLabelPrefix)) continue;
    if (key != kSensitivity) {
      to.set_metadata(key, value);
      continue;
    }
    std::string carried = value;
    if (carried == "direct" && derivation == WEIR_DERIVED_PSEUDONYMISED) carried = "quasi";
    if (derivation == WEIR_DERIVED_AGGREGATED && (carried == "direct" || carried == "quasi")) continue;
    const std::string_view known = to.metadata_value(kSensitivity);
    if (known.empty() || rank(known) < rank(carried)) to.set_metadata(kSensitivity, carried);
  }
}

}  // namespace

Schema labelled_output(const weir_output_port& port, const std::vector<const Schema*>& inputs) {
  Schema schema;
  schema.event_time = port.event_time;
  for (uint32_t i = 0; i < port.column_count; ++i) {
    const weir_output_column& column = port.columns[i];
    Field field = to_field(column.field);
    // A component that copies its input's column has copied the label too, which is milder now.
    if (column.derivation == WEIR_DERIVED_PSEUDONYMISED || column.derivation == WEIR_DERIVED_AGGREGATED)
      std::erase_if(field.metadata, [](const auto& entry) { return entry.first == kSensitivity; });
    if (column.derivation == WEIR_DERIVED_UNKNOWN) {
      for (const Schema* const input : inputs) {
        for (const Field& from : input->fields) carry(from, column.derivation, field);
      }
    }
    for (uint32_t k = 0; k < column.from_count; ++k) {
      const weir_column_id& from = column.from[k];
      carry(inputs[from.port]->fields[from.column], column.derivation, field);
    }
    schema.fields.push_back(std::move(field));
  }
  return schema;
}

void add_labels(const Schema& from, Schema& to) {
  for (Field& field : to.fields) {
    if (const auto same = from.find(field.name)) carry(from[*same], WEIR_DERIVED_SAME, field);
  }
}

namespace {

// A free label may be any word, but one letter off a sensitivity it would leave a person's data unprotected.
bool is_misspelt_sensitivity(const Given<std::string>& label, FaultList& faults) {
  const auto meant = std::ranges::find_if(
      kSensitivities, [&](const std::string& word) { return edit_distance(word, label.value) == 1; });
  if (meant == kSensitivities.end()) return false;
  faults.error(label.place, "misspelt-label",
               "'" + label.value + "' is one letter off the sensitivity '" + *meant + "'",
               "did you mean '" + *meant + "'?");
  return true;
}

}  // namespace

void declare_labels(const NodeSpec& node, std::vector<Schema>& outputs, FaultList& faults) {
  for (const LabelSpec& declared : node.labels) {
    bool is_found = false;
    std::vector<std::string> names;
    for (Schema& output : outputs) {
      for (Field& field : output.fields) {
        names.push_back(field.name);
        if (field.name != declared.column) continue;
        is_found = true;
        for (const Given<std::string>& label : declared.labels) {
          if (is_misspelt_sensitivity(label, faults)) continue;
          const bool is_sensitivity = std::ranges::find(kSensitivities, label.value) != kSensitivities.end();
          is_sensitivity ? field.set_metadata(kSensitivity, label.value)
                         : field.set_metadata("weir.label." + label.value, "true");
        }
      }
    }
    if (is_found) continue;
    faults.error(declared.place, "unknown-column",
                 "labels: no column '" + declared.column + "' in the output of '" + node.name + "' (" +
                     list_words(names) + ")",
                 did_you_mean(declared.column, names));
  }
}

}  // namespace weir
