// Where the operator's signature comes from.
#include <cstdlib>

#include <sys/stat.h>

#include "common/crypto/key_file.h"
#include "common/crypto/signers.h"
#include "common/crypto/ssh_key.h"
#include "coordinator/cli/remote.h"

namespace mainstay::cli {

Result<std::string> passphrase(Screen& screen, std::string_view question) {
  const char* path = std::getenv("MAINSTAY_PASSPHRASE_FILE");
  if (path == nullptr || *path == '\0') {
    auto typed = screen.ask_secret(question);
    if (!typed) {
      return fail(Fault::Malformed,
                  "a passphrase is needed: set MAINSTAY_PASSPHRASE_FILE to a file of mode 0600");
    }
    return typed;
  }
  struct stat found{};
  if (::stat(path, &found) == 0 && (found.st_mode & 077U) != 0) {
    return fail(Fault::Malformed, std::string(path) + ": others can read it: chmod 600 " + path);
  }
  TRY(std::string text, read_text_file(path));
  while (text.ends_with('\n')) text.pop_back();
  if (text.empty()) return fail(Fault::Malformed, std::string(path) + " is empty");
  return text;
}

Result<std::unique_ptr<Signer>> open_signer(const ClientConfig& config, Screen& screen) {
  if (config.signs_by_agent) {
    auto key = crypto::public_key_from_ssh_line(config.signing_key);
    if (!key) return fail(Fault::Malformed, "client.conf, signer: " + key.error().detail);
    const char* socket = std::getenv("SSH_AUTH_SOCK");
    return std::unique_ptr<Signer>(
        new crypto::AgentSigner(crypto::SshAgent(socket == nullptr ? "" : socket), *key));
  }
  TRY(const bool encrypted, crypto::is_key_encrypted(config.signing_key));
  if (!encrypted) {
    TRY(crypto::SigningKey key, crypto::load_key(config.signing_key, std::nullopt));
    return std::unique_ptr<Signer>(new crypto::KeySigner(std::move(key)));
  }
  screen.last_words("nothing was signed");
  TRY(const std::string words, passphrase(screen, "Passphrase of " + config.signing_key + ": "));
  screen.last_words({});
  TRY(crypto::SigningKey key, crypto::load_key(config.signing_key, words));
  return std::unique_ptr<Signer>(new crypto::KeySigner(std::move(key)));
}

}  // namespace mainstay::cli
