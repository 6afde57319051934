// What never changes in the small world: three hosts in two clusters, two plans that operators
// signed, their papers ready to be sent, and the spans of both cores. All spans are so long that a
// few ticks of kTick cross each of them, and their order among each other is that of the defaults.
#pragma once

#include <array>
#include <map>
#include <memory>

#include "agent/executor/core/journal.h"
#include "common/wire/open.h"
#include "coordinator/core/step.h"
#include "tests/simulation/keys.h"

namespace mainstay::model {

using namespace std::chrono_literals;

inline constexpr std::size_t kHosts = 3;
/// Time passes in steps of this. A report, a beacon and a permit hold in the tick of their making
/// and in the next one, and in no later one.
inline constexpr Duration kTick = 60s;

using CentreDisk = std::map<std::string, std::shared_ptr<const CoordinatorRow>>;

/// A frozen plan with its approval. Each is one patch of a package of its own.
struct Papers {
  Verified<PlanHead> head;
  PlanId plan;
  Bytes payload;
  std::vector<Leaf> leaves;
  std::vector<Bytes> leaf_bytes;
  std::vector<MerkleProof> proofs;
};

struct Member {
  HostId id;
  LinkKey link;
  PublicKey record_key;
  LabelCertificate certificate;
  Bytes certificate_document;
};

class Setup {
 public:
  Setup();
  Setup(const Setup&) = delete;
  Setup& operator=(const Setup&) = delete;

  coordinator::Limits centre_limits;
  executor::ExecutorLimits host_limits;
  std::array<Member, kHosts> members;
  std::vector<Papers> plans;
  Roster roster;

  [[nodiscard]] const Papers& papers_of(const PlanId& plan) const;
  [[nodiscard]] std::size_t place_of(const HostId& host) const;
  [[nodiscard]] std::size_t place_of(const LinkKey& link) const;
  /// The short name of an attempt, with the plan's name.
  [[nodiscard]] std::string name_of(const AttemptId& attempt) const;
  /// Both rollouts have been started and nothing has been granted.
  [[nodiscard]] CentreDisk first_disk() const;
  /// An executor's memory without what its disk holds.
  [[nodiscard]] executor::Journal blank_journal(std::size_t host) const;

  /// Signs with the key of that name, and opens again.
  template <class T>
  [[nodiscard]] Verified<T> signed_by(const PublicKey& key, std::string_view context,
                                      const T& value) const {
    sim::FakeSigner signer(key);
    const PublicKey keys[] = {key};
    return *verifier_.open_stored<T>(*seal(context, encode(value), signer), context, keys);
  }
  [[nodiscard]] const Verifier& verifier() const { return verifier_; }

  const PublicKey dispatch_key = sim::public_key("dispatch");
  const PublicKey operator_key = sim::public_key("ana");

 private:
  void add_plan(const std::string& name, const std::vector<std::size_t>& hosts);

  sim::FakeCheck check_;
  Verifier verifier_{check_};
};

/// The wall clock when the world begins.
inline constexpr WallTime kDawn = wall_from_ms(1'795'000'000'000);

}  // namespace mainstay::model
