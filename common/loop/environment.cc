#include "common/loop/environment.h"

#include <cstdlib>

#include "common/loop/boot_id.h"

namespace mainstay::loop {

std::vector<std::string> system_environment() {
  return {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
}

std::vector<std::string> helper_environment() {
  std::vector<std::string> environment = system_environment();
  for (const std::string name : {"CREDENTIALS_DIRECTORY", kBootIdVariable}) {
    const char* value = std::getenv(name.c_str());
    if (value != nullptr) environment.push_back(name + "=" + value);
  }
  return environment;
}

}  // namespace mainstay::loop
