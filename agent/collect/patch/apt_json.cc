#include "agent/collect/patch/apt_json.h"

#include <algorithm>
#include <limits>

#include <nlohmann/json.hpp>

namespace mainstay::agent {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 8;
constexpr std::size_t kListMax = 20'000;  // more packages than a distribution has upgrades for
constexpr std::size_t kWordBytesMax = 256;
constexpr std::int64_t kSchema = 1;

std::unexpected<Error> malformed(std::string_view what) {
  return fail(Fault::Malformed, "package helper: " + std::string(what));
}

Result<std::string> word(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return malformed(std::string("no ") + key);
  const auto* text = found->get_ptr<const std::string*>();
  if (text == nullptr || text->size() > kWordBytesMax) {
    return malformed(std::string(key) + " is no word");
  }
  // A NUL or control character has no place in a name that is shown and sent on.
  const bool printable = std::ranges::all_of(*text, [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable) return malformed(std::string(key) + " is not printable");
  return *text;
}

Result<std::int64_t> number(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) {
    return malformed(std::string(key) + " is no number");
  }
  if (const auto* large = found->get_ptr<const Json::number_unsigned_t*>()) {
    if (*large > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      return malformed(std::string(key) + " is too large");
    }
    return static_cast<std::int64_t>(*large);
  }
  return *found->get_ptr<const Json::number_integer_t*>();
}

Result<bool> flag(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_boolean()) {
    return malformed(std::string(key) + " is no flag");
  }
  return *found->get_ptr<const Json::boolean_t*>();
}

Result<const Json*> list(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array() || found->size() > kListMax) {
    return malformed(std::string(key) + " is no list");
  }
  return &*found;
}

/// The text's own complaint, cut: it goes to people.
std::string detail_of(const Json& object) {
  const auto found = object.find("detail");
  if (found == object.end()) return "";
  const auto* text = found->get_ptr<const std::string*>();
  if (text == nullptr) return "";
  std::string line = text->substr(0, kWordBytesMax);
  std::ranges::replace_if(line, [](char c) { return c < ' ' || c > '~'; }, ' ');
  return line;
}

Result<Json> document(std::string_view text, std::string_view verb,
                      std::size_t bytes_max = kAptOutputBytesMax) {
  if (text.size() > bytes_max) return malformed("too much output");
  const auto shallow = [](int depth, Json::parse_event_t, Json&) { return depth <= kDepthMax; };
  Json object = Json::parse(text, shallow, false);
  if (!object.is_object()) return malformed("not a JSON object");
  TRY(const std::int64_t schema, number(object, "schema"));
  if (schema != kSchema) return malformed("an unknown schema");
  TRY(const std::string its_verb, word(object, "verb"));
  if (its_verb != verb) return malformed("an answer to another question");
  TRY(const std::int64_t code, number(object, "exit"));
  if (code != 0) {
    TRY(const std::string result, word(object, "result"));
    const std::string detail = detail_of(object);
    return fail(Fault::Denied, result + (detail.empty() ? "" : ": " + detail));
  }
  TRY(const bool truncated, flag(object, "truncated"));
  if (truncated) return malformed("a list was cut");
  return object;
}

Result<std::string> package_name(const Json& entry) {
  if (!entry.is_object()) return malformed("an entry is no object");
  TRY(const std::string name, word(entry, "name"));
  TRY(const std::string architecture, word(entry, "arch"));
  if (name.empty() || architecture.empty()) return malformed("a package without name");
  if (name.size() + architecture.size() >= kWordBytesMax) return malformed("a name too long");
  return name + ":" + architecture;
}

Status count_updates(const Json& updates, PatchState& state) {
  for (const auto& entry : updates) {
    if (const auto name = package_name(entry); !name.has_value()) {
      return std::unexpected(name.error());
    }
    TRY(const bool held, flag(entry, "held"));
    TRY(const bool security, flag(entry, "security"));
    if (held) {
      state.held += 1;
      continue;
    }
    state.total += 1;
    if (security) state.security += 1;
  }
  return {};
}

Result<std::vector<AptUpdate>> updates_of(const Json& object, const char* key) {
  TRY(const Json* const entries, list(object, key));
  std::vector<AptUpdate> updates;
  for (const auto& entry : *entries) {
    AptUpdate update;
    TRY(update.name, package_name(entry));
    TRY(update.installed, word(entry, "installed"));
    TRY(update.candidate, word(entry, "candidate"));
    TRY(update.label, word(entry, "label"));
    TRY(update.security, flag(entry, "security"));
    TRY(update.held, flag(entry, "held"));
    TRY(update.phased_percent, number(entry, "phased_percent"));
    updates.push_back(std::move(update));
  }
  return updates;
}

