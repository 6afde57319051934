#include <gmock/gmock.h>

#include "coordinator/feed/test_import.h"

namespace mainstay::coordinator {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string document(std::string_view definitions, std::string_view rest) {
  return std::string(R"(<?xml version="1.0"?>
<oval_definitions xmlns="http://oval.mitre.org/XMLSchema/oval-definitions-5"
    xmlns:linux-def="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux"
    xmlns:red-def="http://oval.mitre.org/XMLSchema/oval-definitions-5#linux"
    xmlns:oval="http://oval.mitre.org/XMLSchema/oval-common-5">
<generator><oval:timestamp>2026-05-06T07:08:09</oval:timestamp></generator>
<definitions>)") +
         std::string(definitions) + "</definitions>" + std::string(rest) + "</oval_definitions>\n";
}

constexpr std::string_view kDebianRest = R"(<tests>
<textfilecontent54_test id="t:1"><object object_ref="o:1"/><state state_ref="s:1"/></textfilecontent54_test>
<dpkginfo_test id="t:3"><object object_ref="o:3"/><state state_ref="s:3"/></dpkginfo_test>
<dpkginfo_test id="t:4"><object object_ref="o:4"/></dpkginfo_test>
<dpkginfo_test id="t:5"><object object_ref="o:3"/><state state_ref="s:5"/></dpkginfo_test>
</tests><objects>
<textfilecontent54_object id="o:1"><path>/etc</path></textfilecontent54_object>
<dpkginfo_object id="o:3"><name>libfoo</name></dpkginfo_object>
<dpkginfo_object id="o:4"><name>libbar</name></dpkginfo_object>
</objects><states>
<textfilecontent54_state id="s:1"><subexpression>12\.\d</subexpression></textfilecontent54_state>
<dpkginfo_state id="s:3"><evr datatype="evr_string" operation="less than">0:1.2-3+deb12u1</evr></dpkginfo_state>
<dpkginfo_state id="s:5"><evr datatype="evr_string" operation="less than">0:0</evr></dpkginfo_state>
</states>)";

std::string debian_definition(std::string_view id, std::string_view criteria) {
  return R"(<definition class="vulnerability" id="d"><metadata><title>)" + std::string(id) +
         R"(</title><affected family="unix"><platform>Debian GNU/Linux 12</platform></affected>
<reference source="CVE" ref_id=")" +
         std::string(id) + R"("/><description>Lengths &lt; 4
   are trusted.</description></metadata>
<criteria operator="AND"><criterion comment="Debian 12 is installed" test_ref="t:1"/>)" +
         std::string(criteria) + "</criteria></definition>";
}

TEST(OvalTest, ReadsDebians) {
  const ImportedFeed feed =
      imported(document(debian_definition("CVE-2026-40001",
                                          R"(<criteria operator="OR"><criteria operator="AND">
<criterion comment="all architecture" test_ref="t:2"/>
<criterion comment="libfoo DPKG is earlier than 1.2-3+deb12u1" test_ref="t:3"/>
<criterion test_ref="t:4"/></criteria></criteria>)") +
                            debian_definition("CVE-2026-40002", R"(<criterion test_ref="t:5"/>
<criterion test_ref="t:4" negate="true"/>)"),
                        kDebianRest));
  EXPECT_EQ(feed.head.name, "oval-debian-12");
  EXPECT_EQ(feed.head.at, wall_from_ms(1'778'051'289'000));
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 unknown reported Lengths < 4 are trusted.\n"
            " debian:12 libbar none\n"
            " debian:12 libfoo fixed=1.2-3+deb12u1\n"
            "CVE-2026-40002 unknown reported Lengths < 4 are trusted.\n"
            " debian:12 libfoo unknown\n");
}

