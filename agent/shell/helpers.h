// Runs the short-lived programs that look at the host: the package helper and, where the machine
// itself is patched under systemd, the list of failed units. Their time and output are bounded, and
// each question is answered once, whatever becomes of them.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/collect/patch/apt_json.h"
#include "agent/core/agent.h"
#include "agent/shell/config.h"
#include "agent/shell/package_files.h"
#include "common/loop/process.h"

namespace mainstay::agent {

class Helpers {
 public:
  using OnLooked = std::function<void(Looked)>;
  using OnResolved = std::function<void(Resolved)>;

  Helpers(loop::Loop& loop, const AgentConfig& config, Log& log)
      : loop_(loop), config_(config), log_(log) {}
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;

  /// One at a time; the core asks no earlier. A look still going on is ended without an answer.
  void look(const std::string& root, const OnLooked& on_looked);
  void resolve(const ResolveNow& order, const OnResolved& on_resolved);

 private:
  [[nodiscard]] loop::ProcessOptions options(std::vector<std::string> words) const;
  void count_units(Looked looked, const OnLooked& on_looked);
  Looked looked_at(const loop::ProcessResult& result);
  [[nodiscard]] Looked looked_from(const PatchState& state) const;
  [[nodiscard]] bool is_listed(const PackageFiles& files) const;
  void add_disk(Looked& looked);

  loop::Loop& loop_;
  const AgentConfig& config_;
  Log& log_;
  /// The newest listing that went well, and what it was made of.
  struct Listing {
    std::string root;
    PackageFiles files;
    PatchState state;
    Instant at{};
  };
  std::string root_;  // of the look going on
  PackageFiles files_;
  std::optional<Listing> listing_;
  std::unique_ptr<loop::Process> list_;
  std::unique_ptr<loop::Process> units_;
  std::unique_ptr<loop::Process> simulate_;
};

}  // namespace mainstay::agent
