// Which program wrote a store, and which may read it. Going back one version must work, so a store
// says the oldest schema a reader must know; a reader that does not know it leaves the store alone.
#pragma once

#include <cstdint>
#include <string>

#include "common/store/environment.h"

namespace mainstay::store {

struct Schema {
  std::uint16_t written = 1;  // of the records this program writes
  std::uint16_t known = 1;    // the newest this program reads
  std::uint16_t needed = 1;   // what a reader of our records must know
  std::string version = "0";  // of this program, for people
};

/// Denied, in words for a person, if this program must not open the store; else takes note of it in
/// the store. Numbers in the store only rise.
Status agree_on_schema(Environment& truth, const Schema& ours);

}  // namespace mainstay::store
