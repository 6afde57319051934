#include "agent/shell/heap.h"

#include <malloc.h>

namespace mainstay::agent {
namespace {

constexpr int kTextOfItsOwn = 16 * 1024;  // bytes

}  // namespace

void keep_heap_small() {
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_MMAP_THRESHOLD, kTextOfItsOwn);
}

void give_back_free_pages() {
  ::malloc_trim(0);
}

}  // namespace mainstay::agent
