#include "columns_text.hpp"

namespace weir::formats {

WEIR_FORMAT(ColumnsTextDecoder, NoEncoder, ColumnsTextOptions, "columns_text",
            "Text in columns that white space keeps apart, as ps and df print it.",
            optional("columns", &ColumnsTextOptions::columns, kColumnsDoc),
            optional("names", &ColumnsTextOptions::names,
                     "Names of all columns from left to right; left out, the first line has them."),
            optional("skip", &ColumnsTextOptions::skip, int64_t{0},
                     "Lines before the first one to pass over.", range(0, 1e6)),
            example("format: {type: columns_text, columns: {PID: int64, COMMAND: string}}"));

}  // namespace weir::formats
