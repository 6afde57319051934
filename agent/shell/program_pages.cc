#include "agent/shell/program_pages.h"

#include <bit>
#include <cstddef>
#include <cstdint>

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace mainstay::agent {
namespace {

// Relocated constants are in the writable segment, so nobody but a debugger changed what these
// hold.
int give_back(dl_phdr_info* object, std::size_t /*size*/, void* /*unused*/) {
  const std::uintptr_t page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const std::uintptr_t begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
    const std::uintptr_t end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    // Refused for pages that are locked: then they stay.
    (void)::madvise(std::bit_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void give_back_program_pages() {
  ::dl_iterate_phdr(give_back, nullptr);
}

}  // namespace mainstay::agent
