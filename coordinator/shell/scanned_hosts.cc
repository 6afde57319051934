#include "coordinator/shell/scanned_hosts.h"

#include "coordinator/shell/json.h"

namespace mainstay::coordinator {

ScannedHosts::ScannedHosts(const ViewContext& context) {
  if (context.open_lists != nullptr) {
    claims_ = context.open_lists->all_claims().begin();
    claims_end_ = context.open_lists->all_claims().end();
  }
  for (const auto& [name, feed] : *context.feeds) named_.emplace_back(feed.hosts());
}

const OpenClaims* ScannedHosts::claims(const HostId& host) {
  while (claims_ != claims_end_ && claims_->first < host) ++claims_;
  const bool is_there = claims_ != claims_end_ && claims_->first == host;
  return is_there ? &claims_->second : nullptr;
}

bool ScannedHosts::is_named(const HostId& host) {
  bool is_named = false;
  for (std::span<const std::string>& left : named_) {
    while (!left.empty() && left.front() < host.text()) left = left.subspan(1);
    is_named = is_named || (!left.empty() && left.front() == host.text());
  }
  return is_named;
}

}  // namespace mainstay::coordinator
