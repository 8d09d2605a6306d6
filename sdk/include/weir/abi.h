#ifndef WEIR_ABI_H
#define WEIR_ABI_H
/* Weir's plugin ABI: what a plugin library gives to the host, and what the host gives to a plugin.
 *
 * Rules for both sides
 *  - A library of another major is not loaded. While the major is 0 the minors must be equal; from major 1 on
 *    a library's minor must not be above the host's. New abilities are asked for by name (`extension`).
 *  - Every table begins with its own size. No exception, no C++ type and no allocation crosses.
 *  - A *node object* is made once per node; each parallel copy is an *instance*. Calls on one instance never
 *    overlap, but come from any thread; `cancel` alone may come at any time. A node's own calls (bind,
 *    require, instance_new) come one at a time and before any instance runs.
 *  - No call blocks: who must wait answers WEIR_NOT_READY and says what for, or declares WEIR_TRAIT_BLOCKING.
 *  - Plugins reach the world (time, files, random numbers, secrets) only through the host, so that whole
 *    pipelines run in simulation. One that cannot declares WEIR_TRAIT_FOREIGN_IO.
 *  - All texts and arrays that a plugin hands out in its descriptor live as long as the library; those in a
 *    binding live as long as the node. */
#include "weir/abi_binding.h"
#include "weir/abi_call.h"
#include "weir/abi_component.h"
#include "weir/abi_data.h"
#include "weir/abi_formats.h"
#include "weir/abi_functions.h"
#include "weir/abi_host.h"
#include "weir/abi_nodes.h"
#include "weir/abi_state.h"

enum { WEIR_ABI_MAJOR = 0, WEIR_ABI_MINOR = 1 };

#endif
