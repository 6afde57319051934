// A folder of its own for a test, with small helpers to fill it.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "common/ports/test_folder.h"

namespace mainstay::agent {

class FolderTest : public testing::Test {
 protected:
  void write(const std::string& path, std::size_t bytes = 4096) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << std::string(bytes, 'x');
  }

  const TestFolder own_;
  const std::string root_ = own_.path();
};

}  // namespace mainstay::agent
