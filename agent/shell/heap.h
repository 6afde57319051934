// The heap of a process that sleeps most of its time beside programs that need the memory. Any
// thread; in a build with sanitizers, whose heap is another one, neither does anything.
#pragma once

namespace mainstay::agent {

/// Once, before there are other threads. One arena for all: libzmq's two allocate next to nothing,
/// and each would get an arena of its own. Texts of 16 KiB and more get pages of their own, so that
/// what is kept of a look does not come to lie behind its text; malloc then no longer raises that
/// bound by itself.
void keep_heap_small();

/// After something large was read and let go: the pages that are free go back to the kernel, those
/// in the middle of the heap too. Some tens of microseconds.
void give_back_free_pages();

}  // namespace mainstay::agent
