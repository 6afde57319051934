#include "coordinator/shell/places.h"

#include <array>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/loop/fd.h"
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

/// In a child that has become the user, for good: in a folder that belongs to it root could be led
/// anywhere by a link.
Status as_user(const passwd& user, const std::function<Status()>& act) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Fault::Unavailable, loop::describe_errno("pipe", errno));
  }
  const loop::Fd read(ends[0]);
  loop::Fd write(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return fail(Fault::Unavailable, loop::describe_errno("fork", errno));
  if (child == 0) {
    const bool lowered =
        ::setgroups(0, nullptr) == 0 && ::setgid(user.pw_gid) == 0 && ::setuid(user.pw_uid) == 0;
    const Status done = lowered ? act() : fail(Fault::Denied, "--system is for root");
    const std::string words = done ? "" : done.error().detail;
    [[maybe_unused]] const auto told = ::write(write.get(), words.data(), words.size());
    ::_exit(done ? 0 : 1);
  }
  write.reset();
  std::array<char, 512> words{};
  const ssize_t count = ::read(read.get(), words.data(), words.size());
  int status = 0;
  if (::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return {};
  }
  return fail(Fault::Denied, count > 0 ? std::string(words.data(), static_cast<std::size_t>(count))
                                       : "the store could not be made");
}

}  // namespace

Places places_of(const InitOptions& options) {
  return options.layout == Layout::System ? of_the_system(options.directory)
                                          : in_one_folder(options.directory);
}

Status write_owned(const Places& places, const std::function<Status()>& write) {
  if (places.owner.empty()) return write();
  TRY(const passwd* user, user_of(places.owner));
  const std::string home = std::filesystem::path(places.store).parent_path().string();
  // Its folder lies in one of root's; the package made it.
  if (::mkdir(home.c_str(), 0700) == 0 && ::lchown(home.c_str(), user->pw_uid, user->pw_gid) != 0) {
    return fail(Fault::Denied, loop::describe_errno(home, errno));
  }
  return as_user(*user, [&]() -> Status {
    if (::mkdir(places.store.c_str(), 0700) != 0 && errno != EEXIST) {
      return fail(Fault::Denied, loop::describe_errno(places.store, errno));
    }
    return write();
  });
}

}  // namespace mainstay::coordinator
