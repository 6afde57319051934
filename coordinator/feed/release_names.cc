#include "coordinator/feed/release_names.h"

#include <algorithm>
#include <array>
#include <span>

#include "coordinator/core/vulnerability/feed.h"

namespace mainstay::coordinator {
namespace {

struct ReleaseName {
  std::string_view published;
  std::string_view ours;
};

// https://www.debian.org/releases/, from the oldest with any data in the tracker on.
constexpr std::array<ReleaseName, 9> kCodenames = {{{"wheezy", "debian:7"},
                                                    {"jessie", "debian:8"},
                                                    {"stretch", "debian:9"},
                                                    {"buster", "debian:10"},
                                                    {"bullseye", "debian:11"},
                                                    {"bookworm", "debian:12"},
                                                    {"trixie", "debian:13"},
                                                    {"forky", "debian:14"},
                                                    {"duke", "debian:15"}}};

// In front of the number.
constexpr std::array<ReleaseName, 7> kEcosystems = {{{"Debian:", "debian:"},
                                                     {"Ubuntu:", "ubuntu:"},
                                                     {"AlmaLinux:", "almalinux:"},
                                                     {"Rocky Linux:", "rocky:"},
                                                     {"Red Hat:enterprise_linux:", "rhel:"},
                                                     {"Mageia:", "mageia:"},
                                                     {"openSUSE:Leap ", "opensuse-leap:"}}};

constexpr std::array<ReleaseName, 8> kPlatforms = {{{"Debian GNU/Linux ", "debian:"},
                                                    {"Debian ", "debian:"},
                                                    {"Ubuntu ", "ubuntu:"},
                                                    {"Red Hat Enterprise Linux ", "rhel:"},
                                                    {"AlmaLinux ", "almalinux:"},
                                                    {"Rocky Linux ", "rocky:"},
                                                    {"Oracle Linux ", "ol:"},
                                                    {"openSUSE Leap ", "opensuse-leap:"}}};

/// The digits and dots at the start; nothing if a letter follows, as in "9a".
std::string_view number_of(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, end);
  const bool ends = end == text.size() || text[end] == ':' || text[end] == ' ';
  return ends && !number.ends_with('.') ? number : std::string_view{};
}

std::string release_by(std::span<const ReleaseName> names, std::string_view published) {
  for (const ReleaseName& name : names) {
    if (!published.starts_with(name.published)) continue;
    std::string release =
        std::string(name.ours) + std::string(number_of(published.substr(name.published.size())));
    if (is_feed_release(release)) return release;
  }
  return {};
}

}  // namespace

std::string release_of_codename(std::string_view codename) {
  const auto* found = std::ranges::find(kCodenames, codename, &ReleaseName::published);
  return found == kCodenames.end() ? "" : std::string(found->ours);
}

std::string release_of_ecosystem(std::string_view ecosystem) {
  // Hosts with a longer support have its packages beside the others, under the same names. Other
  // archives, such as that of FIPS, replace them: their versions say nothing of the usual ones.
  constexpr std::string_view kLonger = "Ubuntu:Pro:";
  if (ecosystem.starts_with(kLonger)) {
    return release_of_ecosystem("Ubuntu:" + std::string(ecosystem.substr(kLonger.size())));
  }
  return release_by(kEcosystems, ecosystem);
}

std::string release_of_platform(std::string_view platform) {
  return release_by(kPlatforms, platform);
}

}  // namespace mainstay::coordinator