constexpr std::string_view kUbuntuRest = R"(<tests>
<linux-def:dpkginfo_test id="t:1"><linux-def:object object_ref="o:1"/><linux-def:state state_ref="s:1"/></linux-def:dpkginfo_test>
<linux-def:dpkginfo_test id="t:2"><linux-def:object object_ref="o:1"/></linux-def:dpkginfo_test>
<unix:uname_test xmlns:unix="u" id="t:3"><unix:object object_ref="o:9"/></unix:uname_test>
</tests><objects>
<linux-def:dpkginfo_object id="o:1"><linux-def:name var_ref="v:1" var_check="at least one"/></linux-def:dpkginfo_object>
</objects><states>
<linux-def:dpkginfo_state id="s:1"><linux-def:evr datatype="debian_evr_string" operation="less than">0:3.0.2-0ubuntu1.1</linux-def:evr></linux-def:dpkginfo_state>
</states><variables><constant_variable id="v:1"><value>libfoo1</value><value>libfoo-bin</value></constant_variable></variables>)";

std::string ubuntu_definition(std::string_view criteria) {
  return R"(<definition class="vulnerability" id="d"><metadata>
<title>CVE-2026-40001 on Ubuntu 22.04 LTS (jammy) - high</title><description>D</description>
<advisory><severity>High</severity><cve href="h" priority="high">CVE-2026-40001</cve></advisory>
</metadata><criteria><extend_definition definition_ref="d:100" comment="Ubuntu 22.04 LTS (jammy) is installed."/>)" +
         std::string(criteria) + "</criteria></definition>";
}

TEST(OvalTest, ReadsUbuntusBySource) {
  const ImportedFeed feed = imported(document(ubuntu_definition(R"(
<criterion test_ref="t:1" comment="foo package in jammy was vulnerable but has been fixed (note: '3.0.2-0ubuntu1.1')."/>
<criterion test_ref="t:2" comment="(CVE-2026-40001) bar package in jammy is affected and needs fixing."/>
<criterion test_ref="t:2" comment="The 'baz' package in jammy is affected, but a decision has been made to defer addressing it."/>
<criterion test_ref="t:2" comment="qux package in jammy is not known (status: 'needs-triage')."/>
<criteria operator="AND"><criterion test_ref="t:3" comment="Is kernel 'linux' running?"/>
<criterion test_ref="t:4" comment="'linux' kernel in jammy was vulnerable but has been fixed (note: '5.15.0-101.111')."/></criteria>
<criterion test_ref="t:3" comment="Is kernel 'linux-riscv' running?"/>
<criterion test_ref="t:2" comment="../x package in jammy is affected"/>)"),
                                              kUbuntuRest));
  EXPECT_EQ(feed.head.name, "oval-ubuntu-22.04");
  EXPECT_EQ(body_of(feed),
            "CVE-2026-40001 high reported D\n"
            " ubuntu:22.04 bar none\n"
            " ubuntu:22.04 baz none\n"
            " ubuntu:22.04 foo fixed=3.0.2-0ubuntu1.1\n"
            " ubuntu:22.04 libfoo-bin none\n"
            " ubuntu:22.04 libfoo1 none\n"
            " ubuntu:22.04 linux fixed=5.15.0-101.111\n"
            " ubuntu:22.04 linux-riscv none\n"
            " ubuntu:22.04 qux unknown\n");
}

