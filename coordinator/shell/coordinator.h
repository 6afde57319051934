// The coordinator's shell: peers on one side, the core behind its driver on the other. Frames
// become events, commands become frames; what may be done is decided in the core, who may ask for
// it at the doors (host_door, requests).
//
// 1. Commands run when their step is durable; answers to operators are commands.
// 2. Whether a peer is a gate or an operator says the key it proved, for each message.
#pragma once

#include <memory>

#include "common/crypto/signers.h"
#include "common/driver/driver.h"
#include "common/fabric/refusal_watch.h"
#include "common/fabric/server.h"
#include "common/loop/socket_pump.h"
#include "common/store/lmdb_store.h"
#include "coordinator/core/step.h"
#include "coordinator/shell/feeds.h"
#include "coordinator/shell/frames.h"
#include "coordinator/shell/gate_child.h"
#include "coordinator/shell/host_door.h"
#include "coordinator/shell/logs.h"
#include "coordinator/shell/open_lists.h"
#include "coordinator/shell/replies.h"
#include "coordinator/shell/reports.h"
#include "coordinator/shell/requests.h"
#include "coordinator/shell/store_watch.h"
#include "coordinator/shell/views.h"

namespace mainstay::coordinator {

class Coordinator {
 public:
  /// `loop` and `log` outlive it.
  Coordinator(loop::Loop& loop, Log& log, Config config);
  ~Coordinator();
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  Status start();
  /// As bound, with the port the kernel chose.
  [[nodiscard]] const std::string& endpoint() const { return server_->endpoint(); }

 private:
  struct Gate {
    GateMode mode = GateMode::Hosts;
    bool connected = false;
  };
  /// What has to be known of a request when it is answered.
  struct Pending {
    std::optional<Nonce> draft;
    std::optional<PlanId> starts;
  };

  // start
  Status open_store();
  Status serve();
  void admit();

  // events
  void hand_in(const Event& event);
  void tick();
  /// A piece of what hosts are open to, and the next one at the next turn of the loop.
  void survey();
  void from_peer(const fabric::Sender& sender, ByteView frame);
  void from_gate(const LinkKey& sender, Gate& gate, ByteView frame);
  void from_operator(const fabric::Sender& sender, ByteView frame);
  void read(const Asker& asker, const ReadRequest& request);
  void read_log(const Asker& asker, const std::string& argument);
  void change(const Asker& asker, const ChangeRequest& request);
  void take_part(const Asker& asker, Role role, Part part);
  void answer_draft_at_once(std::uint64_t request, const Nonce& draft);

  // commands
  void run(Command command);
  void carry_out(const Answer& order);
  void carry_out(const SendOrder& order);
  void carry_out(const SendDispatches& order);
  void carry_out(const SendAcknowledgement& order);
  void carry_out(const SendBeacon& order);
  void carry_out(const SendAdmitted& order);
  void carry_out(const FreezePlan& order);
  void carry_out(const SendEnrolReply& order);
  void carry_out(const GoOn& order);
  void carry_out(const UseFeed& order);

  // sending
  void reply(const Asker& to, const Reply& reply);
  void flush_replies();
  void finish_logs(const std::vector<Logs::Finished>& finished);
  Status send_to_gate(const LinkKey& gate, ByteView frame);
  void send_to_hosts(const ToHosts& order, const LinkKey& gate);
  void send_to_host(const LinkKey& host, Bytes frame, bool starts);
  [[nodiscard]] std::map<LinkKey, std::vector<LinkKey>> hosts_by_gate() const;
  [[nodiscard]] ViewContext view_context();
  /// A step that could not be taken for want of a signature: a bug or a broken library.
  void complain(std::string_view name, const Error& error);

  loop::Loop& loop_;
  Log& log_;
  Config config_;
  Limits limits_;
  Instant started_at_{};
  crypto::Ed25519Check check_;
  Verifier verifier_{check_};
  Refusals refusals_;
  fabric::RefusalWatch refused_peers_{log_};
  StoreWatch store_watch_{log_};
  HostDoor door_;
  Requests requests_;
  Replies replies_;
  Logs logs_;
  Reports reports_;
  Feeds feeds_;
  OpenLists open_lists_;
  std::map<LinkKey, Gate> gates_;
  std::map<std::uint64_t, Pending> pending_;
  std::map<Nonce, DraftEnd> drafts_;
  RosterNumber admitted_roster_;

  std::unique_ptr<crypto::KeySigner> signer_;
  std::unique_ptr<Frames> frames_;
  std::unique_ptr<fabric::Context> context_;
  std::unique_ptr<fabric::Server> server_;
  // The driver before the store, so that it lives longer: the store ends with its commits done.
  std::unique_ptr<Driver<Core>> driver_;
  std::unique_ptr<store::LmdbStore> store_;
  std::unique_ptr<loop::SocketPump> pump_;
  std::unique_ptr<fabric::SelfTestThread> self_test_;
  std::vector<std::unique_ptr<GateChild>> children_;
  loop::Timer ticker_;
  loop::Timer flusher_;
  loop::Timer surveyor_;
};

}  // namespace mainstay::coordinator
