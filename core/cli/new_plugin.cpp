// weir new plugin NAME --kind KIND: a folder with a component, its test and a pipeline, to build and to grow.
#include "cli/new_plugin.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "cli/scaffold.hpp"
#include "world/world.hpp"

namespace weir {
namespace {

struct NewPlugin {
  std::string name;
  std::string kind;
};

/// Where this binary is installed with its SDK; in a build tree a word for it.
std::string prefix_of_sdk() {
  std::error_code error;
  const auto prefix = std::filesystem::read_symlink("/proc/self/exe", error).parent_path().parent_path();
  return std::filesystem::exists(prefix / "lib/cmake/weir-sdk", error) ? prefix.string() : "PREFIX";
}

Status write_plugin(Disk& disk, const NewPlugin& wanted) {
  WEIR_RETURN_IF_ERROR(check_plugin_name(wanted.name));
  WEIR_ASSIGN_OR_RETURN(const FileInfo there, disk.stat(wanted.name));
  if (there.exists())
    return Status(Code::kExists, "'" + wanted.name + "' exists already; nothing was written");
  WEIR_RETURN_IF_ERROR(disk.make_dir(wanted.name, 0755));
  for (const auto& [name, text] : scaffold(wanted.kind, wanted.name, prefix_of_sdk())) {
    WEIR_ASSIGN_OR_RETURN(const auto file, disk.open(wanted.name + "/" + name, OpenMode::kNew, 0644));
    WEIR_RETURN_IF_ERROR(file->append(text));
    WEIR_RETURN_IF_ERROR(file->close());
  }
  return {};
}

ExitCode new_plugin(const NewPlugin& wanted) {
  World world = real_world();
  const Status status = write_plugin(world.disk, wanted);
  if (!status.is_ok()) {
    std::fprintf(stderr, "weir new plugin: %s\n", std::string(status.message()).c_str());
    return status.code() == Code::kInvalid ? ExitCode::kUsage : ExitCode::kFailed;
  }
  std::printf("wrote %s; %s/README.md says how to build, test and run it\n", wanted.name.c_str(),
              wanted.name.c_str());
  return ExitCode::kDone;
}

}  // namespace

void add_new_plugin(CLI::App& verb, Chosen& chosen) {
  const auto wanted = std::make_shared<NewPlugin>();
  CLI::App* const plugin = verb.add_subcommand("plugin", "Write a folder with a new plugin");
  plugin->add_option("NAME", wanted->name, "What the component is called, and the folder")->required();
  plugin->add_option("--kind", wanted->kind, "source, transform, sink, format, function or aggregate")
      ->required()
      ->check(CLI::IsMember({"source", "transform", "sink", "format", "function", "aggregate"}));
  plugin->callback([wanted, &chosen] { chosen.run = [wanted] { return new_plugin(*wanted); }; });
}

}  // namespace weir
