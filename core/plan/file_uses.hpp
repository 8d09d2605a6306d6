#pragma once
// Which files nodes read and write, by the paths that they name.
#include <weir/abi.h>

#include <string>
#include <vector>

#include "plan/option_values.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Finds sinks that would write over each other's files, or over what the pipeline reads. What a source or a
/// sink has as its option `path` counts, said or not; "-" is no file.
class FileUses {
 public:
  void add(const NodeSpec& node, const weir_component& component, const OptionValues& values);
  /// Adds a fault for each sink whose file is the pipeline's, or one that another node writes or reads.
  void check(const std::string& pipeline_file, FaultList& faults) const;

 private:
  struct Use {
    const NodeSpec* node;
    std::string text;  ///< As the component gets it.
    std::string path;  ///< The same, absolute and without "..".
    Place place;
  };
  void check_sink(const Use& sink, const std::string& pipeline_file, FaultList& faults) const;

  std::vector<Use> read_;
  std::vector<Use> written_;
};

}  // namespace weir
