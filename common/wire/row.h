// Rows of a store to bytes and back. What does not decode is Corrupt: it was written by this
// program, so a person must look. Nothing is cut on the way, and what was written can be read.
#pragma once

#include "common/core/result.h"
#include "common/row/coordinator_row.h"
#include "common/row/host_row.h"

namespace mainstay {

Bytes encode_row(const CoordinatorRow& row);
Bytes encode_row(const HostStateRow& row);
Bytes encode_row(const AttemptRow& row);
Bytes encode_row(const SpoolRow& row);
Bytes encode_row(const AgentRow& row);

/// Only for the rows above.
template <class Row>
Result<Row> decode_row(ByteView bytes);

template <>
Result<CoordinatorRow> decode_row(ByteView bytes);
template <>
Result<HostStateRow> decode_row(ByteView bytes);
template <>
Result<AttemptRow> decode_row(ByteView bytes);
template <>
Result<SpoolRow> decode_row(ByteView bytes);
template <>
Result<AgentRow> decode_row(ByteView bytes);

}  // namespace mainstay
