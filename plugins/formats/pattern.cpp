#include "pattern.hpp"

namespace weir::formats {

WEIR_FORMAT(
    PatternDecoder, NoEncoder, PatternOptions, "pattern",
    "Lines cut by a regular expression whose named groups are the columns.",
    required("regex", &PatternOptions::regex,
             "An RE2 expression with a named group for each column, (?P<name>...). It may match anywhere "
             "in a line."),
    optional("columns", &PatternOptions::columns,
             "Types of the groups to take, as 'name: type'; all, inferred, when left out."),
    example("format: {type: pattern, regex: '^(?P<time>\\S+) (?P<level>[A-Z]+) (?P<text>.*)$'}"));

}  // namespace weir::formats
