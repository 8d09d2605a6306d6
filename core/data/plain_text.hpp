#pragma once
// Texts of any layout as Arrow's plain offsets and bytes, without what the rows do not refer to.
#include <cstdint>

#include <weir/column.hpp>
#include <weir/status.hpp>

namespace weir {

/// Writes row_count + 1 offsets that begin at 0; a null's text is empty unless the column lies as offsets
/// already. Returns the bytes that copy_texts() will write.
/// Needs: a string or binary column. Fails: kUnsupported when they are more than 2 GiB.
Result<size_t> text_offsets(const weir_column& column, int32_t* offsets);

/// Writes the texts one after the other, as text_offsets() counted them.
void copy_texts(const weir_column& column, uint8_t* to);

/// Returns the column in layout OFFSETS, its nulls shared. One that lies so is returned as it is.
/// Fails: as text_offsets(); throws FaultException(kNoSpace) when there is no memory.
Result<Column> plain_text(const Column& column);

}  // namespace weir
