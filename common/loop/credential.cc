#include "common/loop/credential.h"

#include <cstdlib>

namespace mainstay::loop {

Result<std::string> credential_path(const std::string& text) {
  if (!text.starts_with("%d/")) return text;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr || *folder == '\0') {
    return fail(Fault::Malformed, text +
                                      ": no credentials were handed over; the service's unit "
                                      "does that by LoadCredential");
  }
  return folder + text.substr(2);
}

}  // namespace mainstay::loop
