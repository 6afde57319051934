// A host in virtual time: a machine that boots and loses power, on it the real agent core and the
// real executor core with its journal on a simulated disk, and patch tasks that succeed, fail or
// hang. Agent and executor crash apart; a task outlives the executor but not the machine.
#pragma once

#include <memory>

#include "agent/core/agent.h"
#include "agent/executor/core/journal.h"
#include "agent/executor/shim/traces.h"
#include "common/driver/driver.h"
#include "tests/simulation/centre.h"

namespace mainstay::sim {

class Host {
 public:
  struct Ports {
    Timeline& timeline;
    Checkers& checkers;
    std::function<void(Bytes)> send;  // to the centre
    std::function<void()> dial;
    std::function<void()> hang_up;
  };
  struct Identity {
    HostId id;
    Labels labels;
    PublicKey dispatch_key;
    Bytes roster;  // signed
    PublicKey operator_key;
    std::string copy = {};  // of a clone: what tells it from its twin
  };

  Host(Ports ports, Identity identity, const Options& options);
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// Whatever lies on the disk of the other: keys, journal, folders of attempts. No process.
  void copy(const Host& twin);
  /// Switched off for good.
  void retire();
  [[nodiscard]] bool is_clone() const { return !identity_.copy.empty(); }
  /// The id, or for a clone a name of its own: two machines have two disks.
  [[nodiscard]] HostId machine() const { return *HostId::parse(id().text() + identity_.copy); }
  [[nodiscard]] const Identity& identity() const { return identity_; }

  void boot();
  void lose_power(std::string_view why);
  void start_agent();
  void crash_agent();
  void start_executor();
  void crash_executor();
  void connection(bool up);
  void hear(ByteView frame);

  [[nodiscard]] bool is_powered() const { return powered_; }
  [[nodiscard]] const HostId& id() const { return identity_.id; }
  [[nodiscard]] const LinkKey& link() const { return link_; }
  [[nodiscard]] const PublicKey& record_key() const { return record_key_; }
  [[nodiscard]] const Bytes& label_document() const { return label_document_; }
  [[nodiscard]] const LabelCertificate& certificate() const { return certificate_; }
  [[nodiscard]] bool is_broken() const { return broken_; }
  [[nodiscard]] std::string version() const { return version_; }
  void repair();
  /// No record waits for an acknowledgement, anywhere.
  [[nodiscard]] bool is_drained() const;
  /// The journal, for the world's bounds; null while there is no executor.
  [[nodiscard]] const executor::Journal* journal() const {
    return executor_ ? &executor_->state() : nullptr;
  }
  [[nodiscard]] const agent::AgentState* agent() const { return agent_ ? &*agent_ : nullptr; }
  [[nodiscard]] Disk<executor::HostRow>& disk() { return disk_; }
  [[nodiscard]] FakeSigner& record_signer() { return signer_; }
  [[nodiscard]] Now now() const;
  Duration skew{};       // of its wall clock
  bool is_full = false;  // its disk
  bool intends = false;  // an intent has become durable since somebody looked

  /// Chances of this host's next tasks, in a thousand.
  std::uint32_t fail = 0;
  std::uint32_t hang = 0;
  std::uint32_t drift = 0;
  /// Asked once a shim, once a task, and at each of its files: is it struck?
  std::function<bool()> strikes_launch;
  std::function<bool()> strikes_shim;
  std::function<bool()> strikes_trace;

 private:
  /// An attempt's, with the texts of its files.
  struct Folder {
    std::optional<std::string> mark = std::nullopt;  // `started`
    std::optional<std::string> result = std::nullopt;
    bool alive = false;
    bool patches = false;
  };
  using ExecutorDriver = Driver<executor::Core>;

  [[nodiscard]] executor::AttemptEvidence evidence_of(const AttemptId& attempt) const;
  void agent_step(const agent::AgentEvent& event);
  void agent_later(Duration delay, agent::AgentEvent event);
  void agent_tick_at(Instant due);
  void run(const agent::AgentCommand& command);
  Health health() const;
  agent::SourceLooked looked_at(Source source) const;
  [[nodiscard]] std::string package_list() const;

  void executor_step(const executor::ExecutorEvent& event);
  void executor_later(Duration delay, executor::ExecutorEvent event);
  void executor_tick();
  bool rest_if_idle();
  executor::Journal restored() const;
  void take(const ExecutorRequest& request);
  void offer(const Dispatch& dispatch);
  void offer(const OfferControl& control, const std::vector<PublicKey>& operators);
  void run(const executor::ExecutorCommand& command);
  void launch(const executor::LaunchShim& order);
  void begin(const executor::LaunchShim& order);
  void end(const AttemptId& attempt, bool good, std::vector<PackageVersion> packages);
  void die(const AttemptId& attempt);
  void reboot();
  void bar(const AttemptId& attempt);
  void write_result(const AttemptId& attempt, std::string text);
  [[nodiscard]] bool loses_power_writing();
  [[nodiscard]] std::optional<std::string> torn(const std::string& text);
  void inspect_soon(const AttemptId& attempt);

  Ports ports_;
  Identity identity_;
  LinkKey link_;
  PublicKey record_key_;
  FakeSigner signer_;
  FakeCheck check_;
  Verifier verifier_{check_};
  SilentLog log_;
  const Options& options_;
  LabelCertificate certificate_;
  Bytes label_document_;

  bool powered_ = false;
  bool retired_ = false;
  Duration booted_{};  // on the timeline
  BootId boot_;
  std::uint64_t life_ = 0;  // of the machine, from boot to power loss
  std::uint64_t agent_life_ = 0;
  std::uint64_t executor_life_ = 0;
  bool linked_ = false;

  agent::AgentLimits agent_limits_;
  std::optional<agent::AgentState> agent_;
  Instant agent_due_ = Instant::max();
  executor::ExecutorLimits executor_limits_;
  Disk<executor::HostRow> disk_;
  std::unique_ptr<ExecutorDriver> executor_;
  bool rests_ = false;  // it ended itself
  std::uint32_t idle_ticks_ = 0;

  std::map<AttemptId, Folder> folders_;
  std::string version_ = "3.0.15";
  bool broken_ = false;
};

}  // namespace mainstay::sim
