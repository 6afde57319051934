// dpkg's list, apt's answer and our own state file: refused or within bounds.
#include <algorithm>
#include <cstdint>

#include "agent/collect/usage/growers.h"
#include "agent/collect/usage/packages.h"
#include "common/core/check.h"

namespace {

using namespace mainstay;

void try_status(std::string_view text) {
  const auto packages = agent::read_dpkg_status(text);
  if (!packages.has_value()) return;
  CHECK(packages->size() <= agent::kInstalledMax);
  const auto old = agent::old_kernels(*packages, "6.1.0-41-amd64");
  CHECK(old.size() <= packages->size());
  for (const auto& package : old) CHECK(package.name != "linux-image-6.1.0-41-amd64");
}

void try_autoremove(std::string_view text) {
  const auto names = agent::read_autoremove(text);
  if (!names.has_value()) return;
  for (const auto& name : *names) {
    CHECK(!name.empty() && name.size() <= agent::kPackageNameBytesMax);
    CHECK(std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~'; }));
  }
}

void try_sizes(std::string_view text) {
  const auto sizes = agent::read_folder_sizes(text);
  if (!sizes.has_value()) return;
  CHECK(sizes->bytes.size() <= agent::kFolderSizesMax);
  const auto again = agent::read_folder_sizes(agent::write_folder_sizes(*sizes));
  CHECK(again.has_value());
  CHECK(again->bytes == sizes->bytes);
  SourceReport report;
  agent::add_growth({}, *sizes, report);
  CHECK(report.findings.size() <= agent::kGrowersNamed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_status(text);
  try_autoremove(text);
  try_sizes(text);
  return 0;
}
