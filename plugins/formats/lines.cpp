#include "lines.hpp"

namespace weir::formats {

WEIR_FORMAT(LinesDecoder, LinesEncoder, LinesOptions, "lines", "Each line of a text as one string.",
            optional("column", &LinesOptions::column, "line", "The column that holds the line."),
            example("format: {type: lines, column: message}"));

}  // namespace weir::formats
