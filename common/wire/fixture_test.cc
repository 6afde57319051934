// Today's decoder reads yesterday's bytes. One fixture a kind, made from a seed by `--rewrite`; an
// old fixture is never rewritten when a schema grows, a new one is put beside it
// (schemas/README.md).
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>

#include <gtest/gtest.h>

#include "common/wire/kinds.h"
#include "common/wire/sample.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kFixtureSeed = 11;

std::string path_of(std::string_view name) {
  return std::string(MAINSTAY_SOURCE_DIR) + "/tests/fixtures/wire/" + std::string(name) + ".bin";
}

TEST(FixtureTest, ReadsWhatWasWrittenOnce) {
  for_each_kind([]<class T>(const char* name) {
    std::ifstream file(path_of(name), std::ios::binary);
    ASSERT_TRUE(file.is_open()) << path_of(name) << ": run with --rewrite to make it";
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto value = decode<T>(as_bytes(text));
    ASSERT_TRUE(value.has_value()) << name << ": " << value.error().detail;
    EXPECT_TRUE(reflect::same(*value, sample::make<T>(kFixtureSeed))) << name;
    EXPECT_EQ(encode(*value), to_bytes(text)) << name;
  });
}

/// Only those that are missing: the others are promises.
bool write_missing() {
  bool good = true;
  for_each_kind([&]<class T>(const char* name) {
    if (std::ifstream(path_of(name)).is_open()) return;
    const Bytes bytes = encode(sample::make<T>(kFixtureSeed));
    std::ofstream file(path_of(name), std::ios::binary);
    file << as_text(bytes);
    std::printf("%s %s\n", file.flush().good() ? "wrote" : "failed:", path_of(name).c_str());
    good = good && file.good();
  });
  return good;
}

}  // namespace
}  // namespace mainstay

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--rewrite") {
    return mainstay::write_missing() ? 0 : 1;
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
