// A head's limits as people read them, the same words on every screen.
#pragma once

#include <string>

#include "common/plan/head.h"

namespace mainstay {

/// As a plan has it: "{per: cluster, unavailable: 1}".
std::string text_of(const Budget& budget);

/// How the limit comes about: "1 % of 405 = 4"; empty where the plan has the number itself.
std::string failure_limit_text(const Advance& advance, std::uint32_t host_count);

}  // namespace mainstay
