// A step in one line, as plans are shown: here and at the centre in the same words. Its words are
// those of whoever wrote the plan: make them harmless before a terminal sees them.
#pragma once

#include <string>

#include "common/plan/head.h"

namespace mainstay {

/// "check: /usr/bin/check web, within 30 s"
std::string step_text(const Step& step);

}  // namespace mainstay
