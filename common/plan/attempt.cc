#include "common/plan/attempt.h"

namespace mainstay {

std::string file_name(const AttemptId& attempt) {
  return to_hex(attempt.plan.view().first(16)) + "." + std::to_string(attempt.step) + "." +
         attempt.host.text() + "." + std::to_string(attempt.number);
}

std::string short_name(const AttemptId& attempt) {
  return short_name(attempt.plan) + "/" + std::to_string(attempt.step) + "/" + attempt.host.text() +
         "/" + std::to_string(attempt.number);
}

}  // namespace mainstay
