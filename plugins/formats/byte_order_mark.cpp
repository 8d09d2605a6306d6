#include "byte_order_mark.hpp"

namespace weir::formats {

Result<size_t> byte_order_mark(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) return size_t{3};
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"))
    return Status::invalid(
        "the input begins with the byte order mark of UTF-16, expected UTF-8; convert it first, as with "
        "'iconv -f UTF-16 -t UTF-8'");
  return size_t{0};
}

}  // namespace weir::formats
