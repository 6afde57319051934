// A folder for one test, removed at its end. Tests only.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "common/core/check.h"

namespace mainstay {

class TestFolder {
 public:
  TestFolder() {
    char name[] = "/tmp/mainstay-test-XXXXXX";
    CHECK(mkdtemp(name) != nullptr);
    path_ = name;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace mainstay
