#include "agent/collect/updates/apt_findings.h"

#include <algorithm>

#include "common/core/span_text.h"

namespace mainstay::agent {
namespace {

constexpr std::size_t kNamesBytesMax = 120;  // of a text of 256

struct Open {
  const AptUpdate* update;
  std::optional<WallTime> since;
};

WallTime from_seconds(std::int64_t seconds) {
  return wall_from_ms(seconds * 1000);
}

/// "nginx" of nginx:amd64: whose architecture it is matters to nobody in a sentence.
std::string short_name(const std::string& name) {
  return name.substr(0, name.find(':'));
}

template <class List, class Name>
std::string names_of(const List& list, Name name) {
  std::string text;
  std::size_t count = 0;
  for (const auto& one : list) {
    const std::string word = name(one);
    if (text.size() + word.size() > kNamesBytesMax) break;
    text += (text.empty() ? "" : ", ") + word;
    ++count;
  }
  if (count < list.size()) text += " and " + std::to_string(list.size() - count) + " more";
  return text;
}

std::string plural(std::size_t count, const std::string& what) {
  return count_text(static_cast<std::int64_t>(count)) + " " + what + (count == 1 ? "" : "s");
}

/// Oldest first; those whose age is not known last.
std::vector<Open> open_updates(const AptListing& listing, WallTime now, FirstSeen* seen) {
  std::vector<Open> open;
  const auto add = [&](const AptUpdate& update) {
    std::optional<WallTime> since;
    if (seen != nullptr) since = seen->seen(update.name, update.installed, now);
    open.push_back({.update = &update, .since = since});
  };
  if (seen != nullptr) seen->start();
  for (const AptUpdate& update : listing.updates) {
    if (update.security) add(update);
  }
  for (const AptUpdate& update : listing.pinned) add(update);
  if (seen != nullptr) seen->finish();
  std::ranges::stable_sort(open, {},
                           [](const Open& one) { return one.since.value_or(WallTime::max()); });
  return open;
}

/// Why a list without security updates would prove nothing; empty: it does.
std::string doubt_of(const AptListing& listing, WallTime now) {
  if (listing.lists_fetched <= 0) return "package lists were never fetched";
  if (const Duration age = now - from_seconds(listing.lists_fetched); age > kListsAgeMax) {
    return "package lists were fetched " + age_text(age);
  }
  if (listing.security_published <= 0) return "no source of security updates is configured";
  if (const Duration age = now - from_seconds(listing.security_published);
      age > kSecurityPublishedAgeMax) {
    return "the newest list of security updates was published " + age_text(age);
  }
  if (listing.interrupted) return "dpkg was interrupted";
  if (listing.rejected > 0) {
    return plural(static_cast<std::size_t>(listing.rejected), "package") + " with an unlawful name";
  }
  return "";
}

Finding judge_whole(const AptListing& listing, const std::vector<Open>& open, WallTime now) {
  Finding finding{.topic = Topic::Patch, .subject = "apt", .text = {}, .at = now, .readings = {}};
  const std::string doubt = doubt_of(listing, now);
  if (listing.lists_fetched > 0) {
    finding.at = std::min(now, from_seconds(listing.lists_fetched));
    finding.readings.push_back(
        {.measure = Measure::CheckAgeSeconds, .value = (to_ms(now) - to_ms(finding.at)) / 1000});
  }
  finding.readings.push_back(
      {.measure = Measure::Count, .value = static_cast<std::int64_t>(open.size())});
  std::vector<const AptUpdate*> held;
  for (const AptUpdate& update : listing.updates) {
    if (update.held && !update.security) held.push_back(&update);
  }
  if (!open.empty()) {
    finding.judgement = Judgement::Refuted;
    finding.text = plural(open.size(), "security update") + " open";
    if (open[0].since) {
      const Duration age = now - *open[0].since;
      finding.text += ", the oldest known for " + span_text(age);
      finding.readings.push_back({.measure = Measure::AgeSeconds,
                                  .value = to_ms(now) / 1000 - to_ms(*open[0].since) / 1000});
    }
    finding.text +=
        ": " + names_of(open, [](const Open& one) { return short_name(one.update->name); });
    if (!doubt.empty()) finding.text += "; " + doubt;
  } else if (!doubt.empty()) {
    finding.text = doubt;
  } else {
    finding.judgement = Judgement::Proved;
    finding.text =
        "no security update open; " + plural(listing.updates.size() - held.size(), "other update");
  }
  if (!held.empty()) {
    finding.text +=
        "; held: " + names_of(held, [](const AptUpdate* one) { return short_name(one->name); });
  }
  return finding;
}

Finding judge_package(const AptListing& listing, const Open& open, WallTime now) {
  const AptUpdate& update = *open.update;
  Finding finding{
      .topic = Topic::Patch,
      .judgement = Judgement::Refuted,
      .subject = update.name,
      .text = "fix " + update.candidate + " (" + update.label + "), installed " + update.installed,
      .at = listing.lists_fetched > 0 ? std::min(now, from_seconds(listing.lists_fetched)) : now,
      .readings = {}};
  const bool is_pinned = std::ranges::any_of(
      listing.pinned, [&](const AptUpdate& pinned) { return &pinned == &update; });
  if (update.held) finding.text += "; held here";
  if (is_pinned) finding.text += "; kept out by this host's preferences";
  if (update.phased_percent < 100) {
    finding.text += "; phased, offered to " + std::to_string(update.phased_percent) + " %";
  }
  if (open.since) {
    finding.readings.push_back(
        {.measure = Measure::AgeSeconds, .value = to_ms(now) / 1000 - to_ms(*open.since) / 1000});
  }
  return finding;
}

}  // namespace

std::vector<Finding> judge_apt(const AptListing& listing, WallTime now, FirstSeen* seen) {
  const std::vector<Open> open = open_updates(listing, now, seen);
  std::vector<Finding> findings = {judge_whole(listing, open, now)};
  for (const AptState& state : listing.unfinished) {
    findings.push_back(
        {.topic = Topic::Patch,
         .judgement = Judgement::Refuted,
         .subject = state.name,
         .text = state.status + " at " + state.version + "; repair: dpkg --configure -a",
         .at = now,
         .readings = {}});
  }
  for (const Open& one : open) findings.push_back(judge_package(listing, one, now));
  return findings;
}

}  // namespace mainstay::agent
