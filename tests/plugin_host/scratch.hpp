#pragma once
// A directory of its own for each test, with real files.
#include <string>
#include <string_view>
#include <vector>

namespace weir::test {

/// Made empty, removed at the end. Gives the components of this program the machine's disk.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  void write(const std::string& name, std::string_view bytes) const;
  std::string read(const std::string& name) const;
  void remove(const std::string& name) const;
  /// Returns all files below, sorted, hidden ones too.
  std::vector<std::string> files() const;

 private:
  std::string path_;
};

}  // namespace weir::test