TEST(OvalTest, ReadsRedHats) {
  const ImportedFeed feed = imported(document(R"(
<definition class="inventory" id="d:0"><criteria><criterion test_ref="t:2"/></criteria></definition>
<definition class="patch" id="d:1"><metadata><title>RHSA-2026:0001: foo security update (Important)</title>
<affected family="unix"><platform>Red Hat Enterprise Linux 9</platform></affected>
<reference ref_id="RHSA-2026:0001" source="RHSA"/><reference ref_id="CVE-2026-40001" source="CVE"/>
<reference ref_id="CVE-2026-40002" source="CVE"/><description>Long.</description>
<advisory><issued date="2026-09-21"/><updated date="2026-10-01"/><severity>Important</severity><cve>CVE-2026-40001</cve></advisory></metadata>
<criteria operator="OR"><criterion comment="Red Hat Enterprise Linux must be installed" test_ref="t:9"/>
<criteria operator="AND"><criterion comment="foo is earlier than 1:3.0.1-1.el9" test_ref="t:1"/>
<criterion comment="foo is signed with Red Hat redhatrelease2 key" test_ref="t:2"/>
<criterion comment="Module nodejs:20 is enabled" test_ref="t:8"/>
<criterion comment="quux is installed" test_ref="t:5"/>
<criterion comment="nodejs is earlier than" test_ref="t:3"/></criteria></criteria></definition>
<definition class="vulnerability" id="d:2"><metadata><title>CVE-2026-40003 bar: x (moderate)</title>
<affected family="unix"><platform>Red Hat Enterprise Linux 9</platform></affected>
<reference ref_id="CVE-2026-40003" source="CVE"/><description>Not mended.</description>
<advisory><issued date="2026-09-01"/></advisory></metadata>
<criteria><criterion comment="bar is installed" test_ref="t:4"/><criterion test_ref="t:9"/>
<criterion comment="bar is signed with Red Hat redhatrelease2 key" test_ref="t:2"/></criteria></definition>)",
                                              R"(<tests>
<red-def:rpminfo_test id="t:1"><red-def:object object_ref="o:1"/><red-def:state state_ref="s:1"/></red-def:rpminfo_test>
<red-def:rpminfo_test id="t:2"><red-def:object object_ref="o:1"/><red-def:state state_ref="s:2"/></red-def:rpminfo_test>
<red-def:rpminfo_test id="t:3"><red-def:object object_ref="o:3"/><red-def:state state_ref="s:3"/></red-def:rpminfo_test>
<red-def:rpminfo_test id="t:4"><red-def:object object_ref="o:4"/></red-def:rpminfo_test>
<red-def:rpminfo_test id="t:5"><red-def:object object_ref="o:5"/></red-def:rpminfo_test>
<red-def:rpminfo_test id="t:9"><red-def:object object_ref="o:9"/></red-def:rpminfo_test>
</tests><objects><red-def:rpminfo_object id="o:1"><red-def:name>foo</red-def:name></red-def:rpminfo_object>
<red-def:rpminfo_object id="o:3"><red-def:name>nodejs</red-def:name></red-def:rpminfo_object>
<red-def:rpminfo_object id="o:4"><red-def:name>bar</red-def:name></red-def:rpminfo_object>
<red-def:rpminfo_object id="o:5"><red-def:name>quux</red-def:name></red-def:rpminfo_object>
<red-def:rpminfo_object id="o:9"><red-def:name>redhat-release</red-def:name></red-def:rpminfo_object>
</objects><states><red-def:rpminfo_state id="s:1"><red-def:arch>x86_64</red-def:arch>
<red-def:evr datatype="evr_string" operation="less than">1:3.0.1-1.el9</red-def:evr></red-def:rpminfo_state>
<red-def:rpminfo_state id="s:2"><red-def:signature_keyid operation="equals">0123</red-def:signature_keyid></red-def:rpminfo_state>
<red-def:rpminfo_state id="s:3"><red-def:evr operation="less than">1:20.1-1.module+el9+1</red-def:evr></red-def:rpminfo_state>
</states>)"));
  EXPECT_EQ(feed.head.name, "oval-rhel-9");
  const std::string statements =
      " rhel:9 foo fixed=1:3.0.1-1.el9 at=1789948800\n"
      " rhel:9 nodejs unknown\n";
  const std::string title = "RHSA-2026:0001: foo security update (Important)\n";
  EXPECT_EQ(body_of(feed), "CVE-2026-40001 high reported " + title + statements +
                               "CVE-2026-40002 high reported " + title + statements +
                               "CVE-2026-40003 unknown reported Not mended.\n rhel:9 bar none\n");
}

TEST(OvalTest, RefusesWhatMakesMuchOfLittle) {
  EXPECT_THAT(refused("<!DOCTYPE a [<!ENTITY b \"c\">]><oval_definitions>&b;</oval_definitions>"),
              StartsWith("list:1:1"));
  EXPECT_THAT(refused("<!DOCTYPE a [<!ENTITY b \"c\">]><a/>"), HasSubstr("document type"));
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "<a>";
  EXPECT_THAT(refused(deep), HasSubstr("nested too deep"));
}

