#include "agent/collect/usage/packages.h"

#include <algorithm>
#include <optional>

#include "agent/collect/resource/words.h"

namespace mainstay::agent {
namespace {

constexpr std::string_view kImage = "linux-image-";

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_package_name(std::string_view name) {
  const auto is_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || is_digit(c) || c == '+' || c == '-' || c == '.' || c == ':' ||
           c == '_';
  };
  return !name.empty() && name.size() <= kPackageNameBytesMax && name[0] != '-' &&
         std::ranges::all_of(name, is_of_name);
}

std::optional<std::string_view> value_of(std::string_view line, std::string_view field) {
  if (!line.starts_with(field)) return std::nullopt;
  line.remove_prefix(field.size());
  return take_word(line);
}

struct Paragraph {
  InstalledPackage package;
  bool is_installed = false;
  bool has_lines = false;
};

Status read_field(std::string_view line, Paragraph& paragraph) {
  paragraph.has_lines = true;
  if (const auto name = value_of(line, "Package:")) {
    if (!is_package_name(*name)) return fail(Fault::Malformed, "dpkg status: a name that is none");
    paragraph.package.name = *name;
  } else if (const auto size = value_of(line, "Installed-Size:")) {
    const auto kib = number_of(*size);
    if (!kib || *kib > UINT32_MAX)
      return fail(Fault::Malformed, "dpkg status: a size that is none");
    paragraph.package.bytes = *kib * 1024;
  } else if (line.starts_with("Status:")) {
    // "install ok installed": what was wanted, whether it went well, what is.
    paragraph.is_installed = line.ends_with(" installed");
  }
  return {};
}

/// Runs of digits by their number, all else by its characters.
bool is_lower(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const auto digits = [](std::string_view text) {
      return static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    };
    const std::size_t length_a = digits(a);
    const std::size_t length_b = digits(b);
    if (length_a > 0 && length_b > 0) {
      const auto number_a = number_of(a.substr(0, length_a)).value_or(UINT64_MAX);
      const auto number_b = number_of(b.substr(0, length_b)).value_or(UINT64_MAX);
      if (number_a != number_b) return number_a < number_b;
      a.remove_prefix(length_a);
      b.remove_prefix(length_b);
    } else if (a[0] != b[0]) {
      return a[0] < b[0];
    } else {
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

/// "6.1.0-42-cloud-amd64": all behind the last part that begins with a digit.
std::string_view flavour_of(std::string_view release) {
  std::size_t at = 0;
  while (at < release.size() && is_digit(release[at])) {
    const std::size_t end = release.find('-', at);
    if (end == std::string_view::npos) return {};
    at = end + 1;
  }
  return release.substr(at);
}

/// The release that a package's kernel has; empty for a package that is no kernel, as
/// linux-image-amd64, which only names the newest.
std::string_view release_of(std::string_view name) {
  if (!name.starts_with(kImage)) return {};
  name.remove_prefix(kImage.size());
  constexpr std::string_view kUnsigned = "unsigned-";
  if (name.starts_with(kUnsigned)) name.remove_prefix(kUnsigned.size());
  return name.empty() || !is_digit(name[0]) ? std::string_view() : name;
}

}  // namespace

Result<std::vector<InstalledPackage>> read_dpkg_status(std::string_view status) {
  std::vector<InstalledPackage> packages;
  Paragraph paragraph;
  for (bool at_end = false; !at_end;) {
    const auto line = take_line(status);
    at_end = !line;
    if (line && !line->empty()) {
      TRY_STATUS(read_field(*line, paragraph));
      continue;
    }
    if (paragraph.has_lines && paragraph.package.name.empty()) {
      return fail(Fault::Malformed, "dpkg status: a paragraph without a name");
    }
    if (paragraph.is_installed) packages.push_back(std::move(paragraph.package));
    if (packages.size() > kInstalledMax) return fail(Fault::Malformed, "dpkg status: too long");
    paragraph = {};
  }
  return packages;
}

std::vector<InstalledPackage> old_kernels(const std::vector<InstalledPackage>& packages,
                                          std::string_view release) {
  std::vector<InstalledPackage> kernels;
  bool has_running = false;
  for (const InstalledPackage& package : packages) {
    const std::string_view its = release_of(package.name);
    if (its.empty()) continue;
    kernels.push_back(package);
    has_running = has_running || its == release;
  }
  if (!has_running) return {};
  std::vector<InstalledPackage> old;
  for (const InstalledPackage& kernel : kernels) {
    const std::string_view its = release_of(kernel.name);
    const bool is_newest = std::ranges::none_of(kernels, [&](const InstalledPackage& other) {
      const std::string_view others = release_of(other.name);
      return flavour_of(others) == flavour_of(its) && is_lower(its, others);
    });
    if (its != release && !is_newest) old.push_back(kernel);
  }
  return old;
}

Result<std::vector<std::string>> read_autoremove(std::string_view text) {
  std::vector<std::string> names;
  while (auto line = take_line(text)) {
    if (take_word(*line) != "Remv") continue;
    const std::string_view name = take_word(*line);
    if (!is_package_name(name)) return fail(Fault::Malformed, "apt-get: a name that is none");
    if (names.size() == kInstalledMax) return fail(Fault::Malformed, "apt-get: too many names");
    names.emplace_back(name);
  }
  return names;
}

}  // namespace mainstay::agent
