// The executor's process: the socket to the agent, the journal on disk, shims and helpers, around
// the core that decides. Loop thread only.
#pragma once

#include <set>

#include "agent/executor/core/journal.h"
#include "agent/executor/shell/config.h"
#include "agent/executor/shell/folders.h"
#include "agent/executor/shell/patch_runner.h"
#include "agent/executor/shell/probes.h"
#include "agent/executor/shell/task_units.h"
#include "common/crypto/signers.h"
#include "common/driver/driver.h"
#include "common/loop/process.h"
#include "common/loop/seqpacket_server.h"
#include "common/store/lmdb_store.h"

namespace mainstay::executor {

class Executor {
 public:
  struct Parts {
    loop::Loop& loop;
    Log& log;
    store::LmdbStore& store;
    Folders folders;
    crypto::SigningKey record_key;
    std::optional<loop::Fd> listening;  // handed over by the service manager
  };
  Executor(Parts parts, ExecutorConfig config, Journal journal);
  ~Executor();

  Status start();

 private:
  using Connection = loop::SeqpacketServer::ConnectionId;

  // What the agent says.
  void hear(Connection from, ByteView frame);
  void take(const OfferDispatch& offer);
  void take(const OfferBeacon& offer);
  void take(const OfferControl& offer);
  void take(const OfferBinding& offer);
  void take(const OfferLabels& offer);
  void take(const OfferAcknowledgement& offer);
  void take(const AskState& ask);
  void take(const AskRefresh& ask);
  void take(const AskLog& ask);
  void take(const AskProbe& ask);
  void feed_or_count(Result<ExecutorEvent> event, std::string_view kind);

  // What the core orders.
  void run(const Preflight& command);
  void run(const LaunchShim& command);
  void run(const WatchShim& command);
  void run(const BarStart& command);
  void run(const LookAgainAt& command);
  void run(const SignRecord& command);
  void run(const RemoveFolder& command);
  void run(const TellAgent& command);

  void feed(const ExecutorEvent& event);
  void send(const ExecutorMessage& message);
  Status launch(const LaunchShim& command, task::Argv argv);
  void shim_ended(const AttemptId& attempt);
  [[nodiscard]] Result<task::Argv> shim_argv(const LaunchShim& command) const;
  void inspect(const AttemptId& attempt);
  void inspect_later(const AttemptId& attempt);
  void look_at_restart(const AttemptId& attempt, task::Argv argv);
  void end_if_overdue(const AttemptId& attempt);
  void poll();
  void exit_if_idle();
  [[nodiscard]] bool working() const;

  loop::Loop& loop_;
  Log& log_;
  store::LmdbStore& store_;
  ExecutorConfig config_;
  Folders folders_;
  crypto::KeySigner signer_;
  crypto::Ed25519Check check_;
  std::optional<loop::Fd> listening_;
  Driver<Core> driver_;
  PatchRunner patches_;
  Probes probes_;
  std::unique_ptr<loop::SeqpacketServer> server_;
  std::optional<Connection> agent_;
  std::optional<TaskUnits> units_;
  std::map<AttemptId, std::unique_ptr<loop::Process>> shims_;
  std::map<AttemptId, std::unique_ptr<loop::Timer>> pauses_;   // before a look after a failed start
  std::map<AttemptId, std::unique_ptr<loop::Process>> looks_;  // for what was restarted
  std::set<AttemptId> starting_;                               // launched, `started` not seen yet
  std::set<AttemptId> watched_;                                // alive, but not our child
  loop::Timer leave_;
  loop::Timer tick_;
  loop::Timer poll_;
  Instant heard_at_{};
  std::optional<Instant> refreshed_at_;
  bool refreshing_ = false;
};

}  // namespace mainstay::executor
