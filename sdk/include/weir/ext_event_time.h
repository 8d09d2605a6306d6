#ifndef WEIR_EXT_EVENT_TIME_H
#define WEIR_EXT_EVENT_TIME_H
/* The host extension "weir.event_time/1": a transform that keeps rows back keeps event time back with them.
 *
 *   const weir_event_time_calls* time = host->extension(host, WEIR_EVENT_TIME_EXTENSION);   NULL: not served
 *
 * A host passes a watermark on when the transform is done with it. Rows that the transform gives later and
 * that are older would be late for whoever is behind.
 *
 * Threads: those of the instance's calls. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_EVENT_TIME_EXTENSION "weir.event_time/1"

typedef struct weir_event_time_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* From now on watermarks are passed on up to `time_us` [us UTC] at most, and while that keeps one back no
   * idleness either: rows of that time and later are to come. INT64_MIN: none. INT64_MAX, as it is when an
   * instance begins: all. What was passed on stays so. Called in signal(), or what goes on with it: the
   * signal itself is passed on by the new rule, and lets through what an earlier call kept back. Not part of
   * checkpoints: called anew at the first watermark, idleness or end after a restart. */
  void (*hold)(weir_context*, int64_t time_us);
} weir_event_time_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
