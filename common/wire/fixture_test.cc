// Today's decoder reads yesterday's bytes. One fixture a kind of message and of stored row, made
// from a seed by `--rewrite`; an old fixture is never rewritten when a schema grows, a new one is
// put beside it: NAME.bin, then NAME-2.bin (schemas/README.md).
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "common/wire/kinds.h"
#include "common/wire/row_sample.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kFixtureSeed = 11;

std::string path_of(std::string_view name, std::size_t version) {
  return std::string(MAINSTAY_SOURCE_DIR) + "/tests/fixtures/wire/" + std::string(name) +
         (version == 1 ? "" : "-" + std::to_string(version)) + ".bin";
}

/// The oldest first.
std::vector<std::string> fixtures_of(std::string_view name) {
  std::vector<std::string> found;
  while (true) {
    std::ifstream file(path_of(name, found.size() + 1), std::ios::binary);
    if (!file.is_open()) return found;
    found.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
}

TEST(FixtureTest, ReadsWhatWasWrittenOnce) {
  for_each_kind([]<class T>(const char* name) {
    const auto fixtures = fixtures_of(name);
    ASSERT_FALSE(fixtures.empty()) << name << ": run with --rewrite to make it";
    for (const std::string& text : fixtures) {
      const auto value = decode<T>(as_bytes(text));
      ASSERT_TRUE(value.has_value()) << name << ": " << value.error().detail;
    }
    const auto newest = decode<T>(as_bytes(fixtures.back()));
    EXPECT_TRUE(reflect::same(*newest, sample::make<T>(kFixtureSeed))) << name;
    EXPECT_EQ(encode(*newest), to_bytes(fixtures.back())) << name;
  });
}

TEST(FixtureTest, ReadsRowsThatWereStoredOnce) {
  for_each_row_kind(kFixtureSeed, []<class Row>(const char* name, const Row& today) {
    const auto fixtures = fixtures_of(name);
    ASSERT_FALSE(fixtures.empty()) << name << ": run with --rewrite to make it";
    for (const std::string& text : fixtures) {
      const auto row = decode_row<Row>(as_bytes(text));
      ASSERT_TRUE(row.has_value()) << name << ": " << row.error().detail;
    }
    const auto newest = decode_row<Row>(as_bytes(fixtures.back()));
    EXPECT_TRUE(reflect::same(*newest, today)) << name;
    EXPECT_EQ(encode_row(*newest), to_bytes(fixtures.back())) << name;
  });
}

bool write_if_new(std::string_view name, const Bytes& bytes) {
  const auto fixtures = fixtures_of(name);
  if (!fixtures.empty() && to_bytes(fixtures.back()) == bytes) return true;
  const std::string path = path_of(name, fixtures.size() + 1);
  std::ofstream file(path, std::ios::binary);
  file << as_text(bytes);
  std::printf("%s %s\n", file.flush().good() ? "wrote" : "failed:", path.c_str());
  return file.good();
}

/// Only those that are missing: the others are promises.
bool write_missing() {
  bool good = true;
  for_each_kind([&]<class T>(const char* name) {
    good = write_if_new(name, encode(sample::make<T>(kFixtureSeed))) && good;
  });
  for_each_row_kind(kFixtureSeed, [&](const char* name, const auto& row) {
    good = write_if_new(name, encode_row(row)) && good;
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