TEST(OvalTest, SaysWhereItBreaks) {
  EXPECT_THAT(refused("<oval_definitions>\n<a></b>"), StartsWith("list:2:6: this is no XML"));
  EXPECT_THAT(refused("<html></html>"), HasSubstr("not OVAL"));
  EXPECT_THAT(refused("<oval_definitions/>"), HasSubstr("no vulnerability"));
  EXPECT_THAT(refused("<oval_definitions>"), HasSubstr("no XML"));
}

TEST(OvalTest, CountsWhatIsOfNoReleaseOrId) {
  const ImportedFeed feed =
      imported(document(debian_definition("CVE-2026-40001", R"(<criterion test_ref="t:3"/>)") +
                            debian_definition("DSA-1", "") +
                            R"(<definition class="patch"><metadata><platform>Windows 95</platform>
<reference ref_id="CVE-2026-40002"/></metadata></definition>)",
                        kDebianRest));
  EXPECT_EQ(feed.vulnerabilities, 1U);
  EXPECT_EQ(left_out_of(feed, "definitions without a CVE id"), 1U);
  EXPECT_EQ(left_out_of(feed, "definitions for other systems"), 1U);
}

TEST(OvalTest, CountsTestsThatNameNoPackage) {
  const ImportedFeed feed = imported(document(
      debian_definition("CVE-2026-40001", R"(<criterion test_ref="t:3"/><criterion test_ref="t:4"/>
<criterion test_ref="t:5"/><criterion test_ref="t:6"/>)"),
      R"(<tests><dpkginfo_test id="t:1"><object object_ref="o:1"/><state state_ref="s:9"/></dpkginfo_test>
<dpkginfo_test id="t:3"><object object_ref="o:none"/></dpkginfo_test>
<dpkginfo_test id="t:4"><object object_ref="o:4"/></dpkginfo_test>
<dpkginfo_test id="t:5"><object object_ref="o:5"/></dpkginfo_test></tests>
<objects><dpkginfo_object id="o:1"><name>libfoo</name></dpkginfo_object>
<dpkginfo_object id="o:4"><name var_ref="v:none"/></dpkginfo_object>
<dpkginfo_object id="o:5"><name/></dpkginfo_object></objects>)"));
  EXPECT_EQ(left_out_of(feed, "tests that name no package"), 3U);
  EXPECT_EQ(left_out_of(feed, "criteria whose test is not there"), 1U);
  // Nor is the state there: from which version on it is mended nobody says.
  EXPECT_EQ(
      body_of(feed),
      "CVE-2026-40001 unknown reported Lengths < 4 are trusted.\n debian:12 libfoo unknown\n");
}

std::string repeated(std::size_t times, std::string_view text) {
  std::string many;
  for (std::size_t i = 0; i < times; ++i) many += text;
  return many;
}

TEST(OvalTest, RefusesADefinitionThatMultiplies) {
  const auto rest = [](std::size_t names) {
    return R"(<tests><dpkginfo_test id="t:1"><object object_ref="o:1"/></dpkginfo_test></tests>
<objects><dpkginfo_object id="o:1"><name var_ref="v:1"/></dpkginfo_object></objects>
<variables><constant_variable id="v:1">)" +
           repeated(names, "<value>libfoo</value>") + "</constant_variable></variables>";
  };
  const std::string criteria = repeated(1000, R"(<criterion test_ref="t:1"/>)");
  const std::string definition = debian_definition("CVE-2026-40001", criteria);
  EXPECT_EQ(imported(document(definition, rest(50))).statements, 1U);
  EXPECT_THAT(refused(document(definition, rest(100))),
              HasSubstr("the definition of CVE-2026-40001 names more packages than can be held"));
}

TEST(OvalTest, TakesManyIdsOfOneDefinition) {
  std::string references;
  std::string platforms;
  for (int i = 0; i < 30'000; ++i) {
    references += "<reference ref_id=\"CVE-2026-" + std::to_string(10'000 + i) + "\"/>";
    platforms += "<platform>Debian GNU/Linux " + std::to_string(i % 9 + 7) + "</platform>";
  }
  const ImportedFeed feed =
      imported(document(R"(<definition class="vulnerability"><metadata>)" + platforms + references +
                            "</metadata></definition>",
                        ""));
  EXPECT_EQ(feed.vulnerabilities, 30'000U);
}

}  // namespace
}  // namespace mainstay::coordinator
