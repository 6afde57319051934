#include "agent/apt/document.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "agent/apt/complaint.h"

namespace mainstay::apt {
namespace {

using nlohmann::json;

constexpr int kSchema = 1;
constexpr std::size_t kWordMax = 64;
constexpr std::size_t kSourceMax = 200;  // longer than any that is lawful: cut, it is none
constexpr std::size_t kDetailMax = 4096;
constexpr std::size_t kOutputMax = 8192;
constexpr std::size_t kListBytesMax =
    320 * 1024;  // at most three long lists a document: below 1 MiB

// Those of a desktop with everything; only who asks for them gets so much.
constexpr std::size_t kSourcesBytesMax = 1024 * 1024;

std::string clean(std::string text, std::size_t max) {
  text.resize(std::min(text.size(), max));
  for (char& c : text) {
    const bool printable = (c >= ' ' && c <= '~') || c == '\n';
    if (!printable) c = '?';
  }
  return text;
}

/// Cuts a list by the bytes it will have, and says so; a reader must not take a part for the whole.
void put_list(json& document, const std::string& name, const std::vector<json>& entries,
              std::size_t bytes_max = kListBytesMax) {
  json list = json::array();
  std::size_t bytes = 0;
  for (const json& entry : entries) {
    bytes += entry.dump(-1, ' ', false, json::error_handler_t::replace).size() + 1;
    if (bytes > bytes_max) {
      document["truncated"] = true;
      break;
    }
    list.push_back(entry);
  }
  document[name] = std::move(list);
}

template <class T, class Render>
std::vector<json> render_all(const std::vector<T>& values, Render render) {
  std::vector<json> entries;
  for (const T& value : values) entries.push_back(render(value));
  return entries;
}

json render(const PackageVersion& package) {
  return {{"name", package.name}, {"arch", package.architecture}, {"version", package.version}};
}

json render_state(const PackageState& state) {
  json entry = render(state.package);
  entry["status"] = clean(state.status, kWordMax);
  entry["held"] = state.held;
  entry["reinstall_required"] = state.reinstall_required;
  return entry;
}

json render_pending(const Pending& update) {
  return {{"name", update.candidate.name},
          {"arch", update.candidate.architecture},
          {"installed", clean(update.installed, kVersionMax)},
          {"candidate", update.candidate.version},
          {"origin", clean(update.origin, kWordMax)},
          {"label", clean(update.label, kWordMax)},
          {"archive", clean(update.archive, kWordMax)},
          {"security", update.security},
          {"held", update.held},
          {"phased_percent", update.phased_percent},
          {"size_bytes", update.size_bytes}};
}

json render_source(const Source& source) {
  json entry = {{"name", clean(source.name, kSourceMax)},
                {"version", clean(source.version, kSourceMax)}};
  if (!source.candidate.empty()) entry["candidate"] = clean(source.candidate, kSourceMax);
  if (source.binaries.size() == 1 && source.binaries[0] == source.name) return entry;
  json& binaries = entry["binaries"] = json::array();
  for (const std::string& name : source.binaries) binaries.push_back(clean(name, kNameMax));
  return entry;
}

json render_change(const Change& change) {
  json entry = render(change.package);
  entry["installed"] = clean(change.installed, kVersionMax);
  entry["security"] = change.security;
  entry["size_bytes"] = change.size_bytes;
  return entry;
}

json render_kept(const Kept& kept) {
  json entry = render_pending(kept.pending);
  entry["reason"] = kept.reason;
  entry["detail"] = clean(kept.detail, 256);
  return entry;
}

json start(const std::string& verb, ExitCode code, const std::string& detail) {
  return {{"schema", kSchema},
          {"verb", clean(verb, kWordMax)},
          {"exit", static_cast<int>(code)},
          {"result", word_of(code)},
          {"detail", clean(detail, kDetailMax)},
          {"truncated", false}};
}

json render_facts(const Facts& facts) {
  return {{"os_id", clean(facts.os_id, kWordMax)},
          {"os_version", clean(facts.os_version, kWordMax)},
          {"os_codename", clean(facts.os_codename, kWordMax)},
          {"architecture", clean(facts.architecture, kWordMax)},
          {"lists_refreshed_unix_seconds", facts.refreshed_unix_seconds},
          {"lists_published_unix_seconds", facts.published_unix_seconds},
          {"var_free_bytes", facts.var_free_bytes},
          {"boot_free_bytes", facts.boot_free_bytes}};
}

void put_database(json& document, const Database& database) {
  document["interrupted"] = database.interrupted;
  put_list(document, "unfinished", render_all(unfinished(database), render_state));
}

void put_simulation(json& document, const Simulation& simulation) {
  const auto plain = [](const PackageVersion& package) { return render(package); };
  put_list(document, "set", render_all(simulation.set, render_change));
  put_list(document, "kept", render_all(simulation.kept, render_kept));
  // These are short by nature: a set that is refused is refused after a handful of them.
  const auto first = [&](std::vector<PackageVersion> packages) {
    packages.resize(std::min<std::size_t>(packages.size(), 100));
    return render_all(packages, plain);
  };
  put_list(document, "removals", first(simulation.removals));
  put_list(document, "missing", first(simulation.missing));
  put_list(document, "blocked", first(simulation.blocked));
  document["download_bytes"] = simulation.download_bytes;
  document["install_bytes"] = simulation.install_bytes;
}

std::string finish(const json& document) {
  return document.dump(-1, ' ', true, json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string word_of(ExitCode code) {
  switch (code) {
    case ExitCode::Ok:
      return "ok";
    case ExitCode::Usage:
      return "usage";
    case ExitCode::Drift:
      return "drift";
    case ExitCode::RootMissing:
      return "root-missing";
    case ExitCode::LockHeld:
      return "lock-held";
    case ExitCode::HalfConfigured:
      return "half-configured";
    case ExitCode::RepositoryUnreachable:
      return "repository-unreachable";
    case ExitCode::WouldRemove:
      return "would-remove";
    case ExitCode::NoRoom:
      return "no-room";
    case ExitCode::InstallFailed:
      break;
  }
  return "install-failed";
}

std::string refusal_document(const std::string& verb, const Refusal& refusal) {
  return finish(start(verb, refusal.code, refusal.detail));
}

std::string list_document(const PendingUpdates& pending, const Database& database,
                          const Facts& facts, const std::optional<std::vector<Source>>& sources) {
  json document = start("list", ExitCode::Ok, "");
  std::uint64_t bytes = 0;
  for (const Pending& update : pending.updates) bytes += update.size_bytes;
  document["host"] = render_facts(facts);
  // Only here: preflight opens no cache and could not tell.
  document["host"]["security_published_unix_seconds"] = facts.security_published_unix_seconds;
  document["updates_total"] = pending.updates.size();
  document["rejected"] = pending.rejected + database.rejected;
  document["download_bytes"] = bytes;
  put_list(document, "updates", render_all(pending.updates, render_pending));
  put_list(document, "pinned", render_all(pending.pinned, render_pending));
  if (sources) put_list(document, "sources", render_all(*sources, render_source), kSourcesBytesMax);
  put_database(document, database);
  return finish(document);
}

std::string simulate_document(const Simulation& simulation, ExitCode code) {
  json document = start("simulate", code, simulation.detail);
  put_simulation(document, simulation);
  return finish(document);
}

std::string states_document(const std::string& verb, const std::vector<PackageState>& states,
                            const Database& database) {
  json document = start(verb, ExitCode::Ok, "");
  document["interrupted"] = database.interrupted;
  put_list(document, "packages", render_all(states, render_state));
  return finish(document);
}

std::string verify_document(const std::vector<PackageVersion>& set, const Database& database) {
  json document = start("verify", ExitCode::Ok, "");
  document["already"] =
      std::ranges::all_of(set, [&](const auto& package) { return holds(database, package); });
  document["interrupted"] = database.interrupted;
  put_list(document, "packages", render_all(set, [&](const PackageVersion& package) {
             return render_state(find_state(database, package));
           }));
  return finish(document);
}

std::string preflight_document(const Refusal& verdict, const Database& database, const Facts& facts,
                               const Locks& locks) {
  json document = start("preflight", verdict.code, verdict.detail);
  document["host"] = render_facts(facts);
  document["locks"] = {{"frontend", to_text(locks.frontend)},
                       {"dpkg", to_text(locks.dpkg)},
                       {"lists", to_text(locks.lists)}};
  put_database(document, database);
  return finish(document);
}

std::string install_fragment(const InstallReport& report) {
  json fragment = {{"exit", static_cast<int>(report.code)},
                   {"detail", clean(report.detail, kDetailMax)},
                   {"truncated", false}};
  put_simulation(fragment, report.simulation);
  return finish(fragment);
}

std::string apply_document(const ApplyEnd& end, const std::vector<PackageVersion>& set,
                           const Database& database) {
  json document = start("apply", end.code, end.detail);
  const json fragment = json::parse(end.fragment, nullptr, false);
  if (fragment.is_object()) {
    document["detail"] = fragment.value("detail", end.detail);
    document["truncated"] = fragment.value("truncated", false);
    for (const char* name : {"set", "removals", "missing", "blocked"}) {
      document[name == std::string("set") ? "would_install" : name] =
          fragment.value(name, json::array());
    }
  }
  document["output"] = clean(end.output, kOutputMax);
  const std::string complaint = dpkg_complaint(end.output);
  if (end.code == ExitCode::InstallFailed && !complaint.empty()) {
    document["detail"] = clean(complaint, kDetailMax);
  }
  document["already"] =
      std::ranges::all_of(set, [&](const auto& package) { return holds(database, package); });
  put_list(document, "after", render_all(set, [&](const PackageVersion& package) {
             return render_state(find_state(database, package));
           }));
  put_database(document, database);
  return finish(document);
}

}  // namespace mainstay::apt
