// Within the views only: of a host's list of packages those that a vulnerability is about. A list
// has some hundred lines for each that matters.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/plan/package_list.h"
#include "common/ports/store.h"
#include "coordinator/core/vulnerability/evidence.h"

namespace mainstay::coordinator {

/// Of which packages lists of vulnerabilities speak: by release, found once for each.
using PackageNames = std::map<std::string, std::vector<std::string>>;

/// Nothing if the list is not here, or none.
std::optional<PackageList> named_packages(const Records& records, const Digest& packages,
                                          const Evidence& evidence, PackageNames& names);

}  // namespace mainstay::coordinator
