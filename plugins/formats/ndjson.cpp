#include "ndjson.hpp"

namespace weir::formats {

WEIR_FORMAT(
    NdjsonDecoder, NdjsonEncoder, NdjsonOptions, "ndjson", "One JSON object a line.",
    optional("columns", &NdjsonOptions::columns, kColumnsDoc),
    optional("validate", &NdjsonOptions::validate, "read",
             "What has to be JSON for a line to be accepted: what is read of it, or all.",
             choices<Validate>({{"read", Validate::kRead}, {"full", Validate::kFull}})),
    example("format: {type: ndjson, columns: {ts: timestamp, size: {type: int64, path: payload.size}}}"));

}  // namespace weir::formats
