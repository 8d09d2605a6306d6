#include "access_log.hpp"

namespace weir::formats {

WEIR_FORMAT(
    AccessLogDecoder, NoEncoder, AccessLogOptions, "access_log",
    "Access logs of Apache and nginx, common or combined.",
    optional("columns", &AccessLogOptions::columns,
             "Which fields to take, as 'name: type'; all when left out: host, ident, user, time, method, "
             "path, protocol, status, bytes, referer, agent."),
    optional("style", &AccessLogOptions::style, "auto",
             "Whether lines end with the bytes (common), go on with referer and agent (combined), or either.",
             choices<LogStyle>({{"auto", LogStyle::kAuto},
                                {"common", LogStyle::kCommon},
                                {"combined", LogStyle::kCombined}})),
    example("format: {type: access_log, columns: {time: timestamp, path: string, status: int64}}"));

}  // namespace weir::formats
