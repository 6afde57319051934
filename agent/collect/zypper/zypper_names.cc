#include "agent/collect/zypper/zypper_names.h"

#include <algorithm>
#include <span>

#include "agent/collect/zypper/xml_reader.h"
#include "agent/collect/zypper/zypper_xml.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kTakenBytesMax = 256;
constexpr std::size_t kNamesMax = 20'000;

struct Condition {
  std::string_view attribute;
  std::string_view value;
};

struct Wanted {
  std::string_view element;
  std::string_view name;  // the attribute that is taken
  std::span<const Condition> conditions;
};

std::unexpected<Error> no_names(std::string_view what) {
  return fail(Fault::Malformed, "zypper: " + std::string(what));
}

/// Blanks are lawful in what people call a repository.
bool is_taken(std::string_view text) {
  return !text.empty() && text.size() <= kTakenBytesMax &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Result<std::vector<std::string>> names_in(std::string_view text, const Wanted& wanted) {
  if (text.size() > kZypperBytesMax) return no_names("too much output");
  XmlReader reader(text);
  std::vector<std::string> names;
  for (bool is_first = true;; is_first = false) {
    TRY(const XmlPiece piece, reader.next());
    if (piece.kind == XmlPiece::Kind::End) break;
    if (is_first && piece.name != "stream") return no_names("it is no answer of zypper's");
    if (piece.kind != XmlPiece::Kind::Open || piece.name != wanted.element) continue;
    if (!std::ranges::all_of(wanted.conditions, [&](const Condition& one) {
          return piece.attribute(one.attribute) == one.value;
        })) {
      continue;
    }
    std::string name(piece.attribute(wanted.name));
    if (!is_taken(name)) return no_names("a name that is none");
    if (names.size() == kNamesMax) return no_names("too many names");
    names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);
  names.erase(twice.begin(), twice.end());
  return names;
}

}  // namespace

Result<std::vector<std::string>> read_zypper_repositories(std::string_view text) {
  static constexpr Condition kConditions[] = {{"enabled", "1"}};
  return names_in(text, {.element = "repo", .name = "alias", .conditions = kConditions});
}

Result<std::vector<std::string>> read_zypper_locked(std::string_view text) {
  static constexpr Condition kConditions[] = {{"kind", "package"}, {"installed", "true"}};
  return names_in(text, {.element = "match", .name = "name", .conditions = kConditions});
}

Result<std::vector<std::string>> read_zypper_found(std::string_view text) {
  static constexpr Condition kConditions[] = {{"kind", "patch"}};
  return names_in(text, {.element = "solvable", .name = "name", .conditions = kConditions});
}

}  // namespace mainstay::agent
