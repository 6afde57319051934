// Judges of the small world with books of their own. They look at disks, folders and messages as
// things, and never ask a core for its opinion.
//
// I03 no start after the permit's end, by the host's clock and boot. I04 one start an attempt.
// I05 a host's term never falls, and no start by a permit that came when a newer term was known.
// I06 a term is spoken by one run of the coordinator only. I07 hosts that are out, or that may go
// out by themselves, never exceed the budget of their group. I20 acknowledged is stored. slot: it
// is given back only when its host is well and can start nothing by it, or by an operator.
#pragma once

#include "tests/property/work.h"

namespace mainstay::model {

// ---- what the coordinator does
void term_leaves(Work& work, Term term);
void permit_leaves(Work& work, const Permit& permit);
void acknowledgement_leaves(Work& work, const AttemptId& attempt, const Digest& record);
void slot_is_back(Work& work, const HostId& host);

// ---- what happens on a host
void permit_comes(Work& work, std::size_t place, const Permit& permit);
void row_is_durable(Work& work, std::size_t place, const executor::HostRow& row);
void task_is_launched(Work& work, std::size_t place, const AttemptId& attempt);
void task_begins(Work& work, std::size_t place, const AttemptId& attempt);

}  // namespace mainstay::model
