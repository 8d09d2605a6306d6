#pragma once
// What is wrong with a record.
#include <string>

namespace weir::formats {

struct RecordFault {
  std::string code;  ///< A stable word: "bad-json".
  std::string message;
  std::string column;  ///< May be empty.
};

}  // namespace weir::formats
