// What the hosts' lists of packages are open to: each distinct list looked at once, and again only
// when other lists of vulnerabilities count. Kept here of each list, so of the hosts that share it,
// and never asked of a host. Made in pieces of some ten milliseconds.
//
// 1. What is found has a row in the core, which keeps since when; here rows are compared and read.
// 2. A list that cannot be looked at makes nothing safe: its hosts are not known. For a day it also
// keeps what it may be open to from ending.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "coordinator/core/event.h"
#include "coordinator/core/vulnerability/survey.h"
#include "coordinator/shell/doubts.h"
#include "coordinator/shell/host_claims.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

/// By haste, of what is open, the one that has a fix that could be had for longest.
struct Oldest {
  std::array<WallTime, kHasteCount> since = {WallTime::max(), WallTime::max(), WallTime::max()};
  std::array<std::uint32_t, kHasteCount> number = {};
  bool is_dated = false;  // each of them has its clock

  [[nodiscard]] bool has(Haste haste) const {
    return since[static_cast<std::size_t>(haste)] != WallTime::max();
  }
};

struct OpenList {
  Surveyed surveyed;
  std::vector<OpenTo> exploited;  // of those that are open
  std::vector<OpenTo> critical;   // the same, of the rest
  std::uint64_t round = 0;        // by which lists of vulnerabilities
  Oldest oldest;

  [[nodiscard]] bool has(std::uint32_t number) const {
    return std::ranges::binary_search(surveyed.open, number, {}, &OpenTo::number);
  }
};

/// What scanners say of one host, and no list says of its packages: none said it when it was
/// weighed. Where its list was looked at again since, the list comes first.
struct OpenClaims {
  Digest packages;                      // what they were weighed by
  std::uint64_t round = 0;              // the same
  std::vector<OpenTo> open;             // ascending by number
  std::vector<OpenTo> exploited;        // of those
  std::vector<OpenTo> critical;         // the same, of the rest
  std::vector<std::uint32_t> disputed;  // not known: all others, or its packages, say otherwise
  bool is_whole = true;                 // no more is claimed than was looked at
  Oldest oldest;

  // Without what the host's list says by now; null: it was not looked at.
  [[nodiscard]] std::vector<OpenTo> open_beside(const OpenList* list) const;
  [[nodiscard]] std::vector<std::uint32_t> disputed_beside(const OpenList* list) const;
};

class OpenLists {
 public:
  /// Other lists of vulnerabilities count from now on.
  void feeds_changed() { is_stale_ = true; }
  /// A piece; true once there is nothing to do until something changes.
  bool go_on(const ViewContext& context);
  /// What the last piece found that rows do not say: at most kExposuresSeenMax, to be handed in.
  [[nodiscard]] std::vector<Exposure> take_news() { return std::exchange(news_, {}); }

  /// Lists that are said to be kept and were not there for a minute, while the cache takes writes.
  [[nodiscard]] std::vector<Digest> take_lost() { return std::exchange(lost_, {}); }

  /// Nothing while it was not looked at. By lists of vulnerabilities that count no more until those
  /// that do have been looked at: a need must not go and come again with each import.
  [[nodiscard]] const OpenList* find(const Digest& packages) const;
  /// Nothing of a host that no scanner names, and some seconds long of one whose list is new.
  [[nodiscard]] const OpenClaims* claims(const HostId& host) const;
  /// By host, those that scanners name.
  [[nodiscard]] const std::map<HostId, OpenClaims>& all_claims() const { return claims_; }
  /// They are of what the host has, by the lists of vulnerabilities that count. Not for null.
  [[nodiscard]] bool is_known(const OpenClaims* claims, const Host& host) const;
  [[nodiscard]] const std::vector<Flaw>& flaws() const { return survey_.flaws(); }
  /// Since when a fix of it is known that could be had; nothing: since never, or there is none.
  [[nodiscard]] std::optional<WallTime> since(std::uint32_t number) const;
  /// What was there all the time should have mended it; false of one without a clock.
  [[nodiscard]] bool is_over(std::uint32_t number, Haste haste, WallTime now) const;
  /// How many have a fix and no clock: there was no room to keep since when.
  [[nodiscard]] std::uint32_t without_clock() const { return without_clock_; }
  /// All that hosts have was looked at, by the lists of vulnerabilities that count.
  [[nodiscard]] bool is_current() const { return !is_stale_ && round_ended_ == round_; }

