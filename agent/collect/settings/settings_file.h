// The YAML file of a source: where it is, and what it says. A source without one looks at what is
// usual, so that a file is needed only by who wants more.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/core/result.h"
#include "common/document/node.h"

namespace mainstay::agent {

struct SettingsFile {
  std::string path;
  bool is_named = false;  // on the command line: then it has to be there
};

/// The words behind a source's name: none, or `--file PATH`. Malformed, with the word that is
/// wrong.
Result<SettingsFile> settings_file_of(const std::vector<std::string>& words,
                                      std::string_view usual);

/// Nothing if there is no such file and nobody named it. Denied if it takes root to read.
Result<std::optional<document::Node>> load_settings(const SettingsFile& file);

/// For a path of such a file: absolute, without `..`, so that what is shown is what is opened.
Result<std::string> read_path(const document::Node& node, const std::string& file);

}  // namespace mainstay::agent
