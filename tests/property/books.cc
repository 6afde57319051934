#include "tests/property/books.h"

#include <algorithm>

namespace mainstay::model {

namespace {

/// No shim has begun it, none ever will, and no record says how it ended.
bool is_open(const Host& host, const AttemptId& attempt) {
  const auto folder = host.folders.find(attempt);
  if (folder != host.folders.end() && (folder->second.started || folder->second.barred)) {
    return false;
  }
  const auto row = host.disk.find(attempt_key(attempt));
  return row == host.disk.end() || std::get<AttemptRow>(row->second).phase < AttemptPhase::Finished;
}

bool holds(const Host& host, Now now, const BootId& boot, Instant not_after) {
  return boot == host.journal.boot && not_after > now.mono;
}

/// What it has been given suffices to take it out of service now or later.
bool may_go_out(const Work& work, std::size_t place) {
  const Host& host = work.see_host(place);
  const Now now = now_of(work.world(), host);
  for (const auto& launch : host.launched) {
    if (is_open(host, launch.attempt)) return true;
  }
  for (const auto& [attempt, entry] : host.journal.attempts) {
    if (entry.row.phase > AttemptPhase::Intended || !is_open(host, attempt)) continue;
    if (holds(host, now, entry.row.boot, entry.row.permit_until)) return true;
  }
  return std::ranges::any_of(work.world().network, [&](const auto& message) {
    return message->host == place && message->permit &&
           holds(host, now, message->permit->boot, message->permit->not_after) &&
           is_open(host, message->permit->attempt);
  });
}

bool works(const Host& host) {
  return std::ranges::any_of(host.folders, [](const auto& item) { return item.second.alive; });
}

/// Out of service, or free to go out. An operator who gives a slot away takes the rest upon
/// himself.
bool counts_as_out(const Work& work, std::size_t place) {
  const Host& host = work.see_host(place);
  if (host.removed || host.excused) return false;
  return works(host) || host.broken || may_go_out(work, place);
}

/// Both plans allow one host of a cluster.
void check_budget(Work& work, std::size_t place) {
  const std::string& cluster = work.setup.members.at(place).certificate.labels.at("cluster");
  std::string names;
  int count = 0;
  for (std::size_t each = 0; each < kHosts; ++each) {
    if (work.setup.members.at(each).certificate.labels.at("cluster") != cluster) continue;
    if (!counts_as_out(work, each)) continue;
    names += " " + work.setup.members.at(each).id.text();
    count += 1;
  }
  if (count > 1)
    work.complain("I07", "out, or free to go out, in cluster " + cluster + ":" + names);
}

}  // namespace

void term_leaves(Work& work, Term term) {
  Centre& centre = work.centre();
  if (term <= centre.spoken_before) {
    work.complain("I06", "term " + std::to_string(term.value) + " was spoken before a restart");
  }
  centre.spoken = std::max(centre.spoken, std::optional(term));
}

// The message is on its way already, and so counts.
void permit_leaves(Work& work, const Permit& permit) {
  if (permit.not_after == kPermitToClose) return;
  check_budget(work, work.setup.place_of(permit.attempt.host));
}

void acknowledgement_leaves(Work& work, const AttemptId& attempt, const Digest& record) {
  const auto& disk = work.see_centre().disk;
  const auto row = disk.find(record_key_of(attempt));
  if (row == disk.end() || std::get<RecordRow>(*row->second).digest != record) {
    work.complain("I20", work.setup.name_of(attempt) + " is acknowledged and not stored");
  }
}

void slot_is_back(Work& work, const HostId& id) {
  const std::size_t place = work.setup.place_of(id);
  if (!counts_as_out(work, place)) return;
  const bool well = !work.see_host(place).broken;
  work.complain("slot", "the slot of " + id.text() + " is given back, and the host " +
                            (well ? "may still start or run a task" : "is not well"));
}

void permit_comes(Work& work, std::size_t place, const Permit& permit) {
  Host& host = work.host(place);
  if (permit.term < host.term_top || permit.not_after == kPermitToClose) return;
  const bool known = std::ranges::any_of(host.came, [&](const Came& came) {
    return came.attempt == permit.attempt && came.boot == permit.boot &&
           came.not_after >= permit.not_after;
  });
  if (known) return;
  // The one that lasts longest says all.
  std::erase_if(host.came, [&](const Came& came) {
    return came.attempt == permit.attempt && came.boot == permit.boot;
  });
  host.came.push_back(
      {.attempt = permit.attempt, .boot = permit.boot, .not_after = permit.not_after});
  std::ranges::sort(host.came, {},
                    [](const Came& came) { return std::pair(came.attempt, came.boot); });
}

void row_is_durable(Work& work, std::size_t place, const executor::HostRow& row) {
  if (const auto* state = std::get_if<HostStateRow>(&row)) {
    Host& host = work.host(place);
    if (state->term_seen < host.term_top) {
      work.complain("I05", host.journal.host.host.text() + " fell from term " +
                               std::to_string(host.term_top.value) + " to " +
                               std::to_string(state->term_seen.value));
    }
    host.term_top = std::max(host.term_top, state->term_seen);
    return;
  }
  const auto& attempt = std::get<AttemptRow>(row);
  if (attempt.phase != AttemptPhase::Closed) return;
  acknowledgement_leaves(work, attempt.attempt, attempt.record_digest);
}

void task_is_launched(Work& work, std::size_t place, const AttemptId& attempt) {
  const Host& host = work.see_host(place);
  const Now now = now_of(work.world(), host);
  const bool fresh = std::ranges::any_of(host.came, [&](const Came& came) {
    return came.attempt == attempt && holds(host, now, came.boot, came.not_after);
  });
  if (!fresh) {
    work.complain("I03", work.setup.name_of(attempt) + " starts and no permit for it holds");
  }
}

void task_begins(Work& work, std::size_t place, const AttemptId& attempt) {
  if (!work.host(place).begun.insert(attempt).second) {
    work.complain("I04", work.setup.name_of(attempt) + " starts twice");
  }
  check_budget(work, place);
}

}  // namespace mainstay::model
