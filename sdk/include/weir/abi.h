#ifndef WEIR_ABI_H
#define WEIR_ABI_H
/* Weir's plugin ABI: what a plugin library gives to the host, and what the host gives to a plugin.
 *
 * Rules for both sides
 *  - A library of another major is not loaded, nor one that needs a higher minor than the host has. New
 *    abilities are asked for by name (`extension`).
 *  - Every table begins with its own size. No exception, no C++ type and no allocation crosses.
 *  - A *node object* is made once per node; each parallel copy is an *instance*. Calls on one instance never
 *    overlap, but come from any thread; `cancel` alone may come at any time. A node's own calls (bind,
 *    require, instance_new) come one at a time and before any instance runs.
 *  - No call blocks: who must wait answers WEIR_NOT_READY and says what for, or declares WEIR_TRAIT_BLOCKING.
 *  - Plugins reach the world (time, files, random numbers, secrets) only through the host, so that whole
 *    pipelines run in simulation. One that cannot declares WEIR_TRAIT_FOREIGN_IO.
 *  - All texts and arrays that a plugin hands out in its descriptor live as long as the library; those in a
 *    binding live as long as the node.
 *
 * How it may grow within a major
 *  - A struct that begins with `struct_size` and is handed over singly gets new fields at its end, a
 *    table new calls. Who fills it sets the size that he was compiled with; who reads it asks that size
 *    before he looks at a field that the first minor did not have, and takes 0 for what is not there.
 *    Where one side fills the other's memory (`out`), the owner sets the size before the call, and no
 *    more than that is written; a call that can answer a code answers WEIR_CODE_INVALID, and does
 *    nothing, where it is less than the first minor had.
 *  - What the host fills and only a library reads, one at a time, may grow without a size: weir_signal.
 *    No library is newer than its host.
 *  - Frozen, to the byte: what lies in arrays or inside another struct, and what a library fills and
 *    has no size (weir_option, weir_value, weir_bind_input, weir_output_port, weir_output_column,
 *    weir_state_spec, weir_program_column, weir_rejection, weir_port, weir_field, weir_pair,
 *    weir_column_id, weir_offset, weir_partition_offset, weir_origin, weir_str, weir_view, weir_buffer,
 *    weir_block, weir_fault, weir_wake, weir_token, weir_keys, weir_scan, weir_bytes_out,
 *    weir_bytes_chunk, weir_descriptor, weir_descriptor_name). More about one of these is asked for by
 *    its address, in a call that is new.
 *  - New numbers may come in every enumeration. Who is told one that he does not know does as if he had
 *    not been told (a signal is answered DONE); who must act upon one fails and names it. Numbers are
 *    not used again. Fields called `reserved` are 0, and not looked at.
 *  - What cannot be passed over is not told at all: a library is never given a column of a type or in a
 *    layout, nor an instance of a mode, that the minor which it says to be built for does not have. The
 *    host lays the values out in an older way, or refuses the pipeline and names the library.
 *  - A library that crosses to another one, as an aggregate to the component that uses it, keeps the
 *    same rules: either may be the older. */
#include "weir/abi_binding.h"
#include "weir/abi_call.h"
#include "weir/abi_component.h"
#include "weir/abi_data.h"
#include "weir/abi_formats.h"
#include "weir/abi_functions.h"
#include "weir/abi_host.h"
#include "weir/abi_nodes.h"
#include "weir/abi_state.h"

enum { WEIR_ABI_MAJOR = 1, WEIR_ABI_MINOR = 0 };

#endif
