#include "agent/collect/certificate/chain.h"

#include <algorithm>

#include <openssl/err.h>

#include "agent/collect/certificate/handles.h"

namespace mainstay::agent::certificate {

// Chains of the public web have 2 to 4 certificates.
constexpr std::size_t kPathMax = 10;

struct Roots::Store {
  StoreHandle handle;
};

Roots::Roots() : store_(std::make_unique<Store>(Store{.handle = StoreHandle(X509_STORE_new())})) {
  if (store_->handle != nullptr) X509_STORE_set_default_paths(store_->handle.get());
  ERR_clear_error();
}

Roots::~Roots() = default;

bool Roots::has_issuer_of(const Certificate& certificate) const {
  const auto issues = [&](const Certificate& root) { return has_issued(root, certificate); };
  if (std::ranges::any_of(named_, issues)) return true;
  const X509Handle x509 = parse_x509(certificate.der);
  const StoreContext context(X509_STORE_CTX_new());
  if (x509 == nullptr || context == nullptr || store_->handle == nullptr) return false;
  X509* found = nullptr;
  const bool has =
      X509_STORE_CTX_init(context.get(), store_->handle.get(), x509.get(), nullptr) == 1 &&
      X509_STORE_CTX_get1_issuer(&found, context.get(), x509.get()) == 1;
  const X509Handle issuer(found);
  EVP_PKEY* key = has ? X509_get0_pubkey(issuer.get()) : nullptr;
  const bool has_signed = key != nullptr && X509_verify(x509.get(), key) == 1;
  ERR_clear_error();
  return has_signed;
}

Chain follow_chain(const std::vector<Certificate>& served, const Roots& roots) {
  Chain chain{.path = {0}};
  while (chain.path.size() < kPathMax) {
    const Certificate& last = served[chain.path.back()];
    if (last.is_self_issued || roots.has_issuer_of(last)) {
      chain.is_complete = true;
      return chain;
    }
    std::size_t next = 0;
    while (next < served.size() && (std::ranges::find(chain.path, next) != chain.path.end() ||
                                    !has_issued(served[next], last))) {
      ++next;
    }
    if (next == served.size()) {
      chain.missing = last.issuer;
      return chain;
    }
    chain.path.push_back(next);
  }
  chain.missing = "an end within " + std::to_string(kPathMax) + " certificates";
  return chain;
}

}  // namespace mainstay::agent::certificate
