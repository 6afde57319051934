// The running agent: sockets, helpers and the timer around the core. It decides nothing; each thing
// that happens becomes an event, and the commands of each step are carried out in their order.
#pragma once

#include <deque>
#include <memory>

#include "agent/collect/history/recorder.h"
#include "agent/core/agent.h"
#include "agent/shell/config.h"
#include "agent/shell/helpers.h"
#include "agent/shell/identity.h"
#include "agent/shell/sources.h"
#include "common/fabric/client.h"
#include "common/loop/seqpacket_client.h"
#include "common/loop/socket_pump.h"
#include "common/loop/watchers.h"

namespace mainstay::agent {

class AgentProcess {
 public:
  struct Parts {
    loop::Loop& loop;
    fabric::Context& context;
    Log& log;
  };
  AgentProcess(Parts parts, AgentConfig config, Enrolment enrolment, fabric::KeyPair keys);
  ~AgentProcess();
  AgentProcess(const AgentProcess&) = delete;
  AgentProcess& operator=(const AgentProcess&) = delete;

  Status start();

 private:
  void feed(AgentEvent event);
  void step_once(const AgentEvent& event);
  void set_timer();
  void begin_history();
  void note_changes();

  void run(const Connect&);
  void run(const SendToCentre& command);
  void run(const SendToExecutor& command);
  void run(const LookNow& command);
  void run(const ResolveNow& command);
  void run(const LookAt& command);
  void run(const LeaveExecutor& command);
  void run(const WakeExecutor& command);

  void hear_centre(ByteView frame);
  void hear_executor(ByteView frame);
  void count_malformed(std::string_view from, const Error& error);
  [[nodiscard]] const std::string& gate() const;

  loop::Loop& loop_;
  fabric::Context& context_;
  Log& log_;
  const AgentConfig config_;
  const Enrolment enrolment_;
  const fabric::KeyPair keys_;
  Rng rng_;
  AgentState state_;
  std::deque<AgentEvent> events_;
  bool stepping_ = false;
  bool has_read_ = false;   // what a helper printed, since free pages were given back
  bool has_looked_ = true;  // since program pages were given back, or started
  bool link_was_up_ = false;
  bool executor_was_up_ = false;
  std::uint64_t malformed_ = 0;
  Instant status_at_{};
  Helpers helpers_;
  Sources sources_;
  loop::Timer timer_;
  std::unique_ptr<Recorder> recorder_;
  bool records_ = true;  // as it was logged last
  loop::Timer sample_timer_;
  std::unique_ptr<loop::SeqpacketClient> executor_;
  std::unique_ptr<fabric::Client> client_;
  std::unique_ptr<loop::SocketPump> pump_;  // goes before the client whose descriptor it watches
};

}  // namespace mainstay::agent
