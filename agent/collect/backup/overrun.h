// A set whose look ran out of time: it is asked less and less often, so that what stands still does
// not cost each look of the others its time, and not at all while a program of an earlier look is
// left, since some cannot be ended.
#pragma once

#include <string>

#include <sys/types.h>

#include "common/core/time.h"

namespace mainstay::agent::backup {

struct OverrunPlace {
  std::string folder;  // our own; empty: nothing is remembered
  std::string set;
  // What ends a pause: that the host was booted, or that the set is another. Both are of any form.
  std::string boot = {};
  std::string definition = {};
};

struct Overrun {
  std::uint32_t count = 0;  // one after another that told nothing
  WallTime at{};            // of the last; 1970: the last look ended in time
  pid_t group = 0;          // of the program that was killed then; 0: none
};

/// What is damaged, from the future, of another boot or of another definition is no reason not to
/// ask.
Overrun overrun_of(const OverrunPlace& place, WallTime now);
void note_overrun(const OverrunPlace& place, const Overrun& overrun);
void forget_overrun(const OverrunPlace& place);

/// Empty if it is to be asked now; else why not.
std::string why_not_asked(const Overrun& overrun, WallTime now);

/// When it is asked again, for people.
std::string asked_again_text(const Overrun& overrun);

}  // namespace mainstay::agent::backup
