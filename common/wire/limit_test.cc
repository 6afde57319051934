// What the decoders refuse although Cap'n Proto would take it.
#include <gtest/gtest.h>

#include "common/plan/package_list.h"
#include "common/wire/decode.h"
#include "common/wire/sample.h"
#include "common/wire/sizes.h"

namespace mainstay {
namespace {

template <class T>
void expect_refused(const T& value, std::string_view words) {
  const auto back = decode<T>(encode(value));
  ASSERT_FALSE(back.has_value()) << "expected: " << words;
  EXPECT_EQ(back.error().fault, Fault::Malformed);
  EXPECT_NE(back.error().detail.find(words), std::string::npos) << back.error().detail;
}

TEST(LimitTest, RefusesTextsThatAreTooLong) {
  auto head = sample::make<PlanHead>(1);
  head.reason = std::string(kLineBytesMax, 'r');
  EXPECT_TRUE(decode<PlanHead>(encode(head)).has_value());
  head.reason += 'r';
  expect_refused(head, "reason is longer than 512 bytes");
}

TEST(LimitTest, RefusesNulInTexts) {
  auto head = sample::make<PlanHead>(1);
  head.name = std::string("a\0b", 3);
  expect_refused(head, "plan has a NUL");
}

TEST(LimitTest, RefusesHostsThatAreNoNames) {
  auto leaf = sample::make<Leaf>(1);
  leaf.host = HostId();
  expect_refused(leaf, "host is not a host name");
}

TEST(LimitTest, RefusesListsThatAreTooLong) {
  auto head = sample::make<PlanHead>(1);
  head.steps.resize(kStepsMax + 1);
  expect_refused(head, "steps has more than 16 entries");
  auto roster = sample::make<Roster>(1);
  roster.operators.resize(kOperatorsMax + 1);
  expect_refused(roster, "operators has more than 64 entries");
}

TEST(LimitTest, RefusesEnumeratorsItDoesNotKnow) {
  auto roster = sample::make<Roster>(1);
  roster.operators.resize(1);
  roster.operators[0].name = "anna";
  roster.operators[0].role = static_cast<Role>(5);
  expect_refused(roster, "role has a value that this version does not know");
}

TEST(LimitTest, RefusesWhatIsOutOfOrder) {
  auto leaf = sample::make<Leaf>(1);
  leaf.packages = {{"b", "1"}, {"a", "1"}};
  expect_refused(leaf, "packages is not in ascending order");
  leaf.packages = {{"a", "1"}, {"a", "1"}};
  expect_refused(leaf, "packages is not in ascending order");
  auto keys = sample::make<AdmittedKeys>(1);
  keys.links = {LinkKey{}, LinkKey{}};
  expect_refused(keys, "links is not in ascending order");
}

TEST(LimitTest, RefusesAnAnswerThatNamesAPackageTwice) {
  ResolveAnswer answer{
      .draft = {}, .packages = {{"b", "1"}, {"a", "1"}, {"b", "2"}}, .kept = {}, .refusal = ""};
  EXPECT_TRUE(decode<HostMessage>(encode(HostMessage(answer))).has_value());
  answer.packages.push_back({"b", "1"});
  expect_refused(HostMessage(answer), "packages names a package twice");
}

TEST(LimitTest, RefusesAnEmptyAudience) {
  expect_refused(GateOrder(ToHosts{.links = {}, .starts = true, .frame = {}}), "links is empty");
}

TEST(LimitTest, RefusesAMessageOfZeros) {
  const Bytes zeros(24);
  EXPECT_FALSE(decode<HostOrder>(zeros).has_value());
  EXPECT_FALSE(decode<ControlStatement>(zeros).has_value());
  EXPECT_FALSE(decode<OperatorRequest>(zeros).has_value());
}

TEST(LimitTest, RefusesAClosedRecordOfAnyOtherKind) {
  auto record = sample::make<ClosedRecord>(1);
  record.kind = OutcomeKind::Succeeded;
  expect_refused(record, "neither refused nor expired");
}

TEST(LimitTest, RefusesMoreBytesThanTheKindMayHave) {
  auto outcome = sample::make<Outcome>(1);
  outcome.installed.assign(kPackagesMax, {std::string(200, 'p'), std::string(200, 'v')});
  expect_refused(outcome, "message is too long");
}

TEST(LimitTest, RefusesMoreSegmentsThanTheKindMayHave) {
  // A table of two segments: the message's own, and an empty one.
  const Bytes one = encode(sample::make<Beacon>(1));
  Bytes two(16);
  two[0] = std::byte{1};
  std::copy(one.begin() + 4, one.begin() + 8, two.begin() + 4);
  two.insert(two.end(), one.begin() + 8, one.end());
  EXPECT_EQ(decode<Beacon>(two).error().detail, "message has too many segments");
}

TEST(LimitTest, CutsLinesForPeopleBetweenCharacters) {
  auto outcome = sample::make<Outcome>(1);
  outcome.reason = std::string(kLineBytesMax - 1, 'r') + "ü and more";
  const auto back = decode<Outcome>(encode(outcome));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  EXPECT_EQ(back->reason, std::string(kLineBytesMax - 1, 'r'));
}

TEST(LimitTest, CarriesTimesBeyondItsRangeAsTheEndOfIt) {
  auto head = sample::make<PlanHead>(1);
  head.header.not_after = WallTime::max();
  const auto back = decode<PlanHead>(encode(head));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(to_ms(back->header.not_after), kTimeMsMax);
}

TEST(LimitTest, FitsTheLargestDispatchIntoOneFrame) {
  const AttemptId attempt = sample::make<AttemptId>(1);
  const MerkleProof proof{.index = 1, .count = 1, .path = std::vector<Digest>(kProofDigestsMax)};
  const HostOrder order = DispatchMessage{
      Dispatch{.attempt = attempt,
               .head = Bytes(kHeadBytesMax + kEnvelopeBytesMax),
               .leaf = Bytes(kLeafBytesMax),
               .proof = proof,
               .permit = PermitSlip{.batch = Bytes(1024), .permit = Bytes(512), .proof = proof}}};
  EXPECT_TRUE(decode<HostOrder>(encode(order)).has_value());
}

TEST(LimitTest, AnUnchangedHostReportsInLessThan200Bytes) {
  Report report;
  report.sequence = 1UL << 47U;
  report.boot = *BootId::from(Bytes(32, std::byte{0x5a}));
  report.boottime = instant_from_ms(123'456'789'012);
  report.wall = wall_from_ms(1'790'000'000'000);
  report.health = {.broken_packages = 1, .failed_units = 2};
  report.health_at = report.wall;
  report.control_seen = {7};
  report.roster_seen = {8};
  report.term_seen = {9};
  report.label_serial_seen = 10;
  EXPECT_LT(encode(HostMessage(report)).size(), 200U);
}

TEST(LimitTest, FitsAPartOfAListOfPackagesIntoOneFrame) {
  const Bytes whole(kPackageListBytesMax, std::byte{'p'});
  std::size_t bytes = 0;
  for (Part& part : split(whole)) {
    const Bytes frame = encode(HostMessage(PackagesMessage{std::move(part)}));
    EXPECT_LE(frame.size(), kFrameBytesMax);
    const auto read = decode<HostMessage>(frame);
    ASSERT_TRUE(read.has_value()) << read.error().detail;
    bytes += std::get<PackagesMessage>(*read).part.bytes.size();
  }
  EXPECT_EQ(bytes, whole.size());
}

TEST(LimitTest, FitsTheMostThatASourceMayFindIntoOneFrame) {
  SourceReport report;
  for (std::size_t i = 0; i < 2 * kFindingsMax; ++i) {
    Finding finding{.topic = Topic::Usage,
                    .judgement = Judgement::Refuted,
                    .subject = std::string(i % (kSubjectBytesMax + 1), 's'),
                    .text = std::string(kFindingTextBytesMax, 't'),
                    .at = wall_from_ms(1),
                    .readings = {}};
    finding.readings.resize(kReadingsMax, {.measure = Measure::Count, .value = -1});
    report.findings.push_back(std::move(finding));
  }
  tidy(report);
  FindingsMessage message;
  message.findings = report.findings;
  const auto back = decode<HostMessage>(encode(HostMessage(message)));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  EXPECT_EQ(std::get<FindingsMessage>(*back).findings.size(), report.findings.size());
}

// A newer host is heard by an older centre: what it does not know is left out.
TEST(LimitTest, LeavesOutFindingsAndFactsThatItDoesNotKnow) {
  FindingsMessage message;
  const Finding known{.topic = Topic::Disk,
                      .judgement = Judgement::Proved,
                      .subject = "/",
                      .text = "",
                      .at = wall_from_ms(1),
                      .readings = {{.measure = static_cast<Measure>(kMeasureCount), .value = 1},
                                   {.measure = Measure::Count, .value = 2}}};
  Finding later = known;
  later.topic = static_cast<Topic>(kTopicCount);
  message.findings = {later, known};
  const auto back = decode<HostMessage>(encode(HostMessage(message)));
  ASSERT_TRUE(back.has_value()) << back.error().detail;
  const auto& findings = std::get<FindingsMessage>(*back).findings;
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].subject, "/");
  EXPECT_EQ(findings[0].readings.size(), 1U);

  message.source = static_cast<Source>(kSourceCount + 3);
  const auto later_source = decode<HostMessage>(encode(HostMessage(message)));
  ASSERT_TRUE(later_source.has_value()) << later_source.error().detail;
  EXPECT_EQ(std::get<FindingsMessage>(*later_source).source, kUnknownSource);

  Report report;
  report.facts = {{.fact = static_cast<Fact>(kFactCount), .value = 1},
                  {.fact = Fact::CpuCount, .value = 2}};
  report.lost = {static_cast<Fact>(kFactCount), Fact::MemoryTotal};
  const auto heard = decode<HostMessage>(encode(HostMessage(report)));
  ASSERT_TRUE(heard.has_value()) << heard.error().detail;
  EXPECT_EQ(std::get<Report>(*heard).facts.size(), 1U);
  EXPECT_EQ(std::get<Report>(*heard).lost, std::vector<Fact>{Fact::MemoryTotal});
}

}  // namespace
}  // namespace mainstay
