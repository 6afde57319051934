#include "agent/shell/program_pages.h"

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace mainstay::agent {
namespace {

std::uint64_t resident_of_files_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kib = 0;
    if (word == "RssFile:" && status >> kib) return kib;
  }
  return 0;
}

TEST(ProgramPagesTest, WhatRanOnceIsNoLongerMappedAndRunsAgain) {
  const std::uint64_t before = resident_of_files_kib();
  ASSERT_GT(before, 0);
  give_back_program_pages();
  EXPECT_LT(resident_of_files_kib(), before / 2);
  // Constants, relocated ones and what unwinds the stack are there again.
  EXPECT_THROW(throw std::runtime_error("still runs"), std::runtime_error);
  EXPECT_GT(resident_of_files_kib(), 0);
}

}  // namespace
}  // namespace mainstay::agent
