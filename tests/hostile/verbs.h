// What the program can be asked to do; each in a file of its name. Exit code 0: it was done, and
// what came back was printed as `name: answer` lines; whether that is right is for the script to
// say.
#pragma once

#include "tests/hostile/arguments.h"

namespace mainstay::hostile {

int run_clone(const Arguments& arguments);
int run_flood(const Arguments& arguments);
int run_frames(const Arguments& arguments);
int run_gate(const Arguments& arguments);
int run_idle(const Arguments& arguments);
int run_lies(const Arguments& arguments);
int run_slow(const Arguments& arguments);
int run_tap(const Arguments& arguments);
int run_pester(const Arguments& arguments);
int run_offer(const Arguments& arguments);
int run_centre(const Arguments& arguments);
int run_permit(const Arguments& arguments);
int run_show(const Arguments& arguments);

}  // namespace mainstay::hostile
