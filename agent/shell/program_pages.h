// The pages of the program and its libraries. They are the file's, and the page cache keeps them
// while memory lasts; a process that sleeps needs none of them mapped.
#pragma once

namespace mainstay::agent {

/// Unmaps what the program and its libraries have that is never written: code and constants. What
/// runs next maps again what it needs, from the page cache. So what ran once, at the start or in a
/// look, does not count as the agent's for ever, and is the first to go where memory is short. Half
/// a millisecond with what comes back. Any thread; others may run meanwhile. A debugger's
/// breakpoints are private copies of such pages, and go with them.
void give_back_program_pages();

}  // namespace mainstay::agent
