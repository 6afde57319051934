#include "coordinator/cli/need_name.h"

#include <algorithm>

#include "common/core/escape.h"

namespace mainstay::cli {

namespace {

constexpr std::size_t kNamedMax = 4;  // of those that fit; a longer number is what helps

/// "N-4821" and "N-48213" are the same need, if that begins so.
bool fits(const Answer& need, const std::string& name) {
  const std::string id = need.text("id");
  if (name == id) return true;
  // Shorter than any was shown it would be a guess.
  const std::size_t shown_min = std::min<std::size_t>(id.size(), std::string("N-1234").size());
  return name.size() >= shown_min && ("N-" + need.text("number")).starts_with(name);
}

}  // namespace

Result<const Answer*> find_need(const Answer& fleet, const std::string& name) {
  std::vector<const Answer*> found;
  for (const char* list : {"needs", "snoozed"}) {
    for (const Answer& need : fleet.items(list)) {
      if (fits(need, name)) found.push_back(&need);
    }
  }
  if (found.size() == 1) return found.front();
  const std::string shown = "`" + escape_for_terminal(name) + "`";
  if (found.empty()) {
    return fail(Fault::Malformed,
                shown + " is open no more, or never was; what is: mainstay status");
  }
  std::string names;
  for (std::size_t i = 0; i < std::min(found.size(), kNamedMax); ++i) {
    names += (names.empty() ? "" : ", ") + found[i]->text("id");
  }
  return fail(Fault::Malformed,
              shown + " is the beginning of several by now: " + names + "; see mainstay status");
}

}  // namespace mainstay::cli
