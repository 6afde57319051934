// Where pgBackRest keeps its repositories, by its own configuration (2.45): INI, a section for all
// stanzas, `global`, and one of each stanza, both also as `NAME:COMMAND`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mainstay::agent::backup {

/// The folders of this host that a stanza's repositories are in, in no order: none for those on
/// another host or in an object store. `conf` is all its files, one behind the other.
std::vector<std::string> pgbackrest_folders(std::string_view conf, std::string_view stanza);

}  // namespace mainstay::agent::backup
