// Whether an LMDB file is in one piece, asked before it is opened. LMDB trusts what it finds: a
// file cut short or a damaged page would end the process by a signal, with no word to anybody, or
// hang it. What is inside of values is the business of the records' own sums (record.h).
//
// Knows the layout of LMDB 0.9 (data version 1, 64-bit, little endian), which `mdb.c` defines.
#pragma once

#include <string>

#include "common/core/result.h"

namespace mainstay::store {

/// Reads every page that is in use. Corrupt, with file, page and what to do, if one is missing or
/// is not what its place asks for; a file that is absent or empty passes, because LMDB makes it.
/// Nobody may write to the file meanwhile.
Status check_structure(const std::string& path);

}  // namespace mainstay::store
