// The table of first sightings (patch/first_seen.h), from its file and back to it.
#pragma once

#include <string>

#include "agent/collect/patch/first_seen.h"
#include "common/plan/finding.h"

namespace mainstay::agent {

class Sightings {
 public:
  /// `folder` is one of our own; empty: nothing is remembered. A damaged file is begun anew, and
  /// the report says so.
  Sightings(const std::string& folder, SourceReport& report);

  /// Null where nothing is remembered.
  FirstSeen* table() { return path_.empty() ? nullptr : &table_; }
  /// What was added, durably; the report says why it cannot be kept.
  void save(SourceReport& report) const;

 private:
  std::string path_;
  std::string before_;  // what the file holds
  FirstSeen table_;
};

/// A finding of the topic patch that is not proved, as old as the report.
void not_proved(SourceReport& report, const std::string& subject, std::string why);

}  // namespace mainstay::agent
