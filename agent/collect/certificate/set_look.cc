#include "agent/collect/certificate/set_look.h"

#include <algorithm>

#include "agent/collect/certificate/container.h"

namespace mainstay::agent::certificate {
namespace {

Finding unread_finding(const std::string& path, const std::string& why, WallTime now) {
  // The reason begins with the path where the system gave it: the subject says it already.
  const bool is_told = why.starts_with(path + ": ");
  return {.topic = Topic::Certificate,
          .judgement = Judgement::NotProved,
          .subject = path,
          .text = is_told ? why.substr(path.size() + 2) : why,
          .at = now,
          .readings = {}};
}

bool is_issuer_in(const std::vector<Certificate>& all, std::size_t place) {
  for (std::size_t other = 0; other < all.size(); ++other) {
    if (other != place && all[other].issuer_der == all[place].subject_der &&
        all[other].fingerprint != all[place].fingerprint) {
      return true;
    }
  }
  return false;
}

/// False when there are more than are looked at.
bool add_file(FilesRead& made, const std::string& path, const std::vector<Certificate>& all) {
  for (std::size_t place = 0; place < all.size(); ++place) {
    if (is_issuer_in(all, place)) continue;
    const auto known =
        std::ranges::find(made.certificates, all[place].fingerprint,
                          [](const auto& file) { return file.chain[0].fingerprint; });
    if (known != made.certificates.end()) {
      ++known->copies;
      continue;
    }
    if (made.certificates.size() == kCertificatesMax) return false;
    FileCertificate file{.chain = {all[place]}, .path = path};
    // A bundle of roots is no chain: only what issued something may lie on a path.
    for (std::size_t other = 0; other < all.size(); ++other) {
      if (is_issuer_in(all, other)) file.chain.push_back(all[other]);
    }
    made.certificates.push_back(std::move(file));
  }
  return true;
}

/// Whose business an answer is: the certificate it shows, the one for the name asked for, or the
/// only one there is.
Draft* owner_of(std::vector<Draft>& drafts, const PortAnswer& answer) {
  if (answer.served.end == Served::End::Chain) {
    const auto same = std::ranges::find_if(
        drafts, [&](const Draft& draft) { return draft.is_same(answer.served.chain[0]); });
    if (same != drafts.end()) return &*same;
  }
  const auto covering = std::ranges::find_if(drafts, [&](const Draft& draft) {
    return !answer.asked.sni.empty() && draft.covers_name(answer.asked.sni);
  });
  if (covering != drafts.end()) return &*covering;
  return drafts.size() == 1 ? drafts.data() : nullptr;
}

}  // namespace

FilesRead read_walked(const std::vector<WalkedFile>& files, const std::string& password,
                      WallTime now) {
  FilesRead made;
  for (const WalkedFile& file : files) {
    if (!file.bytes) {
      made.unread.push_back(unread_finding(file.path, file.bytes.error().detail, now));
      continue;
    }
    const auto all = read_container(*file.bytes, password);
    if (!all) {
      made.unread.push_back(unread_finding(file.path, all.error().detail, now));
    } else if (all->empty() && file.is_named) {
      made.unread.push_back(unread_finding(file.path, "holds no certificate", now));
    } else if (!add_file(made, file.path, *all)) {
      made.was_cut = true;
      break;
    }
  }
  return made;
}

SetFindings judge_set(const CertificateSet& set, FilesRead files,
                      const std::vector<PortAnswer>& answers, const Look& look) {
  std::vector<Draft> drafts;
  drafts.reserve(files.certificates.size() + answers.size());
  for (const FileCertificate& file : files.certificates) drafts.emplace_back(file, look);
  std::vector<Draft> strangers;
  for (const PortAnswer& answer : answers) {
    if (Draft* owner = owner_of(drafts, answer)) {
      owner->add(answer, look);
      continue;
    }
    const bool is_served = answer.served.end == Served::End::Chain;
    const auto known = std::ranges::find_if(strangers, [&](const Draft& draft) {
      return is_served && draft.is_same(answer.served.chain[0]);
    });
    if (known != strangers.end()) {
      known->add(answer, look);
    } else {
      strangers.emplace_back(answer, look);
      if (is_served && !set.files.empty()) strangers.back().note_stranger(answer, set.name);
    }
  }
  SetFindings made{.findings = std::move(files.unread), .was_cut = files.was_cut};
  for (const std::vector<Draft>* list : {&drafts, &strangers}) {
    for (const Draft& draft : *list) {
      made.findings.push_back(draft.finding(look));
      const auto end = draft.first_end();
      if (end && (!made.first_end || *end < *made.first_end)) made.first_end = end;
    }
  }
  return made;
}

}  // namespace mainstay::agent::certificate
