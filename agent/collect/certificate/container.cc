#include "agent/collect/certificate/container.h"

#include <algorithm>
#include <array>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "agent/collect/certificate/handles.h"

namespace mainstay::agent::certificate {
namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kLabelBytesMax = 64;

struct PemBlock {
  std::string_view label;
  std::string_view text;  // from BEGIN to the end of END
};

/// The next one, which is then cut off the text; nothing if there is none. Each look goes on behind
/// the last one's end, and a block without an end ends them all: no text is searched twice.
Result<std::optional<PemBlock>> take_block(std::string_view& text) {
  const std::size_t begin = text.find(kBegin);
  if (begin == std::string_view::npos) return std::optional<PemBlock>();
  text.remove_prefix(begin);
  const std::size_t label_end = std::min(text.find(kDashes, kBegin.size()), text.size());
  const std::string_view label = text.substr(kBegin.size(), label_end - kBegin.size());
  const std::string end = "-----END " + std::string(label.substr(0, kLabelBytesMax)) + "-----";
  const std::size_t stop = text.find(end, label_end);
  if (stop == std::string_view::npos) return fail(Fault::Malformed, "a PEM block without an end");
  const PemBlock block{.label = label, .text = text.substr(0, stop + end.size())};
  text.remove_prefix(block.text.size());
  return std::optional(block);
}

Result<Certificate> read_block(const PemBlock& block) {
  const BioHandle bio(BIO_new_mem_buf(block.text.data(), static_cast<int>(block.text.size())));
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  const bool is_read = bio != nullptr && PEM_read_bio(bio.get(), &name, &header, &data, &size) == 1;
  ERR_clear_error();
  if (!is_read) return fail(Fault::Malformed, "a PEM block that cannot be decoded");
  const ByteView der(reinterpret_cast<const std::byte*>(data), static_cast<std::size_t>(size));
  auto made =
      read_certificate(der, block.label == PEM_STRING_X509_TRUSTED ? Tail::Allowed : Tail::Refused);
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(data);
  return made;
}

Result<std::vector<Certificate>> read_pem(std::string_view text) {
  static constexpr std::array<std::string_view, 3> kLabels = {PEM_STRING_X509, PEM_STRING_X509_OLD,
                                                              PEM_STRING_X509_TRUSTED};
  std::vector<Certificate> made;
  while (made.size() < kCertificatesMax) {
    TRY(const std::optional<PemBlock> block, take_block(text));
    if (!block) break;
    if (std::ranges::find(kLabels, block->label) == kLabels.end()) continue;
    TRY(Certificate certificate, read_block(*block));
    made.push_back(std::move(certificate));
  }
  return made;
}

}  // namespace

Result<std::vector<Certificate>> read_container(ByteView bytes, const std::string& password) {
  if (bytes.size() > kFileBytesMax) return fail(Fault::Malformed, "longer than 1 MiB");
  if (as_text(bytes).find(kBegin) != std::string_view::npos) return read_pem(as_text(bytes));
  if (auto alone = read_certificate(bytes); alone.has_value()) {
    return std::vector<Certificate>{std::move(*alone)};
  }
  return read_pkcs12(bytes, password);
}

}  // namespace mainstay::agent::certificate
