// weir new key FILE: a secret for pseudonymize; weir new plugin NAME --kind KIND: a plugin to grow.
#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>
#include <memory>

#include "cli/new_plugin.hpp"
#include "cli/verb.hpp"
#include "world/world.hpp"

namespace weir {
namespace {

constexpr size_t kKeyBytes = 32;

/// Writes 64 hex digits to a new file that only its owner can read.
Status write_key(World& world, const std::string& path) {
  std::array<unsigned char, kKeyBytes> bytes{};
  world.random.fill(bytes.data(), bytes.size());
  std::string text;
  for (const unsigned char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof(digits), "%02x", static_cast<unsigned>(byte));
    text += digits;
  }
  WEIR_ASSIGN_OR_RETURN(const auto file, world.disk.open(path, OpenMode::kNew, 0600));
  WEIR_RETURN_IF_ERROR(file->append(text + "\n"));
  WEIR_RETURN_IF_ERROR(file->sync());
  return file->close();
}

ExitCode new_key(const std::string& path) {
  World world = real_world();
  const Status status = write_key(world, path);
  if (!status.is_ok()) {
    std::fprintf(stderr, "weir new key: %s\n", std::string(status.message()).c_str());
    return ExitCode::kFailed;
  }
  std::printf("wrote %s; keep it: without it pseudonyms can never be made alike again\n", path.c_str());
  return ExitCode::kDone;
}

}  // namespace

void add_new_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb = app.add_subcommand("new", "Make a pipeline, a plugin or a key");
  verb->require_subcommand(1);
  const auto path = std::make_shared<std::string>();
  CLI::App* const key = verb->add_subcommand("key", "Write a new secret key that only you can read");
  key->add_option("FILE", *path, "A file that does not exist yet")->required();
  key->callback([path, &chosen] { chosen.run = [path] { return new_key(*path); }; });
  add_new_pipeline_verb(*verb, chosen);
  add_new_plugin(*verb, chosen);
}

}  // namespace weir
