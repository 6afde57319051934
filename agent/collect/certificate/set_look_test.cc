#include "agent/collect/certificate/set_look.h"

#include <gtest/gtest.h>

#include "agent/collect/certificate/test_certificates.h"

namespace mainstay::agent::certificate {
namespace {

using std::chrono::hours;

class SetLookTest : public testing::Test {
 protected:
  Made root_ = make_certificate({.name = "Test Root", .is_authority = true});
  Made middle_ = make_certificate({.name = "Test R3", .is_authority = true}, &root_);
  Made leaf_ = make_certificate({}, &middle_);
  CertificateSet set_{.name = "web", .files = {"/etc/ssl/web"}};

  static WalkedFile file(const std::string& name, const std::string& text) {
    return {.path = "/etc/ssl/web/" + name, .bytes = to_bytes(text), .is_named = true};
  }
  static PortAnswer answer(std::vector<Certificate> chain, const std::string& sni = "") {
    return {.asked = {.port = 443, .sni = sni},
            .served = {.end = Served::End::Chain, .why = "", .chain = std::move(chain)}};
  }
  static PortAnswer silence(const std::string& why) {
    return {.asked = {.port = 443, .sni = ""}, .served = {.end = Served::End::Nothing, .why = why}};
  }
  SetFindings judge(const std::vector<WalkedFile>& files, const std::vector<PortAnswer>& answers) {
    Roots roots;
    roots.name({root_.value()});
    return judge_set(set_, read_walked(files, "", kTestNow), answers,
                     {.span = {.now = kTestNow, .warn = set_.warn}, .roots = roots});
  }
  Finding only(const std::vector<WalkedFile>& files, const std::vector<PortAnswer>& answers) {
    const SetFindings made = judge(files, answers);
    EXPECT_EQ(made.findings.size(), 1U);
    return made.findings.empty() ? Finding{} : made.findings[0];
  }
  Finding of_leaf(const Wanted& wanted) {
    return only({file("a.pem", make_certificate(wanted, &middle_).pem() + middle_.pem())}, {});
  }
};

TEST_F(SetLookTest, ServedAsInTheFileIsProved) {
  const auto made = judge({file("full.pem", leaf_.pem() + middle_.pem())},
                          {answer({leaf_.value(), middle_.value()}, "web.example.net")});
  ASSERT_EQ(made.findings.size(), 1U);
  const Finding& finding = made.findings[0];
  EXPECT_EQ(finding.judgement, Judgement::Proved);
  EXPECT_EQ(finding.subject, "web.example.net");
  EXPECT_EQ(finding.text,
            "served = file on 443, 90 d left; EC 256, by Test R3; /etc/ssl/web/full.pem");
  EXPECT_EQ(reading_of(finding, Measure::Port), 443);
  EXPECT_EQ(reading_of(finding, Measure::KeyBits), 256);
  EXPECT_EQ(reading_of(finding, Measure::ExpiresAtSeconds), 1'780'000'000 + 90 * 86400);
  EXPECT_EQ(made.first_end, kTestNow + hours(24 * 90));
}

TEST_F(SetLookTest, AnotherOneServedThanInTheFileIsRefuted) {
  const Made old = make_certificate({.ends = hours(24 * 5)}, &middle_);
  const Finding finding = only({file("full.pem", leaf_.pem() + middle_.pem())},
                               {answer({old.value(), middle_.value()}, "web.example.net")});
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_TRUE(finding.text.starts_with(
      "port 443 serves another certificate than the file; the served one ends in 5 d of 30 d"))
      << finding.text;
}

TEST_F(SetLookTest, AChainThatMayEndInARootNobodyCouldReadIsNotProved) {
  Roots roots;
  roots.name({}, "/etc/ssl/own.pem: No such file or directory");
  const auto made = judge_set(set_, read_walked({file("leaf.pem", leaf_.pem())}, "", kTestNow),
                              {answer({leaf_.value()})},
                              {.span = {.now = kTestNow, .warn = set_.warn}, .roots = roots});
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_EQ(made.findings[0].judgement, Judgement::NotProved);
  EXPECT_TRUE(made.findings[0].text.contains("/etc/ssl/own.pem")) << made.findings[0].text;
}

TEST_F(SetLookTest, AChainWithoutTheIssuerBetweenIsRefuted) {
  const Finding finding = only({file("leaf.pem", leaf_.pem())}, {answer({leaf_.value()})});
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_TRUE(finding.text.starts_with("port 443 serves an incomplete chain, Test R3 is missing"))
      << finding.text;
}

TEST_F(SetLookTest, AnIssuerOfTheSameNameWithAnotherKeyIsNone) {
  const Made forged = make_certificate({.name = "Test R3", .is_authority = true}, &root_);
  const Finding finding =
      only({file("leaf.pem", leaf_.pem())}, {answer({leaf_.value(), forged.value()})});
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
}

TEST_F(SetLookTest, ARootThatWasServedEndsAChain) {
  const Made own_root = make_certificate({.name = "Own", .is_authority = true});
  const Made own = make_certificate({}, &own_root);
  EXPECT_EQ(only({file("own.pem", own.pem())}, {answer({own.value(), own_root.value()})}).judgement,
            Judgement::Proved);
  EXPECT_EQ(only({file("own.pem", own.pem())}, {answer({own.value()})}).judgement,
            Judgement::Refuted);
}

TEST_F(SetLookTest, ACertificateForAnotherNameIsRefuted) {
  set_.files = {};
  const Finding finding = only({}, {answer({leaf_.value(), middle_.value()}, "shop.example.net")});
  EXPECT_EQ(finding.judgement, Judgement::Refuted);
  EXPECT_EQ(finding.subject, "shop.example.net");
  EXPECT_EQ(finding.text,
            "port 443 answers shop.example.net with a certificate for web.example.net");
}

TEST_F(SetLookTest, APortThatSaysNothingIsNotProved) {
  const Finding finding = only({file("full.pem", leaf_.pem() + middle_.pem())},
                               {silence("does not answer a TLS greeting in time")});
  EXPECT_EQ(finding.judgement, Judgement::NotProved);
  EXPECT_EQ(finding.text, "port 443 does not answer a TLS greeting in time; /etc/ssl/web/full.pem");
}

TEST_F(SetLookTest, TimesAreJudged) {
  const Finding ended = of_leaf({.ends = -hours(72)});
  EXPECT_EQ(ended.judgement, Judgement::Refuted);
  EXPECT_TRUE(ended.text.starts_with("ended 3 d ago")) << ended.text;
  const Finding soon = of_leaf({.ends = hours(24 * 12)});
  EXPECT_EQ(soon.judgement, Judgement::Refuted);
  EXPECT_TRUE(soon.text.starts_with("ends in 12 d of 30 d")) << soon.text;
  const Finding early = of_leaf({.begins = hours(48)});
  EXPECT_EQ(early.judgement, Judgement::Refuted);
  EXPECT_TRUE(early.text.starts_with("not valid before 2026-")) << early.text;
  set_.warn = hours(24 * 7);
  EXPECT_EQ(of_leaf({.ends = hours(24 * 12)}).judgement, Judgement::Proved);
}

TEST_F(SetLookTest, KeysAndSignaturesAreJudged) {
  const Finding key = of_leaf({.rsa_bits = 1024});
  EXPECT_EQ(key.judgement, Judgement::Refuted);
  EXPECT_TRUE(key.text.starts_with("weak key: RSA 1024, at least 2048 needed")) << key.text;
  const Finding sha1 = of_leaf({.digest = EVP_sha1()});
  EXPECT_TRUE(sha1.text.starts_with("signed with SHA-1")) << sha1.text;
  // There is no name for MD5 with a curve.
  middle_ = make_certificate({.name = "RSA", .is_authority = true, .rsa_bits = 2048}, &root_);
  const Finding md5 = of_leaf({.digest = EVP_md5()});
  EXPECT_TRUE(md5.text.starts_with("signed with MD5 or older")) << md5.text;
}

TEST_F(SetLookTest, AnIssuerThatEndsFirstIsSaidAndCounted) {
  const Made tired =
      make_certificate({.name = "Tired", .is_authority = true, .ends = hours(48)}, &root_);
  const Made leaf = make_certificate({}, &tired);
  const auto made = judge({file("full.pem", leaf.pem() + tired.pem())}, {});
  ASSERT_EQ(made.findings.size(), 1U);
  EXPECT_TRUE(made.findings[0].text.starts_with("issuer Tired ends in 2 d of 30 d"))
      << made.findings[0].text;
  EXPECT_EQ(made.first_end, kTestNow + hours(48));
}

TEST_F(SetLookTest, OneCertificateInSeveralFilesIsOneFinding) {
  const Finding finding =
      only({file("cert.pem", leaf_.pem()), file("full.pem", leaf_.pem() + middle_.pem())}, {});
  EXPECT_TRUE(finding.text.ends_with("/etc/ssl/web/cert.pem and 1 more")) << finding.text;
}

TEST_F(SetLookTest, ABundleOfRootsIsAFindingEach) {
  const Made other = make_certificate({.name = "Other Root", .is_authority = true});
  EXPECT_EQ(judge({file("roots.pem", root_.pem() + other.pem())}, {}).findings.size(), 2U);
}

TEST_F(SetLookTest, WhatCannotBeReadIsNotProved) {
  const auto made = judge({file("key.pem", "-----BEGIN X-----\n-----END X-----\n"),
                           file("no.der", "nonsense"),
                           {.path = "/a", .bytes = fail(Fault::Denied, "needs root: /a")}},
                          {});
  ASSERT_EQ(made.findings.size(), 3U);
  EXPECT_EQ(made.findings[0].text, "holds no certificate");
  EXPECT_EQ(made.findings[1].text, "neither PEM nor DER nor PKCS#12");
  EXPECT_EQ(made.findings[2].text, "needs root: /a");
  for (const Finding& finding : made.findings) {
    EXPECT_EQ(finding.judgement, Judgement::NotProved);
  }
}

TEST_F(SetLookTest, HostileNamesAreEscapedInTheReport) {
  const Made hostile = make_certificate({.name = "a\x1b[31m$(reboot)"}, &middle_);
  const auto made = judge({file("a.pem", hostile.pem() + middle_.pem())}, {});
  SourceReport report{.source = Source::Certificate,
                      .at = kTestNow,
                      .facts = {},
                      .findings = made.findings,
                      .omitted = 0};
  tidy(report);
  EXPECT_EQ(report.findings[0].subject, "a\\x1b[31m$(reboot)");
}

}  // namespace
}  // namespace mainstay::agent::certificate