Result<AptSource> source_of(const Json& entry) {
  if (!entry.is_object()) return malformed("an entry is no object");
  AptSource source;
  TRY(source.name, word(entry, "name"));
  TRY(source.version, word(entry, "version"));
  if (entry.contains("candidate")) {
    TRY(source.candidate, word(entry, "candidate"));
  }
  if (!entry.contains("binaries")) {
    source.binaries = {source.name};
    return source;
  }
  TRY(const Json* const binaries, list(entry, "binaries"));
  for (const Json& binary : *binaries) {
    const auto* name = binary.get_ptr<const std::string*>();
    if (name == nullptr || name->size() > kWordBytesMax) return malformed("a package without name");
    source.binaries.push_back(*name);
  }
  return source;
}

Result<std::vector<AptSource>> sources_of(const Json& object) {
  std::vector<AptSource> sources;
  if (!object.contains("sources")) return sources;
  TRY(const Json* const entries, list(object, "sources"));
  for (const Json& entry : *entries) {
    TRY(AptSource source, source_of(entry));
    sources.push_back(std::move(source));
  }
  return sources;
}

Result<std::vector<AptState>> states_of(const Json& object, const char* key) {
  TRY(const Json* const entries, list(object, key));
  std::vector<AptState> states;
  for (const auto& entry : *entries) {
    AptState state;
    TRY(state.name, package_name(entry));
    TRY(state.version, word(entry, "version"));
    TRY(state.status, word(entry, "status"));
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace

Result<AptListing> read_apt_listing(std::string_view text) {
  TRY(const Json object, document(text, "list", kAptSourcesOutputBytesMax));
  AptListing listing;
  const auto host = object.find("host");
  if (host == object.end() || !host->is_object()) return malformed("no host");
  TRY(listing.os_id, word(*host, "os_id"));
  TRY(listing.os_version, word(*host, "os_version"));
  TRY(listing.lists_fetched, number(*host, "lists_refreshed_unix_seconds"));
  TRY(listing.security_published, number(*host, "security_published_unix_seconds"));
  TRY(listing.rejected, number(object, "rejected"));
  TRY(listing.interrupted, flag(object, "interrupted"));
  TRY(listing.unfinished, states_of(object, "unfinished"));
  TRY(listing.updates, updates_of(object, "updates"));
  TRY(listing.pinned, updates_of(object, "pinned"));
  TRY(listing.sources, sources_of(object));
  return listing;
}

Result<PatchState> read_apt_list(std::string_view text) {
  TRY(const Json object, document(text, "list"));
  PatchState state;
  const auto host = object.find("host");
  if (host == object.end() || !host->is_object()) return malformed("no host");
  TRY(const std::string os, word(*host, "os_id"));
  TRY(const std::string release, word(*host, "os_version"));
  state.os = release.empty() ? os : os + " " + release;
  TRY(state.architecture, word(*host, "architecture"));
  TRY(state.lists_fetched, number(*host, "lists_refreshed_unix_seconds"));
  TRY(state.var_free_bytes, number(*host, "var_free_bytes"));
  TRY(const bool interrupted, flag(object, "interrupted"));
  TRY(const Json* const unfinished, list(object, "unfinished"));
  state.broken = static_cast<std::uint32_t>(unfinished->size());
  if (interrupted && state.broken == 0) state.broken = 1;
  TRY(const Json* const updates, list(object, "updates"));
  TRY_STATUS(count_updates(*updates, state));
  return state;
}

Result<PatchSet> read_apt_simulation(std::string_view text) {
  TRY(const Json object, document(text, "simulate"));
  TRY(const Json* const removals, list(object, "removals"));
  if (!removals->empty()) return fail(Fault::Denied, "it would remove packages");
  PatchSet set;
  TRY(const Json* const packages, list(object, "set"));
  if (packages->size() > kPackagesMax) {
    return fail(Fault::Denied, "more than " + std::to_string(kPackagesMax) +
                                   " packages for one plan; patch in smaller steps");
  }
  for (const auto& entry : *packages) {
    PackageVersion package;
    TRY(package.name, package_name(entry));
    TRY(package.version, word(entry, "version"));
    if (package.version.empty()) return malformed("a package without version");
    set.packages.push_back(std::move(package));
  }
  std::ranges::sort(set.packages);
  const auto repeated = std::ranges::adjacent_find(set.packages, {}, &PackageVersion::name);
  if (repeated != set.packages.end()) return malformed("a package twice");
  TRY(const Json* const kept, list(object, "kept"));
  for (const auto& entry : *kept) {
    if (set.kept.size() == kKeptMax) break;
    TRY(std::string line, package_name(entry));
    TRY(const std::string reason, word(entry, "reason"));
    line.append(" ").append(reason);
    line.resize(std::min(line.size(), kWordBytesMax));
    set.kept.push_back(std::move(line));
  }
  return set;
}

}  // namespace mainstay::agent
