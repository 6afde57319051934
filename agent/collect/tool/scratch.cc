#include "agent/collect/tool/scratch.h"

#include <filesystem>

namespace mainstay::agent {

std::string scratch_folder(const std::string& state, const std::string& name) {
  if (state.empty()) return {};
  const std::string folder = state + "/" + name;
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  std::filesystem::create_directory(folder, error);
  return error ? std::string() : folder;
}

}  // namespace mainstay::agent
