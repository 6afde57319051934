// Vocabularies pass the wire as numbers (enum_to, read_enum): each word must have one number in
// the plain enum and in the schema. The compiler checks it; there is nothing to run.
#include "common/row/coordinator_row.h"
#include "common/wire/shared.h"
#include "schemas/state.capnp.h"

namespace mainstay {
namespace {

template <class Plain, class Schema>
constexpr bool same(Plain plain, Schema schema) {
  return static_cast<unsigned>(plain) == static_cast<unsigned>(schema);
}

static_assert(same(RolloutAct::Pause, schema::RolloutAct::PAUSE));
static_assert(same(RolloutAct::Resume, schema::RolloutAct::RESUME));

static_assert(same(View::Fleet, schema::View::FLEET));
static_assert(same(View::Hosts, schema::View::HOSTS));
static_assert(same(View::Host, schema::View::HOST));
static_assert(same(View::Plans, schema::View::PLANS));
static_assert(same(View::Plan, schema::View::PLAN));
static_assert(same(View::PlanBundle, schema::View::PLAN_BUNDLE));
static_assert(same(View::Rollouts, schema::View::ROLLOUTS));
static_assert(same(View::Rollout, schema::View::ROLLOUT));
static_assert(same(View::Explain, schema::View::EXPLAIN));
static_assert(same(View::Ledger, schema::View::LEDGER));
static_assert(same(View::Audit, schema::View::AUDIT));
static_assert(same(View::Roster, schema::View::ROSTER));
static_assert(same(View::Control, schema::View::CONTROL));
static_assert(same(View::Log, schema::View::LOG));
static_assert(same(View::Tokens, schema::View::TOKENS));
static_assert(same(View::Certificate, schema::View::CERTIFICATE));

static_assert(same(Verdict::Done, schema::Verdict::DONE));
static_assert(same(Verdict::HostFailed, schema::Verdict::HOST_FAILED));
static_assert(same(Verdict::WrongUse, schema::Verdict::WRONG_USE));
static_assert(same(Verdict::Refused, schema::Verdict::REFUSED));
static_assert(same(Verdict::ApprovalMissing, schema::Verdict::APPROVAL_MISSING));
static_assert(same(Verdict::Halted, schema::Verdict::HALTED));
static_assert(same(Verdict::Unreachable, schema::Verdict::UNREACHABLE));

static_assert(same(Role::Viewer, schema::Role::VIEWER));
static_assert(same(Role::Operator, schema::Role::OPERATOR));
static_assert(same(Role::Approver, schema::Role::APPROVER));
static_assert(same(Role::Admin, schema::Role::ADMIN));
static_assert(same(Role::Enroller, schema::Role::ENROLLER));

static_assert(same(PackageChoice::Security, schema::PackageChoice::SECURITY));
static_assert(same(PackageChoice::All, schema::PackageChoice::ALL));

static_assert(same(WaveSpec::Kind::Count, schema::WaveKind::COUNT));
static_assert(same(WaveSpec::Kind::Percent, schema::WaveKind::PERCENT));
static_assert(same(WaveSpec::Kind::Selected, schema::WaveKind::SELECTED));
static_assert(same(WaveSpec::Kind::Rest, schema::WaveKind::REST));

static_assert(same(Budget::Kind::Unavailable, schema::BudgetKind::UNAVAILABLE));
static_assert(same(Budget::Kind::UnavailablePercent, schema::BudgetKind::UNAVAILABLE_PERCENT));
static_assert(same(Budget::Kind::MinHealthy, schema::BudgetKind::MIN_HEALTHY));
static_assert(same(Budget::Kind::MinHealthyPercent, schema::BudgetKind::MIN_HEALTHY_PERCENT));

static_assert(same(Advance::Failures::Count, schema::FailuresKind::COUNT));
static_assert(same(Advance::Failures::Percent, schema::FailuresKind::PERCENT));
static_assert(same(Advance::Failures::Usual, schema::FailuresKind::USUAL));

static_assert(same(OutcomeKind::Succeeded, schema::OutcomeKind::SUCCEEDED));
static_assert(same(OutcomeKind::Failed, schema::OutcomeKind::FAILED));
static_assert(same(OutcomeKind::Refused, schema::OutcomeKind::REFUSED));
static_assert(same(OutcomeKind::Expired, schema::OutcomeKind::EXPIRED));
static_assert(same(OutcomeKind::Unreachable, schema::OutcomeKind::UNREACHABLE));
static_assert(same(OutcomeKind::Unknown, schema::OutcomeKind::UNKNOWN));
static_assert(same(OutcomeKind::NotStarted, schema::OutcomeKind::NOT_STARTED));

static_assert(same(PlanPhase::Freezing, schema::PlanPhase::FREEZING));
static_assert(same(PlanPhase::Frozen, schema::PlanPhase::FROZEN));
static_assert(same(PlanPhase::Started, schema::PlanPhase::STARTED));

static_assert(same(RolloutPhase::Running, schema::RolloutPhase::RUNNING));
static_assert(same(RolloutPhase::Paused, schema::RolloutPhase::PAUSED));
static_assert(same(RolloutPhase::Halted, schema::RolloutPhase::HALTED));
static_assert(same(RolloutPhase::Finished, schema::RolloutPhase::FINISHED));
static_assert(same(RolloutPhase::Aborted, schema::RolloutPhase::ABORTED));

static_assert(same(RegionPhase::Closed, schema::RegionPhase::CLOSED));
static_assert(same(RegionPhase::Open, schema::RegionPhase::OPEN));
static_assert(same(RegionPhase::Baking, schema::RegionPhase::BAKING));
static_assert(same(RegionPhase::Done, schema::RegionPhase::DONE));

static_assert(same(TargetPhase::Waiting, schema::TargetPhase::WAITING));
static_assert(same(TargetPhase::Working, schema::TargetPhase::WORKING));
static_assert(same(TargetPhase::Verifying, schema::TargetPhase::VERIFYING));
static_assert(same(TargetPhase::Ended, schema::TargetPhase::ENDED));

static_assert(same(Fact::PatchSecurity, schema::Fact::PATCH_SECURITY));
static_assert(same(Fact::PatchTotal, schema::Fact::PATCH_TOTAL));
static_assert(same(Fact::PatchHeld, schema::Fact::PATCH_HELD));
static_assert(same(Fact::PatchBroken, schema::Fact::PATCH_BROKEN));
static_assert(same(Fact::PatchListsAge, schema::Fact::PATCH_LISTS_AGE));
static_assert(same(Fact::DiskFreePercent, schema::Fact::DISK_FREE_PERCENT));
static_assert(same(Fact::ExecutorPresent, schema::Fact::EXECUTOR_PRESENT));
static_assert(same(Fact::UptimeSeconds, schema::Fact::UPTIME_SECONDS));

static_assert(same(AttemptPhase::Received, schema::AttemptPhase::RECEIVED));
static_assert(same(AttemptPhase::Intended, schema::AttemptPhase::INTENDED));
static_assert(same(AttemptPhase::Started, schema::AttemptPhase::STARTED));
static_assert(same(AttemptPhase::Finished, schema::AttemptPhase::FINISHED));
static_assert(same(AttemptPhase::Closed, schema::AttemptPhase::CLOSED));

static_assert(same(GateMode::Hosts, schema::GateMode::HOSTS));
static_assert(same(GateMode::Enrolment, schema::GateMode::ENROLMENT));

}  // namespace
}  // namespace mainstay
