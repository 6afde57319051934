// How publishers call the releases that hosts call by os-release's ID and VERSION_ID. A name that
// is not known here is of no release: an empty text.
#pragma once

#include <string>
#include <string_view>

namespace mainstay::coordinator {

/// Debian's tracker: "bookworm" is "debian:12". What has no number yet is no host's release.
std::string release_of_codename(std::string_view codename);
/// OSV: "Debian:12", "Ubuntu:Pro:22.04:LTS", "Red Hat:enterprise_linux:9::baseos".
std::string release_of_ecosystem(std::string_view ecosystem);
/// OVAL: "Debian GNU/Linux 12", "Ubuntu 22.04 LTS", "Red Hat Enterprise Linux 9".
std::string release_of_platform(std::string_view platform);

}  // namespace mainstay::coordinator
