// A host that has a list of packages, a short one. It is another one once the host is patched; and
// as all hosts of a swarm are alike, the centre needs to hear each list only once.
#include <utility>

#include "common/plan/package_list.h"
#include "tests/swarm/host.h"

namespace mainstay::swarm {
namespace {

constexpr Duration kListInterval = std::chrono::seconds(10);

}  // namespace

void list_packages(Fleet& fleet) {
  fleet.agent_limits.sources[std::to_underlying(Source::Patch)].interval = kListInterval;
}

void Host::list_packages() {
  auto& watch = agent_.watches[std::to_underlying(Source::Patch)];
  const auto wait = fleet_.rng.below(static_cast<std::uint64_t>(kListInterval.count()));
  watch.look_at = fleet_.reactor.now().mono + Duration(static_cast<std::int64_t>(wait));
  fleet_.reactor.arm(*this, watch.look_at);
}

SourceReport Host::packages_report() const {
  SourceReport report{.source = Source::Patch,
                      .at = fleet_.reactor.now().wall,
                      .facts = {{.fact = Fact::RebootNeeded, .value = 0}},
                      .findings = {}};
  report.packages = package_list_text({.release = "debian:12",
                                       .sees_processes = true,
                                       .packages = {{.name = "openssl",
                                                     .version = patched_ ? "3.0.17" : "3.0.15",
                                                     .candidate = "3.0.17",
                                                     .listening = {"nginx"}}}});
  return report;
}

}  // namespace mainstay::swarm
