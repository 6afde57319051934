// What one key may take of a server's places.
#include <algorithm>

#include <gtest/gtest.h>

#include "common/fabric/admission.h"
#include "common/fabric/test_world.h"

namespace mainstay::fabric {
namespace {

using KeyLimitsTest = FabricWorld;

// Who holds one good key could else take every descriptor.
TEST_F(KeyLimitsTest, OneKeyHasFewPlaces) {
  const KeyPair greedy = make_link_keys();
  const KeyPair other = make_link_keys();
  serve({greedy.key, other.key}, Admit::Listed, KeyLimits{.joins_max = 12, .connections_max = 3});
  int joined = 0;
  std::vector<Dialled> crowd;
  for (int i = 0; i < 20; ++i) {
    crowd.push_back(dial(greedy, {.on_frame = [](ByteView) {}, .on_connected = [&] { ++joined; }}));
  }
  run_until([&] { return joined == 12 && server_->counters().crowding >= 8; });
  // Those that spoke first have to go.
  std::size_t heard = 0;
  on_server_frame_ = [&](const Sender& from, ByteView) {
    heard += from.key == greedy.key ? 1U : 0U;
  };
  for (const Dialled& each : crowd) {
    if (each.client->connected()) {
      ASSERT_TRUE(each.client->send(as_bytes("me, too")));
    }
  }
  run_until([&] { return heard == 12; });
  const auto standing = [&] {
    return std::ranges::count_if(crowd, [](const Dialled& it) { return it.client->connected(); });
  };
  run_until([&] { return standing() == 3; });
  EXPECT_EQ(joined, 12);
  EXPECT_EQ(server_->counters().refused_joins, 0U);
  const Dialled outside = dial(other, {});
  run_until([&] { return outside.client->connected(); });
  // A minute later it may come again.
  server_->end_silent(Instant(std::chrono::minutes(1)));
  run_until([&] { return joined > 12; });
}

// By whole minutes counted, twice as many could join around the turn of one.
TEST(AdmissionTest, SoManyJoinsInAnyMinute) {
  const KeyPair keys = make_link_keys();
  Admission admission(Admit::Listed, {});
  admission.allow({keys.key});
  admission.limit_joins(3);
  const auto joins_at = [&](int second) {
    admission.set_time(Instant(std::chrono::hours(9) + std::chrono::seconds(second)));
    int joins = 0;
    while (admission.admits(keys.key)) ++joins;
    return joins;
  };
  admission.set_time(Instant(std::chrono::hours(9)));
  EXPECT_TRUE(admission.admits(keys.key));
  EXPECT_EQ(joins_at(50), 2);
  EXPECT_EQ(joins_at(59), 0);
  EXPECT_EQ(joins_at(60), 1) << "the first is over, the two at 50 are not";
  EXPECT_EQ(joins_at(109), 0);
  EXPECT_EQ(joins_at(110), 2);
  EXPECT_EQ(admission.crowding(), 5U);
}

TEST_F(KeyLimitsTest, EndsWhoSaysNothing) {
  const KeyPair keys = make_link_keys();
  const KeyPair other = make_link_keys();
  const Duration silence(30'000);
  serve({keys.key, other.key}, Admit::Listed, KeyLimits{.joins_max = 9, .silence_max = silence});
  bool was_lost = false;
  bool heard = false;
  on_server_frame_ = [&](const Sender&, ByteView) { heard = true; };
  const Dialled silent =
      dial(keys, {.on_frame = [](ByteView) {}, .on_disconnected = [&] { was_lost = true; }});
  const Dialled speaks = dial(other, {});
  run_until([&] { return silent.client->connected() && speaks.client->connected(); });
  const Instant start(std::chrono::hours(5));
  server_->end_silent(start);
  ASSERT_TRUE(speaks.client->send(as_bytes("here")));
  run_until([&] { return heard; });
  server_->end_silent(start + silence - Duration(1));
  EXPECT_EQ(server_->counters().crowding, 0U);
  EXPECT_EQ(server_->connections(), 2U);
  server_->end_silent(start + silence);
  EXPECT_EQ(server_->counters().crowding, 1U);
  run_until([&] { return was_lost; });
  EXPECT_TRUE(speaks.client->connected());
}

}  // namespace
}  // namespace mainstay::fabric
