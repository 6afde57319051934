#include "agent/collect/certificate/served.h"

#include <algorithm>
#include <cerrno>

#include <netinet/in.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include "agent/collect/certificate/container.h"
#include "agent/collect/certificate/handles.h"
#include "common/core/errno_text.h"
#include "common/loop/clock.h"
#include "common/loop/fd.h"

namespace mainstay::agent::certificate {
namespace {

// A chain of the public web takes 3 to 8 KiB.
constexpr long kChainBytesMax = 64L * 1024;
constexpr std::size_t kChainMax = 16;

Served nothing(std::string why) {
  return {.end = Served::End::Nothing, .why = std::move(why), .chain = {}};
}

/// False when the time is over.
bool wait_for(int fd, short what, Instant deadline) {
  while (true) {
    const Duration left = deadline - loop::boottime_now();
    if (left <= Duration(0)) return false;
    pollfd entry{.fd = fd, .events = what, .revents = 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

/// 0, or what the connection ended with.
int connect_to(int fd, const Greeting& greeting, Instant deadline) {
  int result = 0;
  if (greeting.address == Loopback::V4) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(greeting.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  } else {
    sockaddr_in6 to{};
    to.sin6_family = AF_INET6;
    to.sin6_port = htons(greeting.port);
    to.sin6_addr = in6addr_loopback;
    result = ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  if (result == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(fd, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

/// Old versions and weak certificates must be seen to be judged, so nothing is refused here.
SslContext lenient_context() {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return context;
  SSL_CTX_set_security_level(context.get(), 0);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_max_cert_list(context.get(), kChainBytesMax);
  return context;
}

/// Empty when the greetings are exchanged, else why not.
std::string shake_hands(SSL* ssl, int fd, Instant deadline) {
  while (true) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_connect(ssl);
    if (result == 1) return "";
    const int error = SSL_get_error(ssl, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
      if (wait_for(fd, error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline)) continue;
      return "does not answer a TLS greeting in time";
    }
    if (ERR_peek_error() == 0 ||
        ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      return "ends the connection at a TLS greeting";
    }
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    return "does not speak TLS as it should: " + std::string(reason == nullptr ? "?" : reason);
  }
}

/// Whatever the server showed before the end: it may have wanted a certificate of ours afterwards.
Result<std::vector<Certificate>> chain_of(const SSL* ssl) {
  std::vector<Certificate> chain;
  const STACK_OF(X509)* all = SSL_get_peer_cert_chain(ssl);
  for (int i = 0; all != nullptr && i < sk_X509_num(all) && chain.size() < kChainMax; ++i) {
    unsigned char* der = nullptr;
    const int size = i2d_X509(sk_X509_value(all, i), &der);
    if (size < 0) return fail(Fault::Malformed, "a certificate that cannot be written");
    auto made =
        read_certificate({reinterpret_cast<std::byte*>(der), static_cast<std::size_t>(size)});
    OPENSSL_free(der);
    TRY(Certificate certificate, std::move(made));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

}  // namespace

Served ask_served(const Greeting& greeting) {
  const Instant deadline = loop::boottime_now() + greeting.time_max;
  const loop::Fd fd(::socket(greeting.address == Loopback::V4 ? AF_INET : AF_INET6,
                             SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int error = fd.open() ? connect_to(fd.get(), greeting, deadline) : errno;
  // No address of that family on this machine is the same as nobody there.
  if (error == ECONNREFUSED || error == EADDRNOTAVAIL || error == EAFNOSUPPORT ||
      error == ENETUNREACH) {
    return {.end = Served::End::Refused, .why = "nobody listens", .chain = {}};
  }
  if (error == ETIMEDOUT) return nothing("does not answer in time");
  if (error != 0) return nothing(errno_text("does not answer", error));

  const SslContext context = lenient_context();
  const SslHandle ssl(context == nullptr ? nullptr : SSL_new(context.get()));
  if (ssl == nullptr || SSL_set_fd(ssl.get(), fd.get()) != 1 ||
      (!greeting.sni.empty() && SSL_set_tlsext_host_name(ssl.get(), greeting.sni.c_str()) != 1)) {
    ERR_clear_error();
    return nothing("cannot be asked: no TLS here");
  }
  const std::string why = shake_hands(ssl.get(), fd.get(), deadline);
  auto chain = chain_of(ssl.get());
  ERR_clear_error();
  if (!chain) return nothing("serves " + chain.error().detail);
  if (chain->empty()) return nothing(why.empty() ? "serves no certificate" : why);
  return {.end = Served::End::Chain, .why = why, .chain = std::move(*chain)};
}

}  // namespace mainstay::agent::certificate
