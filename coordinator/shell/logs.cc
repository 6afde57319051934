#include "coordinator/shell/logs.h"

namespace mainstay::coordinator {

bool Logs::ask(const AttemptId& attempt, const Asker& asker, Now now) {
  const auto found = fetches_.find(attempt);
  if (found == fetches_.end() && fetches_.size() >= kFetchesMax) return false;
  Fetch& fetch = fetches_[attempt];
  if (fetch.askers.size() >= kFetchAskersMax) return false;
  if (fetch.askers.empty()) fetch.since = now.mono;
  fetch.askers.push_back(asker);
  return true;
}

std::optional<Logs::Finished> Logs::add(LogPart part) {
  const auto found = fetches_.find(part.attempt);
  if (found == fetches_.end()) return std::nullopt;  // nobody waits for it any more
  auto added = found->second.assembler.add(std::move(part.part));
  if (added && !*added) return std::nullopt;
  Finished finished{.attempt = found->first,
                    .askers = std::move(found->second.askers),
                    .log = added ? std::move(*added) : std::nullopt};
  fetches_.erase(found);
  return finished;
}

std::vector<Logs::Finished> Logs::expire(Now now) {
  std::vector<Finished> finished;
  for (auto at = fetches_.begin(); at != fetches_.end();) {
    if (now.mono - at->second.since < kFetchPatience) {
      ++at;
      continue;
    }
    finished.push_back(
        {.attempt = at->first, .askers = std::move(at->second.askers), .log = std::nullopt});
    at = fetches_.erase(at);
  }
  return finished;
}

}  // namespace mainstay::coordinator
