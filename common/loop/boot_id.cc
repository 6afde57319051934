#include "common/loop/boot_id.h"

#include <cstdlib>
#include <string>

#include "common/core/digest.h"
#include "common/loop/files.h"

namespace mainstay::loop {

Result<BootId> boot_id(const std::string& path) {
  const char* told = std::getenv(kBootIdVariable);
  std::string id;
  if (told != nullptr) {
    id = told;
  } else {
    TRY(const Bytes text, read_file(path, 256));
    id = as_text(text);
  }
  // Written with hyphens by the kernel, without by systemd.
  std::erase_if(id, [](char c) { return c == '\n' || c == '-'; });
  if (id.empty()) return fail(Fault::Malformed, path + ": empty");
  return BootId{sha256(as_bytes(id)).value};
}

}  // namespace mainstay::loop
