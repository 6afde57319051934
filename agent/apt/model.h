// What the helper reads and decides, as plain values: nothing of libapt-pkg crosses from one file
// to another, and only document.cc turns these into JSON. All text in them may come out of package
// metadata, so it is untrusted until document.cc has bounded it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "agent/apt/package.h"

namespace mainstay::apt {

/// The exit codes are the contract with the executor; never renumber.
enum class ExitCode {
  Ok = 0,
  Usage = 2,
  Drift = 10,
  RootMissing = 11,
  LockHeld = 12,
  HalfConfigured = 13,
  RepositoryUnreachable = 14,
  WouldRemove = 15,
  InstallFailed = 16,
  NoRoom = 17,
};

struct Refusal {
  ExitCode code;
  std::string detail;
};

template <class T>
class [[nodiscard]] Outcome : public std::expected<T, Refusal> {
 public:
  using std::expected<T, Refusal>::expected;
};

inline std::unexpected<Refusal> refuse(ExitCode code, std::string detail) {
  return std::unexpected(Refusal{code, std::move(detail)});
}

/// One package as dpkg's database has it.
struct PackageState {
  PackageVersion package;
  std::string status;  // dpkg's word: installed, half-configured, unpacked, not-installed, ...
  bool held = false;
  bool reinstall_required = false;
};

struct Pending {
  PackageVersion candidate;
  std::string installed;
  std::string origin;
  std::string label;
  std::string archive;
  bool security = false;
  bool held = false;
  unsigned phased_percent = 100;
  std::uint64_t size_bytes = 0;
};

struct Change {
  PackageVersion package;
  std::string installed = {};  // empty: newly installed
  bool security = false;
  std::uint64_t size_bytes = 0;
};

struct Kept {
  Pending pending;
  std::string reason;  // held, phased, would-remove, impossible
  std::string detail = {};
};

struct Simulation {
  std::vector<Change> set;
  std::vector<Kept> kept;
  std::vector<PackageVersion> removals;
  std::vector<PackageVersion> missing;  // no archive offers this version any more
  std::vector<PackageVersion> blocked;  // held here, or a downgrade
  std::vector<PackageVersion> current;  // at that version already, finished or not
  std::string detail;                   // why the set is impossible
  std::uint64_t download_bytes = 0;
  std::int64_t install_bytes = 0;
};

struct Facts {
  std::string os_id;
  std::string os_version;
  std::string os_codename;
  std::string architecture;
  std::int64_t refreshed_unix_seconds = 0;  // when the lists were last fetched; 0: never
  std::int64_t published_unix_seconds = 0;  // how new the newest list is
  // The same among those of security archives; 0: this host has none, and sees no such update.
  std::int64_t security_published_unix_seconds = 0;
  std::int64_t var_free_bytes = -1;  // -1: there is no such folder
  std::int64_t boot_free_bytes = -1;
};

}  // namespace mainstay::apt
