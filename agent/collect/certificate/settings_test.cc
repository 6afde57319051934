#include "agent/collect/certificate/settings.h"

#include <gtest/gtest.h>

namespace mainstay::agent::certificate {
namespace {

Result<std::vector<CertificateSet>> read(const std::string& sets) {
  TRY(const document::Node node,
      document::parse_yaml("kind: certificate\nname: web\nsets:\n" + sets, "f"));
  return read_certificate_settings(node, "f");
}

TEST(CertificateSettingsTest, ReadsWhatAPersonWrites) {
  const auto sets = read(R"(  - name: web
    files: [/etc/ssl/web/*.pem, /etc/ssl/site]
    roots: [/etc/ssl/private-ca.pem]
    password_credential: web-p12
    serve: [{port: 443, sni: web.example.net}, {port: 8443}]
    warn: 14d
  - {name: other, files: [/a.p12]}
)");
  ASSERT_TRUE(sets.has_value()) << sets.error().detail;
  ASSERT_EQ(sets->size(), 2U);
  EXPECT_EQ((*sets)[0].files.size(), 2U);
  EXPECT_EQ((*sets)[0].secret.kind, Secret::Kind::Credential);
  EXPECT_EQ((*sets)[0].serve[0].port, 443);
  EXPECT_EQ((*sets)[0].serve[1].sni, "");
  EXPECT_EQ((*sets)[0].warn, std::chrono::hours(24 * 14));
  EXPECT_EQ((*sets)[1].warn, kWarnUsual);
}

TEST(CertificateSettingsTest, ComplainsWhereItIsWrong) {
  const auto complaint = [](const std::string& sets) {
    const auto made = read(sets);
    return made ? std::string("read") : made.error().detail;
  };
  EXPECT_EQ(complaint("  - {name: a}\n"), "f:4:5: expected `files`, `serve` or both");
  EXPECT_EQ(complaint("  - {name: a, files: [b.pem]}\n"),
            "f:4:23: expected a path that begins with /");
  EXPECT_EQ(complaint("  - {name: a, files: [/a/*/b.pem]}\n"),
            "f:4:23: expected a pattern in the last part of the path only");
  EXPECT_EQ(complaint("  - {name: a, files: [/a/../b]}\n"), "f:4:23: expected a path without `..`");
  EXPECT_EQ(complaint("  - {name: a, serve: [{port: 70000}]}\n"),
            "f:4:30: expected a port from 1 to 65535");
  EXPECT_EQ(complaint("  - {name: a, serve: [{port: 1, sni: \"a b\"}]}\n"),
            "f:4:38: expected a host's name in ASCII");
  EXPECT_EQ(complaint("  - {name: a, file: [/b]}\n"),
            "f:4:15: unknown key `file`; did you mean `files`?");
  EXPECT_EQ(complaint("  - {name: a, files: [/b]}\n  - {name: a, files: [/c]}\n"),
            "f:5:5: two sets of one name");
}

}  // namespace
}  // namespace mainstay::agent::certificate
