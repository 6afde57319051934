// Who else can change this host: one finding for each, or that none was found.
#pragma once

#include <string>

#include "common/plan/finding.h"

namespace mainstay::agent {

/// `apt_config` is what `apt-config dump` printed; empty: it could not be asked.
void judge_updaters(const std::string& root, const std::string& apt_config, SourceReport& report);

/// The machine itself.
void look_at_updaters(SourceReport& report);

}  // namespace mainstay::agent
