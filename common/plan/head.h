// A plan: the head that operators sign and the leaves that say what each host is to do. The Merkle
// root of the leaves is in the head, so that one signature covers every host's part.
#pragma once

#include <string>
#include <variant>

#include "common/plan/authority.h"

namespace mainstay {

inline constexpr std::size_t kHeadBytesMax = 16 * 1024;
inline constexpr std::size_t kLeafBytesMax = 24 * 1024;
inline constexpr std::size_t kStepsMax = 16;
inline constexpr std::size_t kPackagesMax = 512;  // of one host's leaf
inline constexpr std::size_t kArgumentsMax = 32;
inline constexpr std::size_t kNeverRestartMax = 32;
inline constexpr Duration kStepTimeMax = std::chrono::hours(24);
inline constexpr Duration kPlanLifetimeMax = std::chrono::hours(24 * 30);

struct PackageVersion {
  std::string name;  // name:arch
  std::string version;
  auto operator<=>(const PackageVersion&) const = default;
};

enum class PackageChoice : std::uint8_t { Security = 0, All = 1 };  // stored; never renumber

struct PatchStep {
  PackageChoice packages = PackageChoice::Security;
};
/// Looks without changing: exit 0 of an argv, run as a throw-away user, is health.
struct CheckStep {
  std::vector<std::string> argv;
};
struct RunStep {
  std::vector<std::string> argv;
};
/// Restarts the services that still run code of replaced files.
struct RestartStep {
  std::vector<std::string> never;  // units, with or without ".service"
};
enum class RebootWhen : std::uint8_t { Needed = 0, Always = 1 };  // stored; never renumber
struct RebootStep {
  RebootWhen when = RebootWhen::Needed;
};
struct Step {
  std::variant<PatchStep, CheckStep, RunStep, RestartStep, RebootStep> task;
  Duration within = std::chrono::minutes(30);  // the task's time limit
};
TaskKind kind_of(const Step& step);
/// Of a head with these steps, ascending.
std::vector<Feature> features_of(const std::vector<Step>& steps);
/// Of the whole plan: the greatest of its steps.
Impact impact_of(const std::vector<Step>& steps);

/// A number, a percentage of the region's targets, a selector, or the rest.
struct WaveSpec {
  enum class Kind : std::uint8_t { Count = 0, Percent = 1, Selected = 2, Rest = 3 };
  Kind kind = Kind::Rest;
  std::uint32_t amount = 0;
  std::string selector = {};
};

struct Order {
  std::uint32_t regions_at_once = 1;
  std::vector<WaveSpec> waves;  // per region
  std::uint32_t concurrency = 10;
};

/// A limit on the hosts out of service in each group of hosts that agree in the labels `per`.
struct Budget {
  enum class Kind : std::uint8_t {
    Unavailable = 0,
    UnavailablePercent = 1,
    MinHealthy = 2,
    MinHealthyPercent = 3
  };
  std::vector<std::string> per;
  Kind kind = Kind::Unavailable;
  std::uint32_t amount = 1;
};

struct Advance {
  Duration bake{};
  /// Usual, where a plan says nothing: 1 % of its hosts, at least 3, and none in a canary wave.
  enum class Failures : std::uint8_t { Count = 0, Percent = 1, Usual = 2 };
  Failures failures_kind = Failures::Count;
  std::uint32_t failures = 0;
};

struct PlanHead {
  DocumentHeader header;
  std::string name;
  std::string change;
  std::string reason;
  Digest source_digest;  // of the document it was read from
  std::string targets;   // selector source, for people: the leaves decide
  std::vector<Step> steps;
  Order order;
  std::vector<Budget> budgets;
  Advance advance;
  WallTime not_before{};
  std::uint32_t host_count = 0;  // never 0 in a frozen plan
  Digest leaves_root;
};

/// What one host is to do. Its index is its place in the tree.
struct Leaf {
  HostId host;
  PublicKey record_key;
  std::string region;
  std::string zone;
  std::uint32_t wave = 0;                // 0-based, of its region
  std::vector<PackageVersion> packages;  // ascending; empty unless there is a patch step
};

/// The most failures that halt nothing: `failures`, or floor(hosts x percent).
std::uint32_t failure_limit(const Advance& advance, std::uint32_t host_count);

/// The first of several waves of a region is its canary: by default no host of it may fail.
bool is_canary(const Advance& advance, std::uint32_t wave, std::uint32_t last_wave);

}  // namespace mainstay
