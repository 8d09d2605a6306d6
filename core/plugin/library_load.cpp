// The standard library's paths instead of Boost.Filesystem's: one library less to link.
#define BOOST_DLL_USE_STD_FS
#include "plugin/library_load.hpp"

#include <dlfcn.h>

#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <utility>

#include <boost/dll/shared_library.hpp>

#include <weir/text.hpp>

#include "plugin/library_scan.hpp"
#include "plugin/library_validate.hpp"

namespace weir {
namespace {

// The loader's own words, shortened to what a reader can act upon.
std::string explain_dlerror(std::string text, const std::string& path) {
  if (text.starts_with(path + ": ")) text.erase(0, path.size() + 2);
  constexpr std::string_view kUndefined = "undefined symbol: ";
  if (text.starts_with(kUndefined))
    return "it needs the symbol '" + text.substr(kUndefined.size()) +
           "', which no library that it is linked against has";
  constexpr std::string_view kNoFile = ": cannot open shared object file: No such file or directory";
  if (text.ends_with(kNoFile))
    return "it needs the library '" + text.substr(0, text.size() - kNoFile.size()) +
           "', which is not installed";
  return "the system's loader refuses it: " + text;
}

// An extern "C" entry must not throw; when it does, that is one sentence and not the end of the process.
Result<const weir_library*> call_entry(weir_plugin_entry entry, const weir_host* host) {
  try {
    const weir_library* const library = entry(host);
    if (library == nullptr) return Status::invalid("its entry " WEIR_PLUGIN_SYMBOL " gives no library");
    return library;
  } catch (const std::exception& error) {
    return Status::invalid("its entry " WEIR_PLUGIN_SYMBOL " threw an exception: " +
                           std::string(error.what()));
  } catch (...) {
    return Status::invalid("its entry " WEIR_PLUGIN_SYMBOL " threw an exception");
  }
}

struct Entry {
  weir_plugin_entry call;
};

// Maps the file, resolves every symbol at once, and keeps it for ever.
Result<Entry> open_for_good(const std::string& path) {
  namespace dll = boost::dll;
  std::error_code error;
  dll::shared_library mapped;
  mapped.load(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local, error);
  if (error) {
    const char* const text = ::dlerror();
    return Status::invalid(explain_dlerror(text == nullptr ? error.message() : text, path));
  }
  // RTLD_NODELETE turns the unloading at the end of this function into nothing.
  if (::dlopen(path.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) == nullptr)
    return Status::internal("it cannot be kept in memory");
  if (!mapped.has(WEIR_PLUGIN_SYMBOL))
    return Status::invalid("it exports no symbol '" WEIR_PLUGIN_SYMBOL "'");
  return Entry{&mapped.get<const weir_library*(const weir_host*)>(WEIR_PLUGIN_SYMBOL)};
}

Result<std::shared_ptr<const LoadedLibrary>> load_new(const std::string& path, const Host& host) {
  auto loaded = std::make_shared<LoadedLibrary>();
  loaded->path = path;
  WEIR_RETURN_IF_ERROR(inspect_library(path, &loaded->descriptor));
  WEIR_ASSIGN_OR_RETURN(const Entry entry, open_for_good(path));
  WEIR_ASSIGN_OR_RETURN(loaded->library, call_entry(entry.call, host.table()));
  WEIR_RETURN_IF_ERROR(validate_library(*loaded->library, loaded->descriptor));
  return std::shared_ptr<const LoadedLibrary>(std::move(loaded));
}

}  // namespace

const weir_component* LoadedLibrary::find(uint32_t kind, std::string_view name) const {
  for (uint32_t i = 0; i < library->component_count; ++i) {
    const weir_component* const one = library->components[i];
    if (one->kind == kind && as_view(one->name) == name) return one;
  }
  return nullptr;
}

Result<std::shared_ptr<const LoadedLibrary>> load_library(const std::string& path, const Host& host) {
  static std::mutex mutex;
  static std::map<std::string, std::shared_ptr<const LoadedLibrary>> loaded;  // Guarded by mutex.
  std::error_code error;
  const std::filesystem::path canonical = std::filesystem::canonical(path, error);
  const std::string real = error ? path : canonical.string();
  const std::lock_guard lock(mutex);
  if (const auto found = loaded.find(real); found != loaded.end()) return found->second;
  auto library = load_new(real, host);
  if (!library.is_ok()) return library.status().with_context(path);
  loaded.emplace(real, *library);
  return library;
}

}  // namespace weir
