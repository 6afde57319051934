#include "tests/property/setup.h"

#include "common/core/check.h"
#include "common/core/digest.h"
#include "common/plan/merkle.h"

namespace mainstay::model {

namespace {

constexpr Duration kForEver = 24h * 20;
/// Holds in its own tick and in the next.
constexpr Duration kTwoTicks = kTick + kTick / 2;

Member member(const Setup& setup, const std::string& name, const std::string& cluster) {
  Member made;
  made.id = *HostId::parse(name);
  made.link = sim::link_key(name);
  made.record_key = sim::public_key(name);
  made.certificate = {.header = {.required_features = {}, .not_after = kDawn + kForEver},
                      .host = made.id,
                      .serial = 1,
                      .labels = {{"region", "eu"}, {"cluster", cluster}}};
  made.certificate_document =
      setup.signed_by(setup.operator_key, context::kLabels, made.certificate).document();
  return made;
}

}  // namespace

Setup::Setup() {
  centre_limits.silent_after = kTwoTicks;
  centre_limits.listen = kTick / 2;
  centre_limits.beacon_interval = kTick / 2;
  centre_limits.beacon_lifetime = kTwoTicks;
  centre_limits.dispatch_interval = kTick / 2;
  centre_limits.permit_lifetime = kTwoTicks;
  centre_limits.attempt_grace = kTick;
  centre_limits.verify_max = kTwoTicks;
  centre_limits.unreachable_after = 2 * kTwoTicks;
  centre_limits.audit_recent_max = 1;       // the chain is the simulator's to check
  centre_limits.starts_per_minute = 1'000;  // so is the rate
  centre_limits.check_interval = Duration(0);
  host_limits.beacon_age_max = kTwoTicks;
  host_limits.permit_lifetime_max = 24h;      // batches are made once
  CHECK(host_limits.clock_skew_max < kTick);  // a beacon that was a tick on its way proves nothing
  members = {member(*this, "db-1", "db"), member(*this, "web-1", "web"),
             member(*this, "web-2", "web")};
  roster.number = {1};
  roster.header.not_after = kDawn + kForEver;
  roster.operators = {{.name = "ana",
                       .key = operator_key,
                       .link = sim::link_key("ana"),
                       .role = Role::Admin,
                       .scope = "",
                       .expires = kDawn + kForEver}};
  // One host of a cluster at a time: the plans meet in the group of `web` and on the host db-1.
  add_plan("red", {0, 1});
  add_plan("blue", {0, 2});
}

void Setup::add_plan(const std::string& name, const std::vector<std::size_t>& hosts) {
  PlanHead head;
  head.header.not_after = kDawn + kForEver;
  head.name = name;
  head.targets = "region = eu";
  head.steps = {{.task = PatchStep{}, .within = kTick}};
  head.budgets = {{.per = {"cluster"}, .kind = Budget::Kind::Unavailable, .amount = 1}};
  head.advance.failures = kHosts;
  head.host_count = static_cast<std::uint32_t>(hosts.size());
  std::vector<Leaf> leaves;
  std::vector<Bytes> bytes;
  std::vector<Digest> tree;
  for (const std::size_t host : hosts) {
    leaves.push_back({.host = members.at(host).id,
                      .record_key = members.at(host).record_key,
                      .region = "eu",
                      .zone = "eu-a",
                      .wave = 0,
                      .packages = {{name + ":amd64", "2"}}});
    bytes.push_back(encode(leaves.back()));
    tree.push_back(leaf_digest(bytes.back()));
  }
  head.leaves_root = root_of(tree);
  const Bytes payload = encode(head);
  plans.push_back({.head = signed_by(operator_key, context::kPlanHead, head),
                   .plan = sha256(payload),
                   .payload = payload,
                   .leaves = std::move(leaves),
                   .leaf_bytes = std::move(bytes),
                   .proofs = proofs_of(tree)});
}

const Papers& Setup::papers_of(const PlanId& plan) const {
  return plans.at(plans.at(0).plan == plan ? 0 : 1);
}

std::size_t Setup::place_of(const HostId& host) const {
  std::size_t place = 0;
  while (members.at(place).id != host) ++place;
  return place;
}

std::size_t Setup::place_of(const LinkKey& link) const {
  std::size_t place = 0;
  while (members.at(place).link != link) ++place;
  return place;
}

std::string Setup::name_of(const AttemptId& attempt) const {
  return papers_of(attempt.plan).head->name + "/" + attempt.host.text() + "/" +
         std::to_string(attempt.number);
}

CentreDisk Setup::first_disk() const {
  CentreDisk disk;
  const auto put = [&disk](CoordinatorRow row) {
    const std::string key = key_of(row);
    disk[key] = std::make_shared<const CoordinatorRow>(std::move(row));
  };
  put(RosterRow{.roster = roster, .document = {}});
  for (const Member& each : members) {
    HostRow row;
    row.host = each.id;
    row.link_key = each.link;
    row.record_key = each.record_key;
    row.certificate = each.certificate;
    row.certificate_document = each.certificate_document;
    put(std::move(row));
  }
  std::uint32_t rollout = 0;
  for (const Papers& papers : plans) {
    PlanRow row;
    row.plan = papers.plan;
    row.head = *papers.head;
    row.head_payload = papers.payload;
    row.phase = PlanPhase::Started;
    row.approvals = {{.key = operator_key, .name = "ana", .at = kDawn, .document = {}}};
    put(std::move(row));
    for (std::uint32_t i = 0; i < papers.leaves.size(); ++i) {
      put(LeafRow{.plan = papers.plan,
                  .index = i,
                  .leaf = papers.leaves[i],
                  .bytes = papers.leaf_bytes[i]});
    }
    RolloutRow started;
    started.rollout = {++rollout};
    started.plan = papers.plan;
    put(std::move(started));
  }
  ReignRow reign;
  reign.last_rollout = {rollout};
  put(reign);
  return disk;
}

executor::Journal Setup::blank_journal(std::size_t host) const {
  const Member& member = members.at(host);
  executor::Journal journal;
  journal.record_key = member.record_key;
  journal.dispatch_key = dispatch_key;
  journal.host.host = member.id;
  journal.host.labels = member.certificate_document;
  journal.bound_host = member.id;
  journal.roster = roster;
  journal.labels = member.certificate.labels;
  journal.label_serial = member.certificate.serial;
  journal.labels_until = member.certificate.header.not_after;
  return journal;
}

}  // namespace mainstay::model
