// Hosts with lists of packages, and lists of vulnerabilities about them. For this folder's tests.
#pragma once

#include "common/wire/row.h"
#include "coordinator/shell/view_world.h"

namespace mainstay::coordinator {

class ExposureWorld : public ViewWorld {
 protected:
  static Statement fixed_in(const std::string& package, const std::string& version) {
    return {.release = "debian:12",
            .package = package,
            .fix = version.empty() ? Fix::None : Fix::Published,
            .introduced = {},
            .fixed = version};
  }
  static Vulnerability about(const std::string& id, Severity severity,
                             std::vector<Statement> statements) {
    return {.id = id,
            .text = "what it is",
            .severity = severity,
            .exploited = false,
            .statements = std::move(statements),
            .claims = {}};
  }
  static Vulnerability exploited(const std::string& id) {
    Vulnerability one = about(id, Severity::Unknown, {});
    one.exploited = true;
    return one;
  }
  void bring(const std::string& name, std::vector<Vulnerability> list) {
    auto feed = Feed::read(feed_text({.name = name, .at = now.wall}, std::move(list)));
    EXPECT_TRUE(feed) << feed.error().detail;
    feeds_.insert_or_assign(name, std::move(*feed));
    FeedRow row;
    row.name = name;
    row.at = now.wall;
    row.imported_at = now.wall;
    row.by = "ana";
    state.feeds[name] = row;
    open_lists_.feeds_changed();
  }
  /// That host alone is named by a scanner for this, and for nothing else.
  void scan(const std::string& id, const std::string& host, const std::string& package,
            const std::string& version, const std::string& fixed = {}) {
    Vulnerability one = about(id, Severity::Unknown, {});
    one.claims = {{.host = host, .package = package, .version = version, .fixed = fixed}};
    bring("scanner", {std::move(one)});
    wait(std::chrono::seconds(10));
  }
  void lose(const std::string& name) {
    feeds_.erase(name);
    open_lists_.feeds_changed();
  }
  /// The host is live, and says that it has this.
  void has(const std::string& host, std::vector<InstalledPackage> packages) {
    tells(host, {.release = "debian:12", .sees_processes = true, .packages = std::move(packages)});
  }
  void tells(const std::string& host, const PackageList& list) {
    const std::string text = package_list_text(list);
    const PackagesRow row{.digest = sha256(as_bytes(text)), .text = to_bytes(text)};
    records_.rows[{Axis::Cache, key_of(row)}] = encode_row(row);
    Digest& told = state.hosts.at(host_id(host)).sight.row.packages;
    if (!told.is_zero() && --state.packages[told].hosts == 0) state.packages.erase(told);
    told = row.digest;
    state.packages[told].hosts += 1;
    state.packages[told].stored = true;
    report(host_id(host), hosts[host_id(host)]);
  }
  /// Its own word of all its updates: the oldest is open for so long.
  void finds_updates(const std::string& host, Judgement judgement, std::chrono::seconds age) {
    FindingsRow row;
    row.host = host_id(host);
    row.source = Source::Patch;
    row.at = now.wall;
    row.findings = {{.topic = Topic::Patch,
                     .judgement = judgement,
                     .subject = "apt",
                     .text = "some are open",
                     .at = now.wall,
                     .readings = {{.measure = Measure::Count, .value = 1},
                                  {.measure = Measure::AgeSeconds, .value = age.count()}}}};
    records_.rows[{Axis::Cache, key_of(row)}] = encode_row(row);
  }
  void wait(Duration span) {
    now.mono += span;
    now.wall += span;
    report_all();
    look_at_lists();
  }
  [[nodiscard]] std::vector<std::string> needs() {
    std::vector<std::string> texts;
    const auto fleet = view(View::Fleet);
    for (const auto& need : fleet["needs"]) {
      const std::string urgency = need["urgency"];
      const std::string text = need["text"];
      if (text.starts_with("CVE-")) texts.push_back(urgency + " " + text);
    }
    return texts;
  }
  [[nodiscard]] nlohmann::json line(const std::string& id) {
    const auto shown = view(View::Vulnerability);
    for (const auto& one : shown["vulnerabilities"]) {
      if (one["id"] == id) return one;
    }
    return nullptr;
  }
};

}  // namespace mainstay::coordinator
