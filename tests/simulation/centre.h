// The coordinator's process in virtual time: the real core under the real driver, over a simulated
// disk, with a shell of its own that opens, signs, encodes and routes as the real one does.
// A crash at any moment loses memory and whatever was not committed.
#pragma once

#include <memory>
#include <optional>

#include "common/driver/driver.h"
#include "common/wire/open.h"
#include "coordinator/core/step.h"
#include "tests/simulation/checkers.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/keys.h"
#include "tests/simulation/options.h"

namespace mainstay::sim {

struct SilentLog : Log {
  void event(Level, std::string_view, std::initializer_list<Field>) override {}
};

class Centre {
 public:
  struct Ports {
    Timeline& timeline;
    Checkers& checkers;
    std::function<void(const LinkKey& gate, const GateOrder&)> send;
    std::function<void()> started;  // gates find it
  };

  Centre(Ports ports, const Options& options);
  Centre(const Centre&) = delete;
  Centre& operator=(const Centre&) = delete;

  void start();
  void crash(std::string_view why);
  [[nodiscard]] bool is_up() const { return driver_ != nullptr; }
  void gate_joined(const LinkKey& gate, std::uint64_t list_number);
  void hear(const LinkKey& gate, const LinkKey& link, ByteView frame);
  /// A signed request, as the command would send it. Lost while the process is down; refused, as
  /// by the real shell, if what it holds cannot be opened.
  void ask(const RequestAct& act);
  void ask(const RequestAct& act, const PublicKey& by);
  [[nodiscard]] const std::string& last_answer() const { return answer_; }

  /// While it is up.
  [[nodiscard]] const coordinator::State& state() const { return driver_->state(); }
  [[nodiscard]] Disk<CoordinatorRow>& disk() { return disk_; }
  [[nodiscard]] Now now() const;
  coordinator::Limits limits;
  Duration skew{};  // of its wall clock
  PublicKey dispatch_key = public_key("dispatch");
  std::vector<LinkKey> gates;

 private:
  void handle(const coordinator::Event& event);
  void tick();
  /// What the real shell finds in lists of packages; here by chance, and often untrue.
  void find_exposures();
  void run(coordinator::Command command);
  void carry_out(const coordinator::Answer& order);
  void carry_out(const coordinator::SendOrder& order);
  void carry_out(const coordinator::SendDispatches& order);
  void carry_out(const coordinator::SendAcknowledgement& order);
  void carry_out(const coordinator::SendBeacon& order);
  void carry_out(const coordinator::SendAdmitted& order);
  void carry_out(const coordinator::FreezePlan& order);
  void carry_out(const coordinator::SendEnrolReply&) {}
  void carry_out(const coordinator::GoOn& order);
  void carry_out(const coordinator::UseFeed&) {}
  void send(const LinkKey& host, Bytes frame, bool starts = false);
  void hear_record(const LinkKey& link, const Bytes& record);
  [[nodiscard]] std::vector<PublicKey> operators() const;
  Result<coordinator::Enclosed> opened(const RequestAct& act) const;
  Bytes merged_head(const coordinator::Plan& plan) const;
  void later(std::move_only_function<void()> action);

  Ports ports_;
  const Options& options_;
  SilentLog log_;
  FakeCheck check_;
  Verifier verifier_{check_};
  FakeSigner signer_;
  Disk<CoordinatorRow> disk_;
  std::unique_ptr<Driver<coordinator::Core>> driver_;
  std::uint64_t life_ = 0;
  std::uint64_t requests_ = 0;
  Rng exposures_{27};  // of its own: runs without them are as they were
  std::string answer_;
};

}  // namespace mainstay::sim
