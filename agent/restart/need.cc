#include "agent/restart/need.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include <string.h>

namespace mainstay::restart {

namespace {

namespace fs = std::filesystem;

// Who restarts these ends the sessions of people, or all that talks over the bus.
constexpr std::array<std::string_view, 9> kHeld = {
    "dbus.service",    "dbus-broker.service",    "systemd-logind.service",
    "gdm.service",     "gdm3.service",           "sddm.service",
    "lightdm.service", "NetworkManager.service", "wpa_supplicant.service"};
constexpr std::array<std::string_view, 5> kHeldKinds = {"getty@", "serial-getty@", "user@",
                                                        "container-getty@", "autovt@"};
// They carry out this very order.
constexpr std::array<std::string_view, 2> kOwn = {"mainstay-exec.service", "mainstay-task-"};

bool is_held(std::string_view unit) {
  return std::ranges::find(kHeld, unit) != kHeld.end() || unit == "console-getty.service" ||
         std::ranges::any_of(kHeldKinds, [&](auto kind) { return unit.starts_with(kind); });
}

bool is_own(std::string_view unit) {
  return std::ranges::any_of(kOwn, [&](auto own) { return unit.starts_with(own); });
}

bool is_named(const std::string& unit, const std::vector<std::string>& never) {
  return std::ranges::any_of(
      never, [&](const std::string& name) { return unit == name || unit == name + ".service"; });
}

/// "amd64" of 6.1.0-40-amd64, "rt-amd64" of 6.1.0-40-rt-amd64: another flavour is no newer kernel.
std::string flavour_of(const std::string& release) {
  const auto abi = release.find('-');
  const auto flavour = abi == std::string::npos ? abi : release.find('-', abi + 1);
  return flavour == std::string::npos ? "" : release.substr(flavour + 1);
}

/// The newest kernel of the running one's flavour that is installed, by the order of its numbers;
/// empty in a container.
std::string newest_kernel(const Places& places) {
  constexpr std::string_view kImage = "vmlinuz-";
  std::string newest;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(places.root + "/boot", error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kImage)) continue;
    const std::string release = name.substr(kImage.size());
    if (flavour_of(release) != flavour_of(places.release)) continue;
    if (newest.empty() || ::strverscmp(release.c_str(), newest.c_str()) > 0) newest = release;
  }
  return newest;
}

}  // namespace

Restarts restarts_needed(const std::vector<OldCode>& old, const std::vector<std::string>& never) {
  Restarts restarts;
  for (const auto& code : old) {
    if (!code.unit.ends_with(".service")) continue;
    if (is_held(code.unit) || is_own(code.unit) || is_named(code.unit, never)) continue;
    restarts.emplace(code.unit, code);
  }
  return restarts;
}

std::string reboot_mark(const Places& places) {
  for (const char* mark : {"/run/reboot-required", "/var/run/reboot-required"}) {
    std::error_code error;
    // The second is the first, by a link.
    if (fs::exists(places.root + mark, error)) return mark;
  }
  return {};
}

std::string kernel_reason(const Places& places) {
  const std::string newest = newest_kernel(places);
  if (newest.empty() || ::strverscmp(newest.c_str(), places.release.c_str()) <= 0) return {};
  return "kernel " + places.release + " runs, " + newest + " is installed";
}

std::vector<std::string> old_code_reasons(const std::vector<OldCode>& old) {
  std::vector<std::string> reasons;
  for (const auto& code : old) {
    if (code.unit != "init" && !is_held(code.unit)) continue;
    reasons.push_back(code.unit + ": " + code.process + " runs replaced " + code.file);
  }
  return reasons;
}

std::vector<std::string> reboot_reasons(const Places& places, const std::vector<OldCode>& old) {
  std::vector<std::string> reasons;
  if (const std::string mark = reboot_mark(places); !mark.empty()) {
    reasons.push_back(mark + " is there");
  }
  if (std::string kernel = kernel_reason(places); !kernel.empty()) {
    reasons.push_back(std::move(kernel));
  }
  std::ranges::move(old_code_reasons(old), std::back_inserter(reasons));
  return reasons;
}

}  // namespace mainstay::restart
