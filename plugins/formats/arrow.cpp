#include "arrow.hpp"

namespace weir::formats {

WEIR_FORMAT(ArrowDecoder, ArrowEncoder, NoOptions, "arrow", "Arrow IPC streams.", example("format: arrow"));

}  // namespace weir::formats
