#pragma once
// The text of a first pipeline over some files: what they hold, and one small answer.
#include <string>
#include <vector>
#include <weir/schema.hpp>

#include "cli/row_cells.hpp"

namespace weir {

/// What a first pipeline is made of.
struct FirstPipeline {
  std::string name;              ///< Of the pipeline: [a-z][a-z0-9_-]*.
  std::string path;              ///< As the YAML has it.
  std::string format;            ///< A component's name.
  bool declares_columns = true;  ///< The format takes `columns`.
  Schema columns;                ///< Inferred.
  std::vector<RowCells> sample;  ///< Some rows of them.
  bool has_report = true;        ///< There is a sink `report`.
  /// The name, as a node may have it.
  std::string name_of_source() const;
};

/// A label, and the column that it is suggested for.
struct SuggestedLabel {
  std::string column;
  std::string label;
};

std::vector<SuggestedLabel> suggest_labels(const FirstPipeline& pipeline);

/// Returns the YAML: the source with its columns, labels and event time; rows counted by the column that has
/// few different values and by the time; a CSV file and a report of them; rejected rows.
std::string first_pipeline_yaml(const FirstPipeline& pipeline);

/// Returns a text as YAML, in quotes where it needs them.
std::string yaml_word(const std::string& text);

}  // namespace weir
