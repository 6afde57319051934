#include "tests/property/work.h"

#include <algorithm>

namespace mainstay::model {

namespace {

// The oldest of more is lost; by content, so that equal states lose the same one.
constexpr std::size_t kOfOneKindMax = 2;

bool is_before(const std::shared_ptr<const Message>& a, const std::shared_ptr<const Message>& b) {
  if (a->host != b->host) return a->host < b->host;
  if (a->kind != b->kind) return a->kind < b->kind;
  if (a->rank != b->rank) return a->rank < b->rank;
  return a->hash < b->hash;
}

}  // namespace

Centre& Work::centre() {
  if (!centre_) centre_ = std::make_unique<Centre>(*after_.centre);
  return *centre_;
}

Host& Work::host(std::size_t place) {
  auto& copy = hosts_.at(place);
  if (!copy) copy = std::make_unique<Host>(*after_.hosts.at(place));
  return *copy;
}

const Centre& Work::see_centre() const {
  return centre_ ? *centre_ : *after_.centre;
}

const Host& Work::see_host(std::size_t place) const {
  return hosts_.at(place) ? *hosts_.at(place) : *after_.hosts.at(place);
}

void Work::send(Message message) {
  const auto kind = message.kind;
  const std::size_t host = message.host;
  auto sent = std::make_shared<const Message>(std::move(message));
  auto& network = after_.network;
  const auto at = std::ranges::lower_bound(network, sent, is_before);
  if (at != network.end() && (*at)->hash == sent->hash) return;  // the very same is under way
  network.insert(at, std::move(sent));
  const auto is_like = [&](const auto& other) {
    return other->kind == kind && other->host == host;
  };
  if (static_cast<std::size_t>(std::ranges::count_if(network, is_like)) > kOfOneKindMax) {
    network.erase(std::ranges::find_if(network, is_like));
  }
}

void Work::take(const std::shared_ptr<const Message>& message) {
  const auto at = std::ranges::find(after_.network, message);
  if (at != after_.network.end()) after_.network.erase(at);
}

bool Work::dies_here() {
  if (has_died()) return false;
  commits_ += 1;
  return has_died();
}

void Work::drop_expired() {
  const WallTime now = now_of_centre(after_).wall;
  std::erase_if(after_.network, [&](const auto& message) { return message->not_after <= now; });
}

World Work::finish() {
  if (centre_) {
    centre_->hash = hash_of(*centre_);
    if (centre_->hash != after_.centre->hash) after_.centre = std::move(centre_);
  }
  for (std::size_t place = 0; place < kHosts; ++place) {
    auto& copy = hosts_.at(place);
    if (!copy) continue;
    // What time has made worthless can decide nothing any more.
    const Now now = now_of(after_, *copy);
    std::erase_if(copy->came, [&](const Came& came) {
      return came.boot != copy->journal.boot || came.not_after <= now.mono;
    });
    copy->hash = hash_of(*copy);
    if (copy->hash != after_.hosts.at(place)->hash) after_.hosts.at(place) = std::move(copy);
  }
  return std::move(after_);
}

}  // namespace mainstay::model
