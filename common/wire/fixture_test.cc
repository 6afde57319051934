// Today's decoder reads yesterday's bytes. One fixture a kind of message and of stored row, made
// from a seed by `--rewrite`; one a member of each union (NAME.m3.bin: the fourth), and of each
// kind one with nothing empty (NAME.full.bin). An old fixture is never rewritten when a schema
// grows, a new one is put beside it: NAME.bin, then NAME-2.bin (schemas/README.md).
#include <algorithm>
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

template <class T>
inline constexpr bool kIsId = false;
template <class Tag>
inline constexpr bool kIsId<Bytes32<Tag>> = true;

std::string path_of(std::string_view name, std::size_t version) {
  return std::string(MAINSTAY_SOURCE_DIR) + "/tests/fixtures/wire/" + std::string(name) +
         (version == 1 ? "" : "-" + std::to_string(version)) + ".bin";
}

/// Nothing in it is empty: no list, no byte string, no optional.
template <class T>
bool is_full(const T& value) {
  if constexpr (reflect::kIsVector<T> || std::is_same_v<T, Labels>) {
    return !value.empty() &&
           std::ranges::all_of(value, [](const auto& item) { return is_full(item); });
  } else if constexpr (reflect::kIsArray<T>) {
    return std::ranges::all_of(value, [](const auto& item) { return is_full(item); });
  } else if constexpr (reflect::kIsOptional<T>) {
    return value.has_value() && is_full(*value);
  } else if constexpr (reflect::kIsVariant<T>) {
    return std::visit([](const auto& member) { return is_full(member); }, value);
  } else if constexpr (std::is_aggregate_v<T> && !kIsId<T>) {
    bool full = true;
    reflect::with_members(value, [&](const auto&... members) { full = (is_full(members) && ...); });
    return full;
  } else {
    return true;
  }
}

/// The first sample with nothing empty.
template <class T>
T full() {
  constexpr std::uint64_t kSeedsMax = 1'000'000;
  for (std::uint64_t seed = 1; seed < kSeedsMax; ++seed) {
    T value = sample::make<T>(seed);
    if (is_full(value)) return value;
  }
  CHECK(!"a kind that is never full: list it by hand");
  std::unreachable();
}

template <class Variant, class See, std::size_t... Place>
void for_each_member(const std::string& name, See see, std::index_sequence<Place...>) {
  (see(name + ".m" + std::to_string(Place), full<std::variant_alternative_t<Place, Variant>>()),
   ...);
}
/// Calls `see(name, member)` for each member of the union.
template <class Variant, class See>
void for_each_member(const std::string& name, See see) {
  for_each_member<Variant>(name, see, std::make_index_sequence<std::variant_size_v<Variant>>());
}

/// Calls `see(name, value)` with values that together have each member of each union, and each list
/// with something in it.
template <class See>
void for_each_full(See see) {
  for_each_kind([&]<class T>(const char* name) {
    if constexpr (reflect::kIsVariant<T>) {
      for_each_member<T>(
          name, [&](const std::string& file, auto member) { see(file, T(std::move(member))); });
    } else {
      see(std::string(name) + ".full", full<T>());
    }
  });
  for_each_member<ControlAct>("control_statement", [&](const std::string& file, auto act) {
    auto statement = full<ControlStatement>();
    statement.act = std::move(act);
    see(file, statement);
  });
  for_each_member<RequestAct>("operator_request", [&](const std::string& file, auto act) {
    auto request = full<OperatorRequest>();
    request.act = std::move(act);
    see(file, request);
  });
  for_each_member<decltype(OperatorMessage::body)>(
      "operator_message", [&](const std::string& file, auto body) {
        see(file, OperatorMessage{.id = 1, .body = std::move(body)});
      });
  for_each_member<decltype(Step::task)>("plan_head", [&](const std::string& file, auto task) {
    auto head = full<PlanHead>();
    head.steps[0].task = std::move(task);
    see(file, head);
  });
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

/// Every fixture of the kind can be read; the newest says what `today` does, byte for byte.
template <class T>
void expect_fixtures(const std::string& name, const T& today) {
  const auto fixtures = fixtures_of(name);
  ASSERT_FALSE(fixtures.empty()) << name << ": run with --rewrite to make it";
  for (const std::string& text : fixtures) {
    const auto value = decode<T>(as_bytes(text));
    ASSERT_TRUE(value.has_value()) << name << ": " << value.error().detail;
  }
  const auto newest = decode<T>(as_bytes(fixtures.back()));
  EXPECT_TRUE(reflect::same(*newest, today)) << name;
  EXPECT_EQ(encode(*newest), to_bytes(fixtures.back())) << name;
}

TEST(FixtureTest, ReadsWhatWasWrittenOnce) {
  for_each_kind(
      []<class T>(const char* name) { expect_fixtures(name, sample::make<T>(kFixtureSeed)); });
}

TEST(FixtureTest, ReadsEachMemberOfAUnionAndFullLists) {
  for_each_full(
      []<class T>(const std::string& name, const T& today) { expect_fixtures(name, today); });
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
  for_each_full([&](const std::string& name, const auto& value) {
    good = write_if_new(name, encode(value)) && good;
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
