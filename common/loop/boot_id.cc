#include "common/loop/boot_id.h"

#include "common/core/digest.h"
#include "common/loop/files.h"

namespace mainstay::loop {

Result<BootId> boot_id(const std::string& path) {
  TRY(const Bytes text, read_file(path, 256));
  ByteView id = text;
  while (!id.empty() && id.back() == std::byte{'\n'}) id = id.first(id.size() - 1);
  if (id.empty()) return fail(Fault::Malformed, path + ": empty");
  return BootId{sha256(id).value};
}

}  // namespace mainstay::loop
