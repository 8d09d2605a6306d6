#pragma once
// A pipeline file -> PipelineSpec and everything that is wrong with it.
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weir/status.hpp>

#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Returns the bytes of a file. Paths are those of the files' texts, joined to the directory of the file.
using ReadFile = std::function<Result<std::string>(const std::string& path)>;
/// Returns the value of an environment variable.
using ReadEnvironment = std::function<std::optional<std::string>(const std::string& name)>;

struct LoadOptions {
  std::optional<std::string> environment;  ///< `--env NAME`.
  std::vector<std::pair<std::string, std::string>>
      variables;                               ///< `--var k=v`, in order; the last of a name counts.
  std::optional<std::string> variables_file;   ///< `--vars FILE`.
  ReadFile read_file;                          ///< Empty: reads the disk.
  ReadEnvironment read_environment;            ///< Empty: asks the process.
  std::optional<std::string> secret_stand_in;  ///< Every secret is this text, and none is read.
};

/// What was understood, and what was not. With errors the spec holds what could be read, so that the plan can
/// go on to find the faults that are none of the spec's.
struct LoadResult {
  PipelineSpec spec;
  FaultList faults;
  bool is_ok() const { return !faults.has_errors(); }
};

/// Reads a pipeline, its includes, its vars file and its secrets.
LoadResult load_pipeline(const std::string& path, const LoadOptions& options = {});

/// Reads a file from the disk. Fails: kNotFound, kIo; kInvalid for a directory or more than 64 MiB.
Result<std::string> read_file_from_disk(const std::string& path);

}  // namespace weir
