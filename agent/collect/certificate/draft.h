// A finding about one certificate while it is put together: from its file, and from each port.
#pragma once

#include <string>
#include <vector>

#include "agent/collect/certificate/chain.h"
#include "agent/collect/certificate/served.h"
#include "agent/collect/certificate/settings.h"
#include "agent/collect/certificate/weakness.h"
#include "common/plan/finding.h"

namespace mainstay::agent::certificate {

/// One of a file, with what the file has beside it.
struct FileCertificate {
  std::vector<Certificate> chain;  // itself first
  std::string path;
  std::size_t copies = 0;  // in other files
};

/// What a port answered at one address.
struct PortAnswer {
  ServePort asked;
  Served served;
};

/// What each judgement needs to know of the rest.
struct Look {
  Span span;
  const Roots& roots;
};

class Draft {
 public:
  Draft(const FileCertificate& file, const Look& look);
  /// Of what is in no file: what the port shows, or nothing at all.
  Draft(const PortAnswer& answer, const Look& look);

  /// What a port says to this certificate.
  void add(const PortAnswer& answer, const Look& look);
  /// The port has another certificate, although the set has files.
  void note_stranger(const PortAnswer& answer, const std::string& set);

  [[nodiscard]] Finding finding(const Look& look) const;
  [[nodiscard]] bool is_same(const Certificate& other) const;
  [[nodiscard]] bool covers_name(const std::string& name) const;
  /// The first end of all it has seen.
  [[nodiscard]] std::optional<WallTime> first_end() const { return first_end_; }

 private:
  void note_chain(const std::vector<Certificate>& chain, const Look& look);
  void note_unknowns(const Certificate& certificate);
  void judge_served(const PortAnswer& answer, const Look& look);
  [[nodiscard]] std::string proved_text(const Look& look) const;

  std::optional<Certificate> leaf_;
  std::string subject_;
  std::string where_;  // the file; empty: only seen at a port
  std::vector<std::string> problems_;
  std::vector<std::string> unknowns_;
  std::vector<std::uint16_t> ports_;  // asked
  std::vector<std::uint16_t> ports_same_;
  std::optional<WallTime> first_end_;
};

}  // namespace mainstay::agent::certificate
