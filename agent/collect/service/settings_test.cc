#include "agent/collect/service/settings.h"

#include <gtest/gtest.h>

namespace mainstay::agent::service {
namespace {

using namespace std::chrono_literals;

Result<std::vector<Postgres>> read_servers(const std::string& servers) {
  const std::string file = "f";
  TRY(const document::Node node,
      document::parse_yaml("kind: service\nname: db\npostgres:\n" + servers, file));
  return read_service_settings(node, file);
}

TEST(ServiceSettingsTest, ReadsWhatAPersonWrites) {
  const auto servers = read_servers(R"(  - name: orders
    host: /run/postgresql
    port: 5433
    user: mainstay
    password_file: /etc/mainstay/orders.password
    max_lag: 30s
    max_dead: 25%
    max_xid_age: 20%
  - {name: other, service: other}
)");
  ASSERT_TRUE(servers.has_value()) << servers.error().detail;
  ASSERT_EQ(servers->size(), 2U);
  EXPECT_EQ((*servers)[0].port, "5433");
  EXPECT_EQ((*servers)[0].limits.lag, Duration(30s));
  EXPECT_EQ((*servers)[0].limits.dead_percent, 25U);
  EXPECT_EQ((*servers)[0].limits.xid_percent, 20U);
  EXPECT_EQ((*servers)[0].limits.transaction, Duration(1h));
  EXPECT_EQ((*servers)[1].limits.dead_percent, 40U);
}

TEST(ServiceSettingsTest, ComplainsWhereItIsWrong) {
  const auto complaint = [](const std::string& servers) {
    const auto made = read_servers(servers);
    return made ? std::string("read") : made.error().detail;
  };
  EXPECT_EQ(complaint("  - {name: a, port: x}\n"), "f:4:21: expected a port from 1 to 65535");
  EXPECT_EQ(complaint("  - {name: a, host: \"a b\"}\n"), "f:4:21: expected one word in ASCII");
  EXPECT_EQ(complaint("  - {name: a, max_dead: 40}\n"),
            "f:4:25: expected a percentage such as 40%");
  EXPECT_EQ(complaint("  - {name: a}\n  - {name: a}\n"), "f:5:5: two servers of one name");
  EXPECT_EQ(complaint("  - {host: a}\n"), "f:4:5: expected the key `name`, which is missing");
}

}  // namespace
}  // namespace mainstay::agent::service
