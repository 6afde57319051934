#include "agent/shell/heap.h"

#include <malloc.h>

namespace mainstay::agent {

void share_one_arena() {
  ::mallopt(M_ARENA_MAX, 1);
}

void give_back_free_pages() {
  ::malloc_trim(0);
}

}  // namespace mainstay::agent
