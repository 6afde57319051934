#include "agent/collect/updaters/command.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace mainstay::agent {
namespace {

constexpr std::size_t kLineBytesMax =
    4096;  // cron takes 1000; the rest of a longer one is not read

struct Manager {
  std::string_view name;
  std::string_view verbs;  // between blanks; empty: any call changes the host
};

constexpr std::string_view kAptVerbs =
    " install reinstall upgrade dist-upgrade full-upgrade safe-upgrade remove purge autoremove "
    "autopurge dselect-upgrade satisfy build-dep ";
constexpr std::string_view kDnfVerbs =
    " install localinstall reinstall update upgrade update-minimal upgrade-minimal distro-sync "
    "downgrade remove erase autoremove swap system-upgrade offline-upgrade groupinstall ";

constexpr std::array<Manager, 24> kManagers = {{
    {"apt", kAptVerbs},
    {"apt-get", kAptVerbs},
    {"aptitude", kAptVerbs},
    {"dpkg", " -i --install --unpack --configure -r --remove -P --purge "},
    {"dnf", kDnfVerbs},
    {"dnf5", kDnfVerbs},
    {"yum", kDnfVerbs},
    {"microdnf", kDnfVerbs},
    {"rpm", " --install --upgrade --freshen --erase --reinstall "},
    {"zypper",
     " install in update up patch dist-upgrade dup remove rm install-new-recommends inr "},
    {"snap", " refresh install remove revert "},
    {"flatpak", " update install uninstall "},
    {"pkcon", " update install remove upgrade-system offline-trigger "},
    {"fwupdmgr", " update upgrade install "},
    {"puppet", " agent apply "},
    {"salt-call", " state.apply state.highstate state.sls pkg.install pkg.upgrade "},
    {"unattended-upgrade", ""},
    {"unattended-upgrades", ""},
    {"ansible-pull", ""},
    {"chef-client", ""},
    {"cinc-client", ""},
    {"cf-agent", ""},
    {"transactional-update", ""},
    {"do-release-upgrade", ""},
}};

constexpr std::array<std::string_view, 4> kTalkers = {"echo", "printf", "logger", "mail"};
constexpr std::array<std::string_view, 9> kHarmless = {
    "--simulate",      "--dry-run",      "--just-print", "--no-act", "--recon",
    "--download-only", "--downloadonly", "--help",       "--noop"};
// To others than apt these are something else: "dnf -d 1 upgrade" installs.
constexpr std::array<std::string_view, 2> kHarmlessToApt = {"-s", "-d"};

using Words = std::vector<std::string>;

bool is_among(std::string_view verbs, const std::string& word) {
  return word.find(' ') == word.npos && verbs.contains(" " + word + " ");
}

bool is_rpm_change(const std::string& word) {
  // "-Uvh", "-ivh", "-F", "-e": a query starts with q, a check with V.
  return word.size() >= 2 && word[0] == '-' && std::string_view("UiFe").contains(word[1]);
}

bool changes(const Manager& manager, const Words& words, std::size_t at) {
  if (manager.verbs.empty()) return true;
  return std::ranges::any_of(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end(),
                             [&](const std::string& word) {
                               return is_among(manager.verbs, word) ||
                                      (manager.name == "rpm" && is_rpm_change(word));
                             });
}

std::optional<std::string_view> judge(const Words& words) {
  const auto is_one_of = [](const auto& list, const std::string& word) {
    return std::ranges::find(list, word) != list.end();
  };
  if (words.empty() || is_one_of(kTalkers, words[0])) return std::nullopt;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string name = words[at].substr(words[at].rfind('/') + 1);
    const auto manager = std::ranges::find(kManagers, name, &Manager::name);
    if (manager == kManagers.end() || !changes(*manager, words, at)) continue;
    // Options of those before the manager (nice -d) are none of its own.
    const bool is_harmless =
        std::any_of(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end(),
                    [&](const std::string& word) {
                      return is_one_of(kHarmless, word) ||
                             (manager->verbs == kAptVerbs && is_one_of(kHarmlessToApt, word));
                    });
    if (!is_harmless) return manager->name;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> changing_command(std::string_view line) {
  Words words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char c : line.substr(0, kLineBytesMax)) {
    // A comment: the mark starts a word.
    if (c == '#' && word.empty()) break;
    if (c == ' ' || c == '\t') {
      end_word();
    } else if (std::string_view(";|&(){}`").contains(c)) {
      end_word();
      if (const auto found = judge(words)) return found;
      words.clear();
    } else if (!std::string_view("\"'\\").contains(c)) {
      // Quotes join words of `sh -c "apt-get -y upgrade"`; their inside counts like the rest.
      word.push_back(c);
    }
  }
  end_word();
  return judge(words);
}

std::optional<ChangingLine> first_changing_line(std::string_view text) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (const auto manager = changing_command(line)) {
      return ChangingLine{.number = number, .manager = *manager};
    }
  }
  return std::nullopt;
}

}  // namespace mainstay::agent
