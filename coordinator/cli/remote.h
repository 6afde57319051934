// The centre over the fabric. Connects at the first question; a centre that cannot be reached is
// told within five seconds. Requests carry a nonce, so they are safely sent again after a lost
// connection.
#pragma once

#include <memory>
#include <optional>

#include "common/fabric/client.h"
#include "common/ports/signer.h"
#include "coordinator/cli/session.h"

namespace mainstay::cli {

inline constexpr Duration kConnectTimeMax = std::chrono::milliseconds(4500);
/// From question to first answer, and between its parts.
inline constexpr Duration kAnswerTimeMax = std::chrono::seconds(5);
/// Where the centre itself asks hosts before it answers.
inline constexpr Duration kSlowAnswerTimeMax = std::chrono::seconds(90);

/// The operator's key as client.conf names it. `screen` asks for a passphrase where one is needed.
Result<std::unique_ptr<Signer>> open_signer(const ClientConfig& config, Screen& screen);
/// $MAINSTAY_PASSPHRASE_FILE (of mode 0600), or asked on the terminal.
Result<std::string> passphrase(Screen& screen, std::string_view question);

class RemoteCentre : public Centre {
 public:
  RemoteCentre(const ClientConfig& config, Screen& screen) : config_(config), screen_(screen) {}

  Status get_ready() override;
  Result<Bytes> read(View view, std::string argument) override;
  Result<Reply> change(RequestAct act) override;
  Status upload(ByteView whole, const std::function<void(std::size_t)>& sent) override;
  Result<Bytes> sign(std::string_view context, ByteView payload) override;
  Result<Bytes> sign_also(ByteView envelope) override;

 private:
  using Making = Result<Bytes> (*)(Signer& signer, std::string_view context, ByteView bytes);
  Result<Bytes> with_signer(Making make, std::string_view context, ByteView bytes);
  Status connect();
  Status open_signer_once();
  Result<Reply> ask(OperatorMessage message, Duration time_max);
  Status await(std::uint64_t id, const Bytes& frame, Duration time_max);
  void take(ByteView frame);
  [[nodiscard]] std::unexpected<Error> unreachable(std::string_view what) const;

  struct Pending {
    std::uint64_t id = 0;
    bool sent = false;
    bool heard = false;  // since it was last looked
    Assembler parts{48UL * 1024 * 1024};
    std::optional<Bytes> whole;
    Verdict verdict = Verdict::Done;
    std::string text;
    std::string fault;
  };

  const ClientConfig& config_;
  Screen& screen_;
  std::unique_ptr<Signer> signer_;
  std::unique_ptr<fabric::Context> context_;
  std::unique_ptr<fabric::Client> client_;
  std::uint64_t last_id_ = 0;
  std::optional<Pending> pending_;
};

}  // namespace mainstay::cli
