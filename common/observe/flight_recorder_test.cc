#include "common/observe/flight_recorder.h"

#include <gtest/gtest.h>

#include "common/core/check.h"

namespace mainstay::observe {
namespace {

std::string written(const FlightRecorder& recorder) {
  testing::internal::CaptureStderr();
  recorder.write_to(2);
  return testing::internal::GetCapturedStderr();
}

TEST(FlightRecorderTest, KeepsTheLastNotesInOrder) {
  FlightRecorder recorder(3);
  EXPECT_EQ(written(recorder), "");
  recorder.note("1");
  recorder.note("2\n");
  EXPECT_EQ(written(recorder), "1\n2\n");
  recorder.note("3");
  recorder.note("4");
  EXPECT_EQ(written(recorder), "2\n3\n4\n");
  recorder.note(std::string(2 * kNoteBytesMax, 'x'));
  EXPECT_EQ(written(recorder), "3\n4\n" + std::string(kNoteBytesMax, 'x') + "\n");
}

TEST(FlightRecorderDeathTest, WritesItselfWhenACheckFails) {
  FlightRecorder recorder(3);
  recorder.note("permit.granted host=h17");
  recorder.install();
  const int slots = 2;
  EXPECT_DEATH(CHECK(slots == 1),
               "check failed: slots == 1 at .*flight_recorder_test.cc.*"
               "what came before:\npermit.granted host=h17");
}

}  // namespace
}  // namespace mainstay::observe
