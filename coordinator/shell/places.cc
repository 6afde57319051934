#include "coordinator/shell/places.h"

#include <cerrno>
#include <filesystem>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/loop/files.h"

namespace mainstay::coordinator {

namespace {

constexpr const char* kState = "/var/lib/mainstay";
constexpr const char* kUser = "mainstay-coordinator";

Places in_one_folder(const std::string& at) {
  const auto gate = [&](const std::string& folder) {
    return GatePlaces{.conf = folder + "/gate.conf",
                      .key = folder + "/link.key",
                      .key_name = folder + "/link.key",
                      .state = folder + "/state"};
  };
  return {.conf = at + "/coordinator.conf",
          .trust = at + "/trust",
          .store = at + "/store",
          .dispatch_key = at + "/keys/dispatch.key",
          .dispatch_key_name = at + "/keys/dispatch.key",
          .link_key = at + "/keys/link.key",
          .link_key_name = at + "/keys/link.key",
          .gate = gate(at + "/gate"),
          .enrolment = gate(at + "/enrolment"),
          .folders = {at, at + "/keys", at + "/gate", at + "/gate/state", at + "/enrolment",
                      at + "/enrolment/state", at + "/store"},
          .owner = {}};
}

Places of_the_system(const std::string& at) {
  const std::string state = kState;
  const auto gate = [&](const std::string& name) {
    return GatePlaces{.conf = at + "/" + name + ".conf",
                      .key = at + "/keys/" + name + ".key",
                      .key_name = "%d/link.key",
                      .state = state + "/" + name};
  };
  return {.conf = at + "/coordinator.conf",
          .trust = at + "/trust",
          .store = state + "/coordinator/store",
          .dispatch_key = at + "/keys/dispatch.key",
          .dispatch_key_name = "%d/dispatch.key",
          .link_key = at + "/keys/link.key",
          .link_key_name = "%d/link.key",
          .gate = gate("gate"),
          .enrolment = gate("enrolment"),
          .folders = {at + "/keys"},
          .conf_mode = 0644,  // no secret is in it, and services of three users read theirs
          .starts_gates = false,
          .owner = kUser};
}

Result<const passwd*> user_of(const std::string& name) {
  const passwd* user = ::getpwnam(name.c_str());
  if (user == nullptr) {
    return fail(Fault::Denied,
                "there is no user " + name + ": install the package mainstay-coordinator first");
  }
  return user;
}

Status give(const std::string& path, const passwd& user) {
  if (::lchown(path.c_str(), user.pw_uid, user.pw_gid) == 0) return {};
  return fail(Fault::Denied, loop::describe_errno(path, errno) + "; --system is for root");
}

}  // namespace

Places places_of(const InitOptions& options) {
  return options.layout == Layout::System ? of_the_system(options.directory)
                                          : in_one_folder(options.directory);
}

Status make_owned_store(const Places& places) {
  if (places.owner.empty()) return {};
  TRY(const passwd* user, user_of(places.owner));
  std::error_code error;
  std::filesystem::create_directories(places.store, error);
  if (error) return fail(Fault::Malformed, places.store + ": " + error.message());
  const std::string home = std::filesystem::path(places.store).parent_path().string();
  for (const std::string& folder : {home, places.store}) {
    TRY_STATUS(give(folder, *user));
    if (::chmod(folder.c_str(), 0700) != 0) {
      return fail(Fault::Denied, loop::describe_errno(folder, errno));
    }
  }
  return {};
}

Status give_store(const Places& places) {
  if (places.owner.empty()) return {};
  TRY(const passwd* user, user_of(places.owner));
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(places.store, error)) {
    TRY_STATUS(give(entry.path().string(), *user));
  }
  return {};
}

}  // namespace mainstay::coordinator
