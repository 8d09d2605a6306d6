#ifndef WEIR_EXT_NET_H
#define WEIR_EXT_NET_H
/* The host extension "weir.net/1": sockets that never block, TCP, UDP and unix.
 *
 *   const weir_net_calls* net = host->extension(host, WEIR_NET_EXTENSION);   NULL: not served
 *
 * Addresses are URLs: tcp://HOST:PORT, udp://HOST:PORT, unix:///PATH, unixgram:///PATH. A missing HOST is
 * 127.0.0.1; nothing listens anywhere but where its URL says. In simulation sockets are in memory.
 *
 * Whoever has nothing to do asks wake_when() for a handle to be signalled and answers NOT_READY with it: no
 * thread of the engine ever waits for a socket. Threads: one socket is used by one thread at a time; close()
 * before the handle is freed. */
#include "weir/abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WEIR_NET_EXTENSION "weir.net/1"

typedef struct weir_socket weir_socket; /* host's */

enum { WEIR_NET_READABLE = 1, WEIR_NET_WRITABLE = 2 };

typedef enum weir_net_outcome {
  WEIR_NET_DONE = 0,        /* `bytes` were moved; a write may take fewer than it was given */
  WEIR_NET_WOULD_BLOCK = 1, /* nothing now; wake_when() */
  WEIR_NET_CLOSED = 2       /* the other side sends (read) or takes (write) no more */
} weir_net_outcome;

typedef struct weir_net_transfer {
  uint32_t struct_size;
  uint32_t outcome; /* weir_net_outcome */
  /* Of a read of a datagram its true length: what did not fit is lost. */
  size_t bytes;
} weir_net_transfer;

typedef struct weir_net_calls {
  uint32_t struct_size;
  uint32_t reserved;
  /* Whether the text is an address; for bind(), before anything is opened. */
  int32_t (*check)(weir_str url, weir_fault*);
  /* Of tcp and unix a listener, which only accepts; of udp and unixgram a socket that is read. Port 0 becomes
   * a free one. A name is looked up at once: call it where waiting a moment is allowed, in instance_new. */
  int32_t (*listen)(const weir_host*, weir_str url, weir_socket** out, weir_fault*);
  /* *out NULL: nobody waits. */
  int32_t (*accept)(weir_socket*, weir_socket** out, weir_fault*);
  /* Begins; what becomes of it, the name's lookup included, is seen at the first read or write. */
  int32_t (*connect)(const weir_host*, weir_str url, weir_socket** out, weir_fault*);
  int32_t (*read)(weir_socket*, void* into, size_t size, weir_net_transfer* out, weir_fault*);
  /* A datagram is sent as one. */
  int32_t (*write)(weir_socket*, const void* from, size_t size, weir_net_transfer* out, weir_fault*);
  /* Says that nothing more will be written; reading goes on. */
  int32_t (*finish_writing)(weir_socket*, weir_fault*);
  /* Signals `handle` once when the socket may be readable (a listener: acceptable) or writable, as `what`
   * says; at once if it is. Replaces an earlier wish for the same. `handle` outlives the socket. */
  void (*wake_when)(weir_socket*, uint32_t what, weir_handle* handle);
  /* What wake_when() has signalled since it was asked: WEIR_NET_READABLE | WEIR_NET_WRITABLE. Who was never
   * asked is ready. Cheap: no call of the system. */
  uint32_t (*is_ready)(const weir_socket*);
  /* Where it listens, with the port that was chosen, or who is on the other side. Borrows until close. */
  weir_str (*name)(const weir_socket*);
  void (*close)(weir_socket*); /* may be NULL */
} weir_net_calls;

#ifdef __cplusplus
} /* extern "C" */
#endif
#endif
