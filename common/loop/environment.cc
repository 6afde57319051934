#include "common/loop/environment.h"

#include <cstdlib>

namespace mainstay::loop {

std::vector<std::string> system_environment() {
  return {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"};
}

std::vector<std::string> helper_environment() {
  std::vector<std::string> environment = system_environment();
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder != nullptr) environment.push_back(std::string("CREDENTIALS_DIRECTORY=") + folder);
  return environment;
}

}  // namespace mainstay::loop
