#include "common/crypto/ssh_agent.h"

#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/crypto/signers.h"
#include "common/crypto/ssh_key.h"
#include "common/ports/test_folder.h"

namespace mainstay::crypto {
namespace {

using testing::HasSubstr;

pid_t start(std::vector<std::string> arguments, const std::string& socket) {
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  std::string variable = "SSH_AUTH_SOCK=" + socket;
  std::string path = "PATH=/usr/bin:/bin";
  char* environment[] = {variable.data(), path.data(), nullptr};
  pid_t pid = -1;
  return posix_spawnp(&pid, argv[0], nullptr, nullptr, argv.data(), environment) == 0 ? pid : -1;
}

int finish(pid_t pid) {
  int status = -1;
  waitpid(pid, &status, 0);
  return status;
}

// A real ssh-agent with one key that ssh-keygen made.
class SshAgentTest : public testing::Test {
 protected:
  void SetUp() override {
    if (access("/usr/bin/ssh-agent", X_OK) != 0) GTEST_SKIP() << "openssh-client is not installed";
    agent_ = start({"ssh-agent", "-D", "-a", socket_}, "");
    ASSERT_GT(agent_, 0);
    const std::string file = folder_.file("id_ed25519");
    ASSERT_EQ(
        finish(start({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ana@desk", "-f", file},
                     "")),
        0);
    for (int tries = 0; access(socket_.c_str(), F_OK) != 0 && tries < 500; ++tries) {
      poll(nullptr, 0, 10);  // the agent has no other way to say that it listens
    }
    ASSERT_EQ(finish(start({"ssh-add", "-q", file}, socket_)), 0);
    std::ifstream(file + ".pub") >> kind_ >> text_;
  }
  void TearDown() override {
    if (agent_ <= 0) return;
    kill(agent_, SIGTERM);
    finish(agent_);
  }

  TestFolder folder_;
  std::string socket_ = folder_.file("agent");
  pid_t agent_ = -1;
  std::string kind_;
  std::string text_;
};

TEST_F(SshAgentTest, SignsExactlyTheGivenBytes) {
  const SshAgent agent(socket_);
  const auto identities = agent.identities();
  ASSERT_TRUE(identities.has_value()) << identities.error().detail;
  ASSERT_EQ(identities->size(), 1U);
  const PublicKey key = identities->front().key;
  EXPECT_EQ(identities->front().comment, "ana@desk");
  EXPECT_EQ(public_key_from_ssh_line(kind_ + " " + text_).value_or(PublicKey{}), key);

  AgentSigner signer(agent, key);
  for (const std::size_t size : {0U, 1U, 100U, 65536U}) {
    const Bytes message(size, std::byte{7});
    const auto signature = signer.sign(message);
    ASSERT_TRUE(signature.has_value()) << signature.error().detail;
    EXPECT_EQ(signature->size(), kSignatureBytes);
    EXPECT_TRUE(Ed25519Check().holds(key, message, *signature));
  }
}

TEST_F(SshAgentTest, SaysWhatToDoAboutAMissingKey) {
  const auto signature = SshAgent(socket_).sign(SigningKey::generate().public_key(), as_bytes("x"));
  ASSERT_FALSE(signature.has_value());
  EXPECT_EQ(signature.error().fault, Fault::Denied);
  EXPECT_THAT(signature.error().detail, HasSubstr("ssh-add"));
}

TEST(SshAgentAbsentTest, SaysHowToStartOne) {
  const auto unset = SshAgent("").identities();
  ASSERT_FALSE(unset.has_value());
  EXPECT_EQ(unset.error().fault, Fault::Unavailable);
  EXPECT_THAT(unset.error().detail, HasSubstr("ssh-add"));
  EXPECT_THAT(SshAgent("/nonexistent/agent").identities().error().detail,
              HasSubstr("No such file"));
  EXPECT_FALSE(SshAgent(std::string(300, 'x')).identities().has_value());
}

// An agent that answers each request with the same bytes, or never.
class FalseAgent {
 public:
  FalseAgent(const std::string& path, Bytes reply) : reply_(std::move(reply)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    CHECK(listen(fd_, 4) == 0);
    thread_ = std::thread([this] {
      const int peer = accept(fd_, nullptr, nullptr);
      if (!reply_.empty()) {
        std::byte ignored[4096];
        if (recv(peer, ignored, sizeof(ignored), 0) > 0) {
          static_cast<void>(send(peer, reply_.data(), reply_.size(), MSG_NOSIGNAL));
        }
        shutdown(peer, SHUT_WR);
      }
      std::byte end[4096];
      while (recv(peer, end, sizeof(end), 0) > 0) continue;  // until the client goes
      close(peer);
    });
  }
  ~FalseAgent() {
    thread_.join();
    close(fd_);
  }

 private:
  Bytes reply_;
  int fd_ = -1;
  std::thread thread_;
};

Error error_for(Bytes reply) {
  const TestFolder folder;
  const FalseAgent agent(folder.file("agent"), std::move(reply));
  const SshAgent client(folder.file("agent"), Duration(200));
  return client.sign(PublicKey{}, as_bytes("x")).error();
}

TEST(SshAgentFalseTest, EndsInTimeWhenNobodyAnswers) {
  EXPECT_THAT(error_for({}).detail, HasSubstr("did not answer in time"));
}

TEST(SshAgentFalseTest, RefusesWhatTheProtocolDoesNotAllow) {
  EXPECT_THAT(error_for(*from_hex("ffffffff0e")).detail, HasSubstr("4294967295 bytes"));
  EXPECT_THAT(error_for(*from_hex("00000000")).detail, HasSubstr("0 bytes"));
  EXPECT_THAT(error_for(*from_hex("000000ff0e")).detail, HasSubstr("closed the connection"));
  EXPECT_THAT(error_for(*from_hex("000000010e")).detail, HasSubstr("does not hold"));
  EXPECT_THAT(error_for(*from_hex("0000000105")).detail, HasSubstr("did not sign"));
}

}  // namespace
}  // namespace mainstay::crypto
