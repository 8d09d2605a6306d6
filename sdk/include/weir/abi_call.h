#ifndef WEIR_ABI_CALL_H
#define WEIR_ABI_CALL_H
/* What a plugin's calls are told and what they answer, and the things that only one side can see into. Part
 * of weir/abi.h, whose rules hold here. */
#include "weir/abi_data.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weir_node weir_node;                     /* plugin's */
typedef struct weir_instance weir_instance;             /* plugin's */
typedef struct weir_decode_context weir_decode_context; /* plugin's */
typedef struct weir_context weir_context;               /* host's: the instance as the host sees it */
typedef struct weir_expression weir_expression;         /* host's: compiled against an input's schema */
typedef struct weir_aggregate weir_aggregate;           /* host's: one `compute` entry, compiled */
typedef struct weir_format weir_format;                 /* host's: a decoder or encoder chosen by `format:` */
typedef struct weir_file weir_file;                     /* host's */
typedef struct weir_handle weir_handle;                 /* host's: something that can become ready */
typedef struct weir_host weir_host;

/* What a call came to. */
typedef enum weir_answer {
  WEIR_DONE = 0,      /* the input is used up; call again with the next one */
  WEIR_MORE = 1,      /* the emit budget is spent; call again with no input (NULL) before anything else */
  WEIR_NOT_READY = 2, /* nothing can be done before what `weir_wake` says */
  WEIR_FINISHED = 3,  /* DONE, and nothing more is wanted from this input (a source: nothing more to give) */
  WEIR_FAILED = 4,    /* `fault` is filled; the run fails */
  WEIR_RETRY = 5      /* sinks: the batch was not accepted, `fault` has the reason, `wake.until_ns` when */
} weir_answer;

/* What every data call is told. */
typedef struct weir_call {
  uint32_t struct_size;
  uint32_t reserved;
  int64_t emit_budget; /* [bytes] that may still be emitted; going over by one batch is allowed */
  int64_t now_ns; /* monotonic clock, read when the call began or, where calls are short, a little before */
} weir_call;

/* Filled with WEIR_NOT_READY: wake me when `handle` is ready (NULL: none) or at `until_ns`, whichever is
 * first (monotonic; INT64_MAX: no time). Handle NULL and no time: woken by input only. */
typedef struct weir_wake {
  weir_handle* handle;
  int64_t until_ns;
} weir_wake;

/* Numbers from 100 on are the host's own and reach no component. */
typedef enum weir_signal_kind {
  WEIR_SIGNAL_WATERMARK = 1, /* no row below `time` is expected any more on this port */
  WEIR_SIGNAL_BARRIER = 2,   /* every row before belongs to checkpoint `epoch`; emit what must go before it */
  WEIR_SIGNAL_IDLE = 3,      /* the port's partitions are idle; the watermark no longer waits for them */
  WEIR_SIGNAL_END = 4,       /* no more input on this port, ever */
  WEIR_SIGNAL_WAKE = 5       /* the moment of weir_host.wake_at has come; on port 0, not passed on */
} weir_signal_kind;

typedef struct weir_signal {
  uint32_t kind; /* weir_signal_kind */
  uint32_t port;
  int64_t time;   /* WATERMARK: event time [us] */
  uint64_t epoch; /* BARRIER */
} weir_signal;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
