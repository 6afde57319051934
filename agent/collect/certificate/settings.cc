#include "agent/collect/certificate/settings.h"

#include <algorithm>
#include <array>

#include "agent/collect/settings/settings_file.h"

namespace mainstay::agent::certificate {
namespace {

constexpr std::size_t kSetsMax = 32;
constexpr std::size_t kPathsMax = 64;
constexpr std::size_t kServeMax = 32;
constexpr std::size_t kSetNameBytesMax = 64;

using document::complain;
using document::Fields;
using document::Node;

Result<std::vector<std::string>> read_paths(const Node& node, const std::string& file) {
  if (node.kind != Node::Kind::List || node.items.empty() || node.items.size() > kPathsMax) {
    return complain(file, node.place, "expected a list of 1 to 64 paths");
  }
  std::vector<std::string> paths;
  for (const Node& item : node.items) {
    TRY(std::string path, read_path(item, file));
    const std::size_t pattern = path.find_first_of("*?[");
    if (pattern != std::string::npos && path.find('/', pattern) != std::string::npos) {
      return complain(file, item.place, "expected a pattern in the last part of the path only");
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

bool is_host_name(std::string_view name) {
  return name.size() <= 253 && std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

Result<ServePort> read_serve_port(const Node& node, const std::string& file) {
  static constexpr std::array<std::string_view, 2> kKeys = {"port", "sni"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  TRY(const Node* port, fields.need("port"));
  TRY(const std::uint32_t number, document::read_count(*port, file));
  if (number == 0 || number > 65535) {
    return complain(file, port->place, "expected a port from 1 to 65535");
  }
  ServePort made{.port = static_cast<std::uint16_t>(number), .sni = {}};
  TRY(made.sni, fields.text("sni"));
  if (!is_host_name(made.sni)) {
    return complain(file, fields.find("sni")->place, "expected a host's name in ASCII");
  }
  return made;
}

Result<CertificateSet> read_set(const Node& node, const std::string& file) {
  static constexpr std::array<std::string_view, 7> kKeys = {
      "name", "files", "roots", "password_credential", "password_file", "serve", "warn"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  CertificateSet made;
  TRY(const Node* name, fields.need("name"));
  TRY(made.name, document::read_text(*name, file, kSetNameBytesMax));
  if (const Node* files = fields.find("files")) {
    TRY(made.files, read_paths(*files, file));
  }
  if (const Node* roots = fields.find("roots")) {
    TRY(made.roots, read_paths(*roots, file));
  }
  TRY(made.secret, read_secret(fields));
  if (const Node* warn = fields.find("warn")) {
    TRY(made.warn, document::read_duration(*warn, file));
  }
  if (const Node* serve = fields.find("serve")) {
    if (serve->kind != Node::Kind::List || serve->items.size() > kServeMax) {
      return complain(file, serve->place, "expected a list of at most 32 ports");
    }
    for (const Node& item : serve->items) {
      TRY(ServePort port, read_serve_port(item, file));
      made.serve.push_back(std::move(port));
    }
  }
  if (made.files.empty() && made.serve.empty()) {
    return complain(file, node.place, "expected `files`, `serve` or both");
  }
  return made;
}

}  // namespace

Result<std::vector<CertificateSet>> read_certificate_settings(const Node& node,
                                                              const std::string& file) {
  static constexpr std::array<std::string_view, 3> kKeys = {"kind", "name", "sets"};
  TRY(const Fields fields, Fields::open(node, file, kKeys));
  TRY(const std::string kind, fields.needed_text("kind"));
  if (kind != "certificate") {
    return complain(file, fields.find("kind")->place, "expected `kind: certificate`");
  }
  if (const auto name = fields.text("name"); !name) return std::unexpected(name.error());
  TRY(const Node* list, fields.need("sets"));
  if (list->kind != Node::Kind::List || list->items.empty() || list->items.size() > kSetsMax) {
    return complain(file, list->place, "expected a list of 1 to 32 sets");
  }
  std::vector<CertificateSet> sets;
  for (const Node& item : list->items) {
    TRY(CertificateSet set, read_set(item, file));
    const bool is_twice = std::ranges::any_of(
        sets, [&](const CertificateSet& known) { return known.name == set.name; });
    if (is_twice) return complain(file, item.place, "two sets of one name");
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace mainstay::agent::certificate
