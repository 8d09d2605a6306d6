#ifndef WEIR_EXT_METRICS_H
#define WEIR_EXT_METRICS_H
/* The host extension "weir.metrics/1": how the run that an instance belongs to is doing.
 *
 *   const weir_metrics_calls* metrics = host->extension(host, WEIR_METRICS_EXTENSION);   NULL: not served
 *
 * Threads: any that may use the context; nothing is held while a call of it runs. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_METRICS_EXTENSION "weir.metrics/1"

/* One node, all its instances together. Counts are totals since the run began. */
typedef struct weir_node_metrics {
  uint32_t struct_size;
  uint32_t instances;
  weir_str node; /* valid until visit() returns */
  uint64_t rows_in;
  uint64_t rows_out;
  uint64_t rows_rejected;
  uint64_t rows_late;
  uint64_t bytes_in;    /* sources and formats: of what was read */
  uint64_t bytes_out;   /* sinks: of what was written */
  uint64_t busy_ns;     /* time of one processor */
  uint64_t state_bytes; /* held now */
  int64_t watermark_us; /* INT64_MIN: none yet */
} weir_node_metrics;

typedef struct weir_metrics_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Calls visit(to, ...) for each node, in the order of the plan's stages, before it returns. */
  void (*nodes)(weir_context*, void (*visit)(void* to, const weir_node_metrics*), void* to);
  /* How many sources of other components than the caller's have not ended: what only measures a run has
   * nothing more to measure when there are none. */
  uint32_t (*open_sources)(weir_context*);
} weir_metrics_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
