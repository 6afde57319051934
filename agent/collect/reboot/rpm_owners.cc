#include "agent/collect/reboot/rpm_owners.h"

#include <algorithm>
#include <span>

#include "agent/collect/tool/tool.h"

namespace mainstay::agent {
namespace {

// Each look-up reads some pages of an index; the start of rpm takes longest.
constexpr Duration kRpmTimeMax = std::chrono::seconds(30);
constexpr std::string_view kForm = "|%{NAME}|\n";
// In each process's own folder, where no package has a file.
constexpr std::string_view kNobodys = "/proc/self/stat";
constexpr std::string_view kNotOwned = " is not owned by any package";
constexpr std::size_t kNameBytesMax = 256;

std::unexpected<Error> no_owners(std::string_view what) {
  return fail(Fault::Malformed, "rpm: " + std::string(what));
}

std::size_t count_taken(const std::vector<std::string>& files) {
  std::size_t bytes = 0;
  std::size_t count = 0;
  for (const std::string& file : files) {
    bytes += file.size() + kNobodys.size() + 2;
    if (count == kRpmFilesMax || bytes > kRpmFileNamesBytesMax) break;
    ++count;
  }
  return count;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax &&
         std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '|'; });
}

/// "file /opt/own is not owned by any package".
bool is_denial(std::string_view line, std::string_view file) {
  constexpr std::string_view kFile = "file ";
  return line.size() == kFile.size() + file.size() + kNotOwned.size() && line.starts_with(kFile) &&
         line.substr(kFile.size()).starts_with(file) && line.ends_with(kNotOwned);
}

/// Of a line that our own form made; else empty.
std::string_view name_in(std::string_view line) {
  if (line.size() < 3 || !line.starts_with('|') || !line.ends_with('|')) return {};
  line = line.substr(1, line.size() - 2);
  return is_name(line) ? line : std::string_view();
}

}  // namespace

std::vector<std::string> words_for_owners(const std::vector<std::string>& files) {
  std::vector<std::string> words = {"-qf", "--qf", std::string(kForm)};
  for (const std::string& file : std::span(files).first(count_taken(files))) {
    words.push_back(file);
    words.emplace_back(kNobodys);
  }
  return words;
}

Result<std::map<std::string, std::string>> read_rpm_owners(std::string_view text,
                                                           const std::vector<std::string>& files) {
  std::map<std::string, std::string> owners;
  const std::size_t count = count_taken(files);
  std::size_t at = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return no_owners("a line that was cut");
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (at == count) return no_owners("more answers than questions");
    if (is_denial(line, kNobodys)) {
      ++at;
    } else if (const std::string_view name = name_in(line); !name.empty()) {
      owners.emplace(files[at], name);
    } else if (!is_denial(line, files[at])) {
      return no_owners("a line that is no answer");
    }
  }
  if (at != count) return no_owners("fewer answers than questions");
  return owners;
}

FileOwners ask_rpm_owners(const std::vector<std::string>& files) {
  FileOwners owners;
  if (files.empty()) return owners;
  owners.is_complete = false;
  const auto program = find_tool("rpm");
  if (!program) return owners;
  ToolOrder order{.argv = words_for_owners(files),
                  .output_bytes_max = kRpmOwnersBytesMax,
                  .time_max = kRpmTimeMax};
  order.argv.insert(order.argv.begin(), *program);
  // It ends by the number of files that are nobody's: its exit status says nothing.
  const auto answer = run_tool(order);
  if (!answer.has_value() || answer->was_cut) return owners;
  auto read = read_rpm_owners(answer->output, files);
  if (!read.has_value()) return owners;
  owners.packages = std::move(*read);
  owners.is_complete = count_taken(files) == files.size();
  return owners;
}

}  // namespace mainstay::agent
