#include "common/plan/head.h"
#include "common/wire/decode.h"
#include "common/wire/message.h"
#include "common/wire/shared.h"

namespace mainstay {
namespace {

constexpr FieldLimit kArguments = {"argv", kArgumentsMax};
constexpr FieldLimit kArgument = {"argument", kArgumentBytesMax};
constexpr FieldLimit kNever = {"never_restart", kNeverRestartMax};
constexpr FieldLimit kSelector = {"selector", kSelectorTextMax};

void write_task(schema::Step::Builder to, const PatchStep& from) {
  to.setPatch(enum_to<schema::PackageChoice>(from.packages));
}
void write_task(schema::Step::Builder to, const CheckStep& from) {
  write_texts(to.initCheck(count_of(from.argv)), from.argv);
}
void write_task(schema::Step::Builder to, const RunStep& from) {
  write_texts(to.initRun(count_of(from.argv)), from.argv);
}
void write_task(schema::Step::Builder to, const RestartStep& from) {
  write_texts(to.initRestart(count_of(from.never)), from.never);
}
void write_task(schema::Step::Builder to, const RebootStep& from) {
  to.setReboot(enum_to<schema::RebootWhen>(from.when));
}

}  // namespace

void write(schema::PackageVersion::Builder to, const PackageVersion& from) {
  to.setName(text_of(from.name));
  to.setVersion(text_of(from.version));
}

PackageVersion read(schema::PackageVersion::Reader from, Complaint& complaint) {
  return {.name = read_name(from.getName(), "package", complaint),
          .version = read_name(from.getVersion(), "version", complaint)};
}

void write(schema::Step::Builder to, const Step& from) {
  to.setWithinMs(ms_of(from.within));
  std::visit([&](const auto& task) { write_task(to, task); }, from.task);
}

Step read(schema::Step::Reader from, Complaint& complaint) {
  Step step{.task = PatchStep{}, .within = read_duration(from.getWithinMs(), "within", complaint)};
  switch (from.which()) {
    case schema::Step::PATCH:
      step.task = PatchStep{read_enum(from.getPatch(), PackageChoice::All, "packages", complaint)};
      return step;
    case schema::Step::CHECK:
      step.task = CheckStep{read_texts(from.getCheck(), kArguments, kArgument, complaint)};
      return step;
    case schema::Step::RUN:
      step.task = RunStep{read_texts(from.getRun(), kArguments, kArgument, complaint)};
      return step;
    case schema::Step::RESTART:
      step.task = RestartStep{read_texts(from.getRestart(), kNever, kArgument, complaint)};
      return step;
    case schema::Step::REBOOT:
      step.task = RebootStep{read_enum(from.getReboot(), RebootWhen::Always, "when", complaint)};
      return step;
    case schema::Step::UNSET:
      break;
  }
  refuse_member("task", complaint);
  return step;
}

void write(schema::Wave::Builder to, const WaveSpec& from) {
  to.setKind(enum_to<schema::WaveKind>(from.kind));
  to.setAmount(from.amount);
  to.setSelector(text_of(from.selector));
}

WaveSpec read(schema::Wave::Reader from, Complaint& complaint) {
  return {.kind = read_enum(from.getKind(), WaveSpec::Kind::Rest, "wave", complaint),
          .amount = from.getAmount(),
          .selector = read_text(from.getSelector(), kSelector, complaint)};
}

void write(schema::Order::Builder to, const Order& from) {
  to.setRegionsAtOnce(from.regions_at_once);
  write_list(to.initWaves(count_of(from.waves)), from.waves);
  to.setConcurrency(from.concurrency);
}

Order read(schema::Order::Reader from, Complaint& complaint) {
  return {.regions_at_once = from.getRegionsAtOnce(),
          .waves = read_list<WaveSpec>(from.getWaves(), {"waves", kWavesMax}, complaint),
          .concurrency = from.getConcurrency()};
}

void write(schema::Budget::Builder to, const Budget& from) {
  write_texts(to.initPer(count_of(from.per)), from.per);
  to.setKind(enum_to<schema::BudgetKind>(from.kind));
  to.setAmount(from.amount);
}

Budget read(schema::Budget::Reader from, Complaint& complaint) {
  return {.per = read_texts(from.getPer(), {"per", kBudgetLabelsMax}, {"label", kLabelBytesMax},
                            complaint),
          .kind = read_enum(from.getKind(), Budget::Kind::MinHealthyPercent, "budget", complaint),
          .amount = from.getAmount()};
}

void write(schema::Advance::Builder to, const Advance& from) {
  to.setBakeMs(ms_of(from.bake));
  to.setFailuresKind(enum_to<schema::FailuresKind>(from.failures_kind));
  to.setFailures(from.failures);
}

Advance read(schema::Advance::Reader from, Complaint& complaint) {
  return {.bake = read_duration(from.getBakeMs(), "bake", complaint),
          .failures_kind =
              read_enum(from.getFailuresKind(), Advance::Failures::Usual, "failures", complaint),
          .failures = from.getFailures()};
}

void write(schema::PlanHead::Builder to, const PlanHead& from) {
  write(to.initHeader(), from.header);
  to.setName(text_of(from.name));
  to.setChange(text_of(from.change));
  to.setReason(text_of(from.reason));
  to.setSourceDigest(data_of(from.source_digest));
  to.setTargets(text_of(from.targets));
  write_list(to.initSteps(count_of(from.steps)), from.steps);
  write(to.initOrder(), from.order);
  write_list(to.initBudgets(count_of(from.budgets)), from.budgets);
  write(to.initAdvance(), from.advance);
  to.setNotBeforeMs(ms_of(from.not_before));
  to.setHostCount(from.host_count);
  to.setLeavesRoot(data_of(from.leaves_root));
}

PlanHead read(schema::PlanHead::Reader from, Complaint& complaint) {
  return {
      .header = read(from.getHeader(), complaint),
      .name = read_name(from.getName(), "plan", complaint),
      .change = read_line(from.getChange(), "change", complaint),
      .reason = read_line(from.getReason(), "reason", complaint),
      .source_digest = read_id<Digest>(from.getSourceDigest(), "source digest", complaint),
      .targets = read_text(from.getTargets(), {"targets", kSelectorTextMax}, complaint),
      .steps = read_list<Step>(from.getSteps(), {"steps", kStepsMax}, complaint),
      .order = read(from.getOrder(), complaint),
      .budgets = read_list<Budget>(from.getBudgets(), {"budgets", kBudgetsMax}, complaint),
      .advance = read(from.getAdvance(), complaint),
      .not_before = read_wall(from.getNotBeforeMs(), "not before", complaint),
      .host_count = from.getHostCount(),
      .leaves_root = read_id<Digest>(from.getLeavesRoot(), "leaves root", complaint),
  };
}

void write(schema::Leaf::Builder to, const Leaf& from) {
  to.setHost(text_of(from.host));
  to.setRecordKey(data_of(from.record_key));
  to.setRegion(text_of(from.region));
  to.setZone(text_of(from.zone));
  to.setWave(from.wave);
  write_list(to.initPackages(count_of(from.packages)), from.packages);
}

Leaf read(schema::Leaf::Reader from, Complaint& complaint) {
  Leaf leaf{
      .host = read_host(from.getHost(), complaint),
      .record_key = read_id<PublicKey>(from.getRecordKey(), "record key", complaint),
      .region = read_text(from.getRegion(), {"region", kLabelBytesMax}, complaint),
      .zone = read_text(from.getZone(), {"zone", kLabelBytesMax}, complaint),
      .wave = from.getWave(),
      .packages =
          read_list<PackageVersion>(from.getPackages(), {"packages", kPackagesMax}, complaint),
  };
  expect_ascending(leaf.packages, "packages", complaint);
  return leaf;
}

void write(schema::PlanBundle::Builder to, const PlanBundle& from) {
  to.setHead(data_of(ByteView(from.head)));
  auto leaves = to.initLeaves(count_of(from.leaves));
  unsigned place = 0;
  for (const Bytes& leaf : from.leaves) leaves.set(place++, data_of(ByteView(leaf)));
}

PlanBundle read(schema::PlanBundle::Reader from, Complaint& complaint) {
  PlanBundle bundle{.head = read_signed(from.getHead(), complaint), .leaves = {}};
  const auto leaves = from.getLeaves();
  if (leaves.size() > kBundleLeavesMax) {
    complaint.add("leaves", "has too many entries");
    return bundle;
  }
  bundle.leaves.reserve(leaves.size());
  for (const auto leaf : leaves) {
    bundle.leaves.push_back(read_bytes(leaf, {"leaf", kLeafBytesMax}, complaint));
  }
  return bundle;
}

Bytes encode(const PlanHead& value) {
  return encode_message<schema::PlanHead>(value);
}
Bytes encode(const Leaf& value) {
  return encode_message<schema::Leaf>(value);
}
Bytes encode(const PlanBundle& value) {
  return encode_message<schema::PlanBundle>(value);
}

template <>
Result<PlanHead> decode(ByteView bytes) {
  return decode_message<schema::PlanHead, PlanHead>(bytes, signed_shape(kHeadBytesMax));
}
template <>
Result<Leaf> decode(ByteView bytes) {
  return decode_message<schema::Leaf, Leaf>(bytes, signed_shape(kLeafBytesMax));
}
template <>
Result<PlanBundle> decode(ByteView bytes) {
  return decode_message<schema::PlanBundle, PlanBundle>(bytes, frame_shape(kBundleBytesMax));
}

}  // namespace mainstay
