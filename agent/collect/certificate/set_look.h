// One set of certificates looked at: its files read, its ports asked, each told from the other.
#pragma once

#include "agent/collect/certificate/draft.h"
#include "agent/collect/certificate/file_walk.h"

namespace mainstay::agent::certificate {

/// What a set made of the report.
struct SetFindings {
  std::vector<Finding> findings;
  std::optional<WallTime> first_end = {};
  bool was_cut = false;  // more certificates than are looked at
};

/// The certificates of walked files: one entry for each that has issued none of the same file, the
/// rest beside it; a finding for each file that could not be read.
struct FilesRead {
  std::vector<FileCertificate> certificates;
  std::vector<Finding> unread;
  bool was_cut = false;
};
FilesRead read_walked(const std::vector<WalkedFile>& files, const std::string& password,
                      WallTime now);

/// `answers` are of all ports of the set, those without a server included.
SetFindings judge_set(const CertificateSet& set, FilesRead files,
                      const std::vector<PortAnswer>& answers, const Look& look);

}  // namespace mainstay::agent::certificate
