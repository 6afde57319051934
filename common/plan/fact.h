// Scalars that a host knows of itself, for selectors and lists.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mainstay {

/// Facts are a closed list of scalars; the place in the list is the number on the wire.
enum class Fact : std::uint8_t {  // stored; never renumber
  PatchSecurity = 0,              // packages with a security update pending
  PatchTotal = 1,                 // packages with any update pending
  PatchHeld = 2,                  // packages held back that have an update
  PatchBroken = 3,                // packages not cleanly installed
  PatchListsAge = 4,              // seconds since the package lists were fetched
  DiskFreePercent = 5,            // of the file system with /var
  ExecutorPresent = 6,            // 0 or 1
  UptimeSeconds = 7,
  RebootNeeded = 8,            // 0 or 1; absent where it is not proved
  ServiceFailed = 9,           // units
  ServiceOldCode = 10,         // services that run replaced files
  UpdatersOther = 11,          // who else can change this host
  DiskInodesFreePercent = 12,  // the lowest of all disks
  DiskFullIn = 13,             // seconds until the first disk is full, by its trend
  MemoryAvailablePercent = 14,
  MemoryTotal = 15,  // bytes
  CpuCount = 16,
  CpuLoadPercent = 17,     // of the last minute, of all processors
  ClockSynchronised = 18,  // 0 or 1
  BackupAge = 19,          // seconds, of the oldest set's newest good backup
  BackupRefuted = 20,      // sets
  CertificateLeft = 21,    // seconds until the first ends; below 0: one has ended
  UsageCleanable = 22,     // bytes
};
inline constexpr std::size_t kFactCount = 23;
std::string_view name_of(Fact fact);  // patch.security, ...

struct FactReading {
  Fact fact = Fact::PatchSecurity;
  std::int64_t value = 0;
};

/// How a fact moves while nothing happens: what moves by itself is told seldom, and reckoned on by
/// who was told.
enum class Motion : std::uint8_t {
  Still,
  Grows,  // by a second each second
  Falls,
  Noisy,  // small changes mean nothing
};
Motion motion_of(Fact fact);

}  // namespace mainstay
