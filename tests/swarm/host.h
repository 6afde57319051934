// One host of a swarm: the real agent core and the real executor core in one process, with keys of
// their own, a real connection to the real gate, and every signature checked. Not real are the disk
// (memory_store.h), the unix socket between the two (a call), the looks at packages and the tasks,
// which succeed at once.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "agent/core/agent.h"
#include "agent/executor/core/journal.h"
#include "common/driver/driver.h"
#include "common/fabric/client.h"
#include "tests/swarm/fleet.h"
#include "tests/swarm/memory_store.h"

namespace mainstay::swarm {

class Host : public Member {
 public:
  Host(Fleet& fleet, fabric::Context& context, HostId id, const Digest& secret);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// With the token's secret, at the enrolment gate.
  Status enrol();
  [[nodiscard]] bool is_enrolled() const { return !binding_.empty(); }
  /// Starts the agent.
  void start();
  /// From now on it has something to tell each ten seconds.
  void chatter();
  /// From now on it has a list of packages.
  void list_packages();

  bool drain() override;
  void tick() override;

 private:
  // host.cc
  void ask_enrolment();
  void hear_enrolment(ByteView frame);
  Status take_enrolment(ByteView frame);
  void feed(agent::AgentEvent event);
  void run(const agent::Connect&);
  void run(const agent::SendToCentre& command);
  void run(const agent::SendToExecutor& command);
  void run(const agent::LookAt& command);
  void run(const agent::LookNow&);
  void run(const agent::ResolveNow& command);
  void run(const agent::LeaveExecutor& /*command*/) {}  // it never rests here
  void run(const agent::WakeExecutor& /*command*/) {}
  void hear_centre(ByteView frame);
  void connection(bool up);
  void count_presence();

  // host_chatter.cc
  void note_sent(const HostMessage& message, std::size_t bytes);
  void note_heard(const HostOrder& order);

  // host_packages.cc
  [[nodiscard]] SourceReport packages_report() const;

  // host_executor.cc
  static executor::Journal first_journal(const Fleet& fleet, const BootId& boot,
                                         const PublicKey& record_key);
  void feed(const executor::ExecutorEvent& event);
  void feed_later(executor::ExecutorEvent event);
  void feed_or_count(Result<executor::ExecutorEvent> event);
  void take(const OfferDispatch& offer);
  void take(const OfferBeacon& offer);
  void take(const OfferControl& offer);
  void take(const OfferLabels& offer);
  void take(const OfferAcknowledgement& offer);
  void take(const OfferBinding& offer);
  void take(const AskState&);
  void take(const AskRefresh&);
  void take(const AskLog&);
  void take(const AskProbe& ask);
  void run(const executor::Preflight& command);
  void run(const executor::LaunchShim& command);
  void run(const executor::WatchShim& command);
  void run(const executor::BarStart& command);
  void run(const executor::LookAgainAt& command);
  void run(const executor::SignRecord& command);
  void run(const executor::RemoveFolder& command);
  void run(const executor::TellAgent& command);
  [[nodiscard]] executor::AttemptEvidence evidence_of(const AttemptId& attempt) const;
  [[nodiscard]] bool has_unacknowledged() const;

  struct Task {
    bool begun = false;
    bool barred = false;
    executor::TaskResult result;
  };

  Fleet& fleet_;
  fabric::Context& context_;
  const HostId id_;
  const Digest secret_;
  const fabric::KeyPair keys_;
  const BootId boot_;
  crypto::KeySigner record_signer_;
  Bytes binding_;
  Bytes labels_;

  agent::AgentState agent_;
  std::deque<agent::AgentEvent> events_;
  bool stepping_ = false;
  bool connected_ = false;
  bool reported_ = false;  // over this connection
  bool present_ = false;   // as counted
  bool settled_ = false;

  std::uint64_t rounds_ = 0;  // of chatter
  bool patched_ = false;
  bool gap_ = false;  // the next message shows one
  std::optional<Latencies::Clock::time_point> gap_at_;

  MemoryStore store_;
  std::map<AttemptId, Task> tasks_;
  Driver<executor::Core> executor_;
  Instant executor_tick_at_{};
  std::unique_ptr<fabric::Client> client_;
};

}  // namespace mainstay::swarm
