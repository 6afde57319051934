#include "common/driver/driver.h"

#include <gtest/gtest.h>

namespace mainstay {

struct Asked {
  int number;
};
std::string_view name_of(const Asked&) {
  return "asked";
}

namespace {

struct EchoCore {
  using State = int;
  using Event = Asked;
  using Row = std::string;
  using Command = int;
  struct Limits {};
  static Effects<Row, Command> step(State& sum, const Event& event, const Limits&, Now, Rng&) {
    sum += event.number;
    return {.writes = {{.axis = Axis::Truth, .row = "row"}},
            .commands = {event.number, -event.number}};
  }
};

struct SlowStore : Store {
  std::vector<std::move_only_function<void()>> waiting;
  std::size_t writes_seen = 0;
  void commit(std::vector<KeyValue> writes, std::move_only_function<void()> done) override {
    writes_seen += writes.size();
    waiting.push_back(std::move(done));
  }
  void finish_all() {
    for (std::size_t i = 0; i < waiting.size(); ++i) waiting[i]();
    waiting.clear();
  }
};

struct NoLog : Log {
  void event(Level, std::string_view, std::initializer_list<Field>) override {}
};

struct DriverTest : testing::Test {
  SlowStore store;
  NoLog log;
  std::vector<int> ran;
  Driver<EchoCore> driver{0,
                          {},
                          Rng(1),
                          {.store = store,
                           .encode =
                               [](const Write<std::string>& write) {
                                 return KeyValue{
                                     .key = write.row, .value = Bytes{}, .axis = write.axis};
                               },
                           .run =
                               [this](int command) {
                                 ran.push_back(command);
                                 if (command == 7) driver.handle({9}, {});
                               },
                           .log = log}};
};

TEST_F(DriverTest, RunsCommandsOnlyWhenTheirCommitIsDone) {
  driver.handle({1}, {});
  driver.handle({2}, {});
  EXPECT_EQ(driver.state(), 3);
  EXPECT_EQ(store.writes_seen, 2U);
  EXPECT_TRUE(ran.empty());
  store.waiting[0]();
  EXPECT_EQ(ran, (std::vector{1, -1}));
  store.waiting[1]();
  EXPECT_EQ(ran, (std::vector{1, -1, 2, -2}));
}

TEST_F(DriverTest, ShowsWhatIsDurableAndNothingElse) {
  int shown = 0;
  driver.when_durable([&] { shown += 1; });
  EXPECT_EQ(shown, 1) << "nothing is under way";
  driver.handle({1}, {});
  driver.when_durable([&] { shown += 1; });
  EXPECT_EQ(shown, 1);
  EXPECT_EQ(store.writes_seen, 1U);
  store.finish_all();
  EXPECT_EQ(shown, 2);
  driver.when_durable([&] { shown += 1; });
  EXPECT_EQ(shown, 3);
}

TEST_F(DriverTest, StepsAnEventThatComesFromACommandAndKeepsTheOrder) {
  driver.handle({7}, {});
  auto first = std::move(store.waiting[0]);
  store.waiting.clear();
  first();
  store.finish_all();
  EXPECT_EQ(ran, (std::vector{7, -7, 9, -9}));
}

}  // namespace
}  // namespace mainstay
