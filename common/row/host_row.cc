#include "common/row/host_row.h"

namespace mainstay {

std::string attempt_key(const AttemptId& attempt) {
  return std::string(kAttemptPrefix) + file_name(attempt);
}

std::string spool_key(const Digest& record) {
  return std::string(kSpoolPrefix) + to_hex(record.view());
}

}  // namespace mainstay
