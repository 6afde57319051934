// The files that a person's paths mean, each opened so that neither a link nor a device put there
// leads anywhere else.
#pragma once

#include <string>
#include <vector>

#include "common/core/bytes.h"
#include "common/core/result.h"

namespace mainstay::agent::certificate {

struct WalkedFile {
  std::string path;
  Result<Bytes> bytes;    // Denied if it takes root
  bool is_named = false;  // by a path of its own, not found in a folder
};

inline constexpr std::size_t kWalkedMax = 256;

/// A file, a folder (its .pem .crt .cer .der .p12 .pfx), or a folder and a pattern. What a folder
/// has under a name with `key` in it is left unread. One entry with the reason if a folder cannot
/// be opened; in the order of names, at most kWalkedMax.
std::vector<WalkedFile> walk_files(const std::string& path);

/// FOLDER/*/NAME, for the tools that keep a folder a site; links may lead anywhere below `base`.
struct NestedFiles {
  std::string base;    // /etc/letsencrypt
  std::string folder;  // live
  std::string name;    // fullchain.pem
};
std::vector<WalkedFile> walk_nested(const NestedFiles& nested);

}  // namespace mainstay::agent::certificate
