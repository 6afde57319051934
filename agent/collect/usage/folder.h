// A folder that is being read, closed with its owner.
#pragma once

#include <memory>

#include <dirent.h>

namespace mainstay::agent {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

}  // namespace mainstay::agent
