// One question to rpm for the packages of many files, and the reading of its answer.
//
// rpm answers in the order of the files: a line for each package that has the file, or its own
// words where none has it; to standard error, and so nothing, where the file is gone as well.
// Behind each file stands one that is nobody's, so that it is known which lines answer to which
// file.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/collect/reboot/file_owners.h"
#include "common/core/result.h"

namespace mainstay::agent {

// A host of many services has some hundreds. Beyond these limits the rest is not looked for.
inline constexpr std::size_t kRpmFilesMax = 4096;
inline constexpr std::size_t kRpmFileNamesBytesMax = 512UL * 1024;  // a quarter of what exec takes
inline constexpr std::size_t kRpmOwnersBytesMax = 4096UL * 1024;

/// What follows the name of the program, for so many of the files as one call takes.
std::vector<std::string> words_for_owners(const std::vector<std::string>& files);

/// By file, without those that nobody owns; of several packages the first. Malformed for anything
/// but an answer to all of `files`.
Result<std::map<std::string, std::string>> read_rpm_owners(std::string_view text,
                                                           const std::vector<std::string>& files);

/// None, and not complete, if rpm is not there or does not answer.
FileOwners ask_rpm_owners(const std::vector<std::string>& files);

}  // namespace mainstay::agent
