// Stands in for the weir binary where a test describes a library in a child process.
#include <cstring>

#include "plugin/describe.hpp"

namespace {
class TableHost final : public weir::Host {
 public:
  const weir_host* table() const override { return &table_; }

 private:
  weir_host table_ = {};
};
}  // namespace

int main(int count, char** words) {
  if (count != 3 || std::strcmp(words[1], "__describe") != 0) return 2;
  static const TableHost host;
  return weir::describe_main(words[2], host);
}
