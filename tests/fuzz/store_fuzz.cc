// A store's file of any bytes is walked to its end or refused under its name: the walk is what
// keeps LMDB from pages that would end the process.
#include <cstdint>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "common/core/check.h"
#include "common/loop/fd.h"
#include "common/store/structure.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mainstay;
  const loop::Fd file(::memfd_create("store", MFD_CLOEXEC));
  CHECK(file.get() >= 0);
  CHECK(::write(file.get(), data, size) == static_cast<ssize_t>(size));
  const std::string path = "/proc/self/fd/" + std::to_string(file.get());
  const Status whole = store::check_structure(path);
  if (!whole) {
    CHECK(whole.error().fault == Fault::Corrupt);
    CHECK(whole.error().detail.starts_with(path + " is damaged (page "));
  }
  CHECK(!whole || size == 0 || size >= 2 * 512);
  return 0;
}
