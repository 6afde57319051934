// OpenSSL's handles as owners, for the files of this folder only.
#pragma once

#include <memory>

#include <openssl/pkcs12.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "common/core/bytes.h"

namespace mainstay::agent::certificate {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* handle) const {
    Free(handle);
  }
};

inline void free_safes(STACK_OF(PKCS7) * list) {
  sk_PKCS7_pop_free(list, PKCS7_free);
}
inline void free_bags(STACK_OF(PKCS12_SAFEBAG) * list) {
  sk_PKCS12_SAFEBAG_pop_free(list, PKCS12_SAFEBAG_free);
}

using X509Handle = std::unique_ptr<X509, Freed<X509_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Freed<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;
using Pkcs12Handle = std::unique_ptr<PKCS12, Freed<PKCS12_free>>;
using SafesHandle = std::unique_ptr<STACK_OF(PKCS7), Freed<free_safes>>;
using BagsHandle = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), Freed<free_bags>>;
using SslContext = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using SslHandle = std::unique_ptr<SSL, Freed<SSL_free>>;
using BioHandle = std::unique_ptr<BIO, Freed<BIO_free_all>>;

inline const unsigned char* octets_of(ByteView bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

/// Nothing if the bytes begin with no certificate.
inline X509Handle parse_x509(ByteView der) {
  const unsigned char* at = octets_of(der);
  return X509Handle(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

}  // namespace mainstay::agent::certificate
