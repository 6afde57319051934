// The words of a set that its tool is given, and which keys belong to which tool.
#pragma once

#include <string_view>

#include "agent/collect/backup/backup_file.h"
#include "common/document/fields.h"

namespace mainstay::agent::backup {

inline constexpr std::string_view kSetKeys[] = {
    "name",    "tool",   "repository", "password_credential", "password_file",  "stanza",
    "pattern", "paths",  "run",        "objectives",          "read_all_every", "suspicious",
    "compare", "newest", "restore"};

bool is_set_name(std::string_view text);

/// A key of another tool would be a wish that nothing fulfils.
Status check_keys_of_tool(const document::Node& node, const std::string& file, BackupTool tool);

/// Repository, stanza, pattern, paths, newest, restore, compare: whatever the tool needs of them.
Status read_tool_words(const document::Fields& fields, BackupSet& set);

}  // namespace mainstay::agent::backup
