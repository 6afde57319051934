// Which services have the places of a history: those that weigh most, by memory or by processor.
// Owners do not change at each breath, since a series is worth as much as it is long.
//
// 1. Weight is the larger of two shares: of the machine's memory, and of one processor. It rises at
//    once and falls by an eighth a minute, so that whoever works now and then keeps its place.
// 2. A place is taken over by a service of more than twice its owner's weight, or by any once an
//    owner that ended weighs nothing; and not before the owner had it for a quarter of an hour:
//    then there is something to be seen of it.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "agent/collect/history/block.h"
#include "agent/collect/resource/service_shares.h"

namespace mainstay::agent {

class ServicePlaces {
 public:
  struct Minute {
    std::uint32_t minute = 0;
    std::uint64_t memory_bytes = 0;  // of the machine; 0: not known
  };
  /// Who shall have places: at most as many as there are owners, empty places among them. Call it
  /// once a minute, with everything that runs, and give the names to HistoryWriter::places_of,
  /// which takes for new ones the places of those that are missing, both in their order.
  std::vector<std::string> choose(std::span<const HistoryOwner> owners,
                                  std::span<const ServiceLoad> loads, Minute now);

 private:
  struct Seat {
    std::uint32_t since_minute = 0;
    std::uint32_t weight = 0;  // hundredths of a percent
    bool runs = false;         // its owner does
  };
  void weigh(std::span<const HistoryOwner> owners, std::span<const ServiceLoad> loads, Minute now);
  HistoryOwner* weakest(std::span<HistoryOwner> owners, std::uint32_t minute) const;

  std::array<Seat, kPlacesMax> seats_{};  // by place
};

}  // namespace mainstay::agent