 private:
  enum class Stage : std::uint8_t { Lists, Claims, News, Gone, Clocks, Dates, ClaimDates };
  struct DigestHash {
    // A digest is as random as a hash can be.
    std::size_t operator()(const Digest& digest) const {
      std::size_t hash = 0;
      std::memcpy(&hash, digest.value.data(), sizeof(hash));
      return hash;
    }
  };
  struct Count {
    std::uint32_t lists = 0;  // and hosts by claims
    std::uint32_t with_fix = 0;
  };
  using Feeds = Survey::Feeds;

  // Each is a piece of its stage; true once the stage is done.
  bool look_at_lists(const ViewContext& context);
  bool look_at_claims(const ViewContext& context);
  bool tell_news(const ViewContext& context);
  bool tell_gone(const ViewContext& context);
  bool read_clocks(const ViewContext& context);
  bool date_lists(const ViewContext& context);
  bool date_claims();

  void begin_round(const ViewContext& context);
  void begin_walk();
  void next_stage();
  void note_missing(const ViewContext& context, const Digest& digest);
  bool begin_list(const ViewContext& context, const Digest& digest, std::size_t& budget);
  void keep(const Digest& digest, Surveyed surveyed, Instant now);
  void count(const std::vector<OpenTo>& open, bool is_new);
  [[nodiscard]] std::vector<OpenTo> only(Haste haste, const std::vector<OpenTo>& open) const;
  void drop_those_gone(const ViewContext& context);
  [[nodiscard]] Oldest oldest_of(const std::vector<OpenTo>& open) const;
  void forget_claims_before(const std::string& name, std::size_t& entries);
  [[nodiscard]] bool are_claims_due(const ViewContext& context) const;
  std::size_t weigh_claims(const ViewContext& context, const Host& host);
  void forget_claims(const HostId& host);
  OpenClaims numbered(const ViewContext& context, const HostClaims& claims);
  bool has_own_clocks(const std::string& release, bool is_listed);

  Survey survey_;
  std::unordered_map<Digest, OpenList, DigestHash> lists_;
  std::map<HostId, OpenClaims> claims_;
  std::set<std::string> own_clocks_;  // releases under which claims are kept
  std::uint64_t claims_round_ = 0;    // by which the last walk over them ended
  Instant claims_due_{};              // the next walk, if lists of vulnerabilities stay the same
  std::vector<Count> counts_;         // by number
  std::vector<WallTime> since_;       // by number; zero: none
  std::uint32_t without_clock_ = 0;
  std::uint32_t without_clock_now_ = 0;  // by this walk, so far
  std::vector<Exposure> news_;
  std::map<Digest, Instant> missing_;      // since when, by the last walk
  std::map<Digest, Instant> missing_now_;  // by this one, so far
  std::vector<Digest> lost_;
  std::uint64_t round_ = 0;
  std::uint64_t round_ended_ = 0;
  std::size_t still_had_ = 0;  // of lists_, on this walk
  Stage stage_ = Stage::Lists;
  std::optional<Digest> last_;        // where a walk over lists stands
  std::optional<Digest> looking_at_;  // a list that is begun
  std::string claimed_;               // where a walk over hosts that scanners name stands
  std::optional<HostId> claims_at_;   // where a walk over claims_ stands
  std::uint32_t number_ = 0;          // where a walk over numbers stands
  std::optional<ExposureId> row_;     // where a walk over rows stands
  bool is_stale_ = true;
  bool has_changed_ = true;  // since dates were given
  Doubts doubts_;
};

}  // namespace mainstay::coordinator
