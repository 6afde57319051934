#include "coordinator/shell/named_packages.h"

#include "coordinator/core/vulnerability/few_packages.h"
#include "coordinator/shell/rows.h"

namespace mainstay::coordinator {

std::optional<PackageList> named_packages(const Records& records, const Digest& packages,
                                          const Evidence& evidence, PackageNames& names) {
  const auto text = packages_text(records, packages);
  if (!text) return std::nullopt;
  const std::string release(release_of(as_text(*text)));
  const auto [of_release, is_new] = names.try_emplace(release);
  if (is_new) of_release->second = packages_of(evidence, release);
  auto list = read_package_list(only_packages(as_text(*text), of_release->second));
  return list ? std::optional(std::move(*list)) : std::nullopt;
}

}  // namespace mainstay::coordinator
