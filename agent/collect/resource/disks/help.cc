#include "agent/collect/resource/disks/look.h"

namespace mainstay::agent {

std::string_view help_of_resource() {
  return R"(mainstay-collect resource - processors, memory, disks and their trend, clock, the largest services

usage: mainstay-collect resource [--state DIR]

--state DIR  mainstay-agent's folder, whose history tells the trend; without it there is no trend

Refuted is a disk that is 95 % full, by bytes or inodes, is read-only though it should not be, or fills
within a week at its trend, memory of which less than 5 % is available, and a clock that nobody
keeps right. What does not answer in time is not proved.

example:
  mainstay-collect resource --state /var/lib/mainstay/agent
)";
}

}  // namespace mainstay::agent
