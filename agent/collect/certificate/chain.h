// From a certificate to a root: by what was served beside it, and by what this machine trusts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "agent/collect/certificate/certificate.h"

namespace mainstay::agent::certificate {

/// The system's own store, read once, and what a person named beside it for one set.
class Roots {
 public:
  Roots();
  Roots(const Roots&) = delete;
  Roots& operator=(const Roots&) = delete;
  ~Roots();

  /// `unread`: why some that were named are not among them; empty: all are.
  void name(std::vector<Certificate> named, std::string unread = {}) {
    named_ = std::move(named);
    unread_ = std::move(unread);
  }
  [[nodiscard]] const std::string& unread() const { return unread_; }
  [[nodiscard]] bool has_issuer_of(const Certificate& certificate) const;

 private:
  struct Store;
  std::unique_ptr<Store> store_;
  std::vector<Certificate> named_;
  std::string unread_;
};

struct Chain {
  bool is_complete = false;
  std::vector<std::size_t> path;  // places in what was served, the leaf first
  std::string missing = {};       // the issuer that is neither served nor a root
};

/// `served` has the leaf first and at least that. Complete if each issuer is there, by its
/// signature, up to one that issued itself or that this machine has.
Chain follow_chain(const std::vector<Certificate>& served, const Roots& roots);

}  // namespace mainstay::agent::certificate
