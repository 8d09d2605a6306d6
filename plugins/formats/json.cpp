#include "json.hpp"

namespace weir::formats {

WEIR_FORMAT(
    JsonDecoder, JsonEncoder, JsonOptions, "json", "One JSON document as rows.",
    optional("columns", &JsonOptions::columns, kColumnsDoc),
    optional("records", &JsonOptions::records,
             "Where the array of records is, as keys joined by points; the document itself when left out."),
    example("format: {type: json, records: data.items, columns: {id: int64}}"));

}  // namespace weir::formats
