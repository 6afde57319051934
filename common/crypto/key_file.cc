#include "common/crypto/key_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/crypto/evp.h"
#include "common/crypto/octets.h"
#include "common/crypto/random.h"

namespace mainstay::crypto {

namespace {

constexpr std::size_t kFileBytesMax = 16 * 1024;  // a key takes some 400 bytes
constexpr std::string_view kEncryptedMark = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
// 16 MiB a try: twice as much exceeds what OpenSSL grants itself when it reads the file back, so
// the cost is raised by p. C. Percival, S. Josefsson, RFC 7914, 2016.
constexpr std::uint64_t kScryptN = 1U << 14U;
constexpr std::uint64_t kScryptR = 8;
constexpr std::uint64_t kScryptP = 5;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::string why() {
  return std::strerror(errno);
}

Result<std::string> to_pem(const SigningKey& key, Passphrase passphrase) {
  const Bio bio(BIO_new(BIO_s_secmem()));
  const Pkey handle(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(key.seed()),
                                                 key.seed().size()));
  const Pkcs8 plain(handle != nullptr ? EVP_PKEY2PKCS8(handle.get()) : nullptr);
  bool written = false;
  if (bio != nullptr && plain != nullptr && !passphrase) {
    written = PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), plain.get()) == 1;
  } else if (bio != nullptr && plain != nullptr) {
    Bytes salt = random_bytes(16);
    Algorithm scheme(PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), writable(salt),
                                           static_cast<int>(salt.size()), nullptr, kScryptN,
                                           kScryptR, kScryptP));
    EncryptedPkcs8 sealed;
    if (scheme != nullptr) {
      sealed.reset(PKCS8_set0_pbe(passphrase->data(), static_cast<int>(passphrase->size()),
                                  plain.get(), scheme.get()));
    }
    if (sealed != nullptr) {
      [[maybe_unused]] auto* const part = scheme.release();  // of `sealed` from now on
      written = PEM_write_bio_PKCS8(bio.get(), sealed.get()) == 1;
    }
  }
  char* text = nullptr;
  const long size = written ? BIO_get_mem_data(bio.get(), &text) : 0;
  ERR_clear_error();
  if (size <= 0) return fail(Fault::Unavailable, "OpenSSL could not encode the key");
  return std::string(text, static_cast<std::size_t>(size));
}

Status write_file(const std::string& path, std::string_view text) {
  const Descriptor file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file.get() < 0 && errno == EEXIST) {
    return fail(Fault::Denied, path + " exists already, and a key is never overwritten");
  }
  if (file.get() < 0) return fail(Fault::Unavailable, "cannot create " + path + ": " + why());
  const ssize_t count = write(file.get(), text.data(), text.size());
  if (count != static_cast<ssize_t>(text.size()) || fsync(file.get()) != 0) {
    const std::string reason = count >= 0 && count < static_cast<ssize_t>(text.size())
                                   ? std::string("no space left")
                                   : why();
    unlink(path.c_str());
    return fail(Fault::Unavailable, "cannot write " + path + ": " + reason);
  }
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const Descriptor parent(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent.get() < 0 || fsync(parent.get()) != 0) {
    return fail(Fault::Unavailable, "cannot sync " + folder + ": " + why());
  }
  return {};
}

Result<std::string> read_file(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat facts = {};
  if (file.get() < 0 || fstat(file.get(), &facts) != 0) {
    return fail(Fault::Malformed, "cannot open the key file " + path + ": " + why());
  }
  if (!S_ISREG(facts.st_mode)) return fail(Fault::Malformed, path + " is not a regular file");
  if (facts.st_uid != geteuid() && facts.st_uid != 0) {
    return fail(Fault::Denied, path + " belongs to another user (uid " +
                                   std::to_string(facts.st_uid) + "): chown it to yourself");
  }
  // A credential of the service manager is root's, and an access list, whose mask shows as the
  // group's bits, lets the service read it.
  const char* handed = std::getenv("CREDENTIALS_DIRECTORY");
  const bool is_handed = handed != nullptr && *handed != '\0' &&
                         path.starts_with(std::string(handed) + "/") && facts.st_uid == 0 &&
                         (facts.st_mode & 037U) == 0;
  if ((facts.st_mode & 077U) != 0 && !is_handed) {
    return fail(Fault::Denied,
                "others may read or write the key file " + path + ": run `chmod 600 " + path + "`");
  }
  std::string text(kFileBytesMax + 1, '\0');
  const ssize_t count = read(file.get(), text.data(), text.size());
  if (count < 0) return fail(Fault::Unavailable, "cannot read " + path + ": " + why());
  text.resize(static_cast<std::size_t>(count));
  if (text.size() > kFileBytesMax) return fail(Fault::Malformed, path + " is too long for a key");
  return text;
}

Result<SigningKey> key_of(const Pkey& handle) {
  std::array<std::byte, kSeedBytes> seed{};
  std::size_t size = seed.size();
  const bool usable = handle != nullptr && EVP_PKEY_get_id(handle.get()) == EVP_PKEY_ED25519 &&
                      EVP_PKEY_get_raw_private_key(handle.get(), writable(seed), &size) == 1 &&
                      size == seed.size();
  ERR_clear_error();
  if (!usable) return fail(Fault::Malformed, "not a private Ed25519 key");
  auto key = SigningKey::from_seed(seed);
  OPENSSL_cleanse(seed.data(), seed.size());
  return key;
}

// OpenSSL would ask on the terminal if it were given no callback.
int give_passphrase(char* buffer, int size, int /*for_writing*/, void* context) noexcept {
  const auto* passphrase = static_cast<const Passphrase*>(context);
  if (!*passphrase || (*passphrase)->size() > static_cast<std::size_t>(size)) return -1;
  std::copy((*passphrase)->begin(), (*passphrase)->end(), buffer);
  return static_cast<int>((*passphrase)->size());
}

}  // namespace

Status save_key(const std::string& path, const SigningKey& key, Passphrase passphrase) {
  if (passphrase && (passphrase->empty() || passphrase->size() > PEM_BUFSIZE)) {
    return fail(Fault::Malformed, "a passphrase has 1 to 1024 bytes");
  }
  TRY(std::string text, to_pem(key, passphrase));
  const Status written = write_file(path, text);
  OPENSSL_cleanse(text.data(), text.size());
  return written;
}

Result<SigningKey> load_key(const std::string& path, Passphrase passphrase) {
  TRY(std::string text, read_file(path));
  const bool encrypted = text.find(kEncryptedMark) != std::string::npos;
  if (encrypted && !passphrase) return fail(Fault::Denied, path + " needs its passphrase");
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Pkey handle;
  if (bio != nullptr) {
    handle.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase));
  }
  ERR_clear_error();
  OPENSSL_cleanse(text.data(), text.size());
  if (handle == nullptr && encrypted) {
    return fail(Fault::Denied, "wrong passphrase for " + path + ", or the file is damaged");
  }
  auto key = key_of(handle);
  if (!key) return fail(Fault::Malformed, path + " holds no private Ed25519 key in PKCS#8 PEM");
  return key;
}

Result<bool> is_key_encrypted(const std::string& path) {
  TRY(std::string text, read_file(path));
  const bool encrypted = text.find(kEncryptedMark) != std::string::npos;
  OPENSSL_cleanse(text.data(), text.size());
  return encrypted;
}

}  // namespace mainstay::crypto
