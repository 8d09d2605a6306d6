#pragma once
// Batches to and from the Arrow C Data Interface, by which any language with an Arrow library can read and
// write them in this process.
#include <cstdint>

#include <weir/batch.hpp>
#include <weir/schema.hpp>
#include <weir/status.hpp>

extern "C" {

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

enum { ARROW_FLAG_DICTIONARY_ORDERED = 1, ARROW_FLAG_NULLABLE = 2, ARROW_FLAG_MAP_KEYS_SORTED = 4 };

// The two structs as Arrow's specification lays them out. Whoever holds one calls its `release`, once; a
// released one has release == nullptr.
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

#endif
}

namespace weir {

/// How texts leave: in the layout that the batch has them in ("vu", "u" or a dictionary), or always as "u"
/// and "z" for consumers that know nothing else.
enum class ArrowTexts { kAsTheyLie, kPlain };

/// Fills `schema_out` and `array_out` with the batch as one struct; both are the caller's to release. The
/// array shares the batch's memory, except texts under kPlain. Hidden columns are left out. Fails: kInvalid
/// when batch and schema do not match, kUnsupported when plain texts pass 2 GiB; then nothing was filled.
Status export_arrow(const Schema& schema, const Batch& batch, ArrowTexts texts, ArrowSchema* schema_out,
                    ArrowArray* array_out);

/// Returns the schema that import_arrow() gives batches of this foreign one. Labels come with the metadata.
/// Borrows `schema`, which stays the caller's.
/// Fails: kUnsupported for a type that has no form in Weir, naming column and type.
Result<Schema> import_arrow_schema(const ArrowSchema& schema);

/// Takes `array` (its release is nullptr afterwards), whatever it answers; borrows `schema`. The batch shares
/// the array's memory where Weir's layout allows it, and releases it with its last reference, on any thread.
///
/// Timestamps become microseconds UTC, date64 date32, 64-bit offsets 32-bit ones, decimals of 32 and 64 bits
/// decimal128, maps lists of structs, fixed-size binary binary, fixed-size lists lists, columns of nulls
/// strings. Fails: kCorrupt for offsets that go wrong and texts that are no UTF-8, kUnsupported.
Result<Batch> import_arrow(const ArrowSchema& schema, ArrowArray* array);

}  // namespace weir
