#include "common/systemd/manager.h"

#include <array>
#include <cstring>
#include <utility>

#include <linux/capability.h>
#include <systemd/sd-bus.h>

namespace mainstay::systemd {

namespace {

constexpr const char* kPrivateSocket = "unix:path=/run/systemd/private";
constexpr const char* kPath = "/org/freedesktop/systemd1";
constexpr const char* kManager = "org.freedesktop.systemd1.Manager";
constexpr std::uint64_t kAnswerTimeMax = 30'000'000;  // microseconds
constexpr std::uint64_t kCpuWeight = 50;              // of 100: what serves goes first
constexpr std::uint64_t kIoWeight = 50;

Status outcome_of(int code, std::string_view what) {
  if (code >= 0) return {};
  return fail(Fault::Unavailable, "systemd: " + std::string(what) + ": " + ::strerror(-code));
}

struct Message {
  sd_bus_message* raw = nullptr;
  Message() = default;
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;
  ~Message() { sd_bus_message_unref(raw); }
};

std::uint64_t microseconds(Duration span) {
  return static_cast<std::uint64_t>(span.count()) * 1000;
}

/// The first error sticks; sd-bus takes any further call without harm.
class Properties {
 public:
  explicit Properties(sd_bus_message* message) : message_(message) {}
  void text(const char* name, const std::string& value) {
    note(sd_bus_message_append(message_, "(sv)", name, "s", value.c_str()));
  }
  void number(const char* name, std::uint64_t value) {
    note(sd_bus_message_append(message_, "(sv)", name, "t", value));
  }
  void fraction(const char* name, std::uint32_t value) {
    note(sd_bus_message_append(message_, "(sv)", name, "u", value));
  }
  void flag(const char* name, bool value) {
    note(sd_bus_message_append(message_, "(sv)", name, "b", value ? 1 : 0));
  }
  void list(const char* name, const std::vector<std::string>& values) {
    note(sd_bus_message_open_container(message_, 'r', "sv"));
    note(sd_bus_message_append(message_, "s", name));
    note(sd_bus_message_open_container(message_, 'v', "as"));
    note(sd_bus_message_open_container(message_, 'a', "s"));
    for (const auto& value : values) note(sd_bus_message_append(message_, "s", value.c_str()));
    for (int open = 0; open < 3; ++open) note(sd_bus_message_close_container(message_));
  }
  void bandwidth(const char* name, std::uint64_t bytes) {
    note(sd_bus_message_append(message_, "(sv)", name, "a(st)", 1, "/", bytes));
  }
  void command(const std::vector<std::string>& argv) {
    note(sd_bus_message_open_container(message_, 'r', "sv"));
    note(sd_bus_message_append(message_, "s", "ExecStartEx"));
    note(sd_bus_message_open_container(message_, 'v', "a(sasas)"));
    note(sd_bus_message_open_container(message_, 'a', "(sasas)"));
    note(sd_bus_message_open_container(message_, 'r', "sasas"));
    note(sd_bus_message_append(message_, "s", argv.front().c_str()));
    note(sd_bus_message_open_container(message_, 'a', "s"));
    for (const auto& word : argv) note(sd_bus_message_append(message_, "s", word.c_str()));
    note(sd_bus_message_close_container(message_));
    // What was signed is what runs: without this "$x" in a word would be replaced.
    note(sd_bus_message_append(message_, "as", 1, "no-env-expand"));
    for (int open = 0; open < 4; ++open) note(sd_bus_message_close_container(message_));
  }
  void note(int code) {
    if (code < 0 && code_ >= 0) code_ = code;
  }
  [[nodiscard]] int code() const { return code_; }

 private:
  sd_bus_message* message_;
  int code_ = 0;
};

void write_sandbox(Properties& properties, const TaskUnit& unit) {
  static constexpr std::array kKept = {CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE, CAP_SETUID, CAP_SETGID,
                                       CAP_KILL};
  std::uint64_t kept = 0;
  for (const int capability : kKept) kept |= std::uint64_t{1} << static_cast<unsigned>(capability);
  properties.number("CapabilityBoundingSet", kept);
  properties.text("ProtectSystem", "strict");
  // Not the whole of it is below ProtectSystem: nor are homes and devices.
  properties.text("ProtectHome", "read-only");
  properties.list("ReadWritePaths", {unit.writable});
  properties.list("ReadOnlyPaths", {"-/tmp", "-/var/tmp", "-/dev/shm"});
  properties.flag("NoNewPrivileges", true);
  properties.flag("ProtectKernelTunables", true);
  properties.flag("ProtectKernelModules", true);
  properties.flag("ProtectControlGroups", true);
  properties.number("RestrictNamespaces", 0);  // none
}

int write_unit(sd_bus_message* message, const TaskUnit& unit) {
  Properties properties(message);
  properties.note(sd_bus_message_append(message, "ss", unit.name.c_str(), "fail"));
  properties.note(sd_bus_message_open_container(message, 'a', "(sv)"));
  properties.text("Description", unit.description);
  properties.text("Type", "oneshot");
  properties.text("Slice", unit.slice);
  // A failed one would keep its name, and nobody asks for it: its files say how it ended.
  properties.text("CollectMode", "inactive-or-failed");
  // The shim alone is told to stop; it knows what of its task may be ended at once.
  properties.text("KillMode", "mixed");
  // One child of dpkg that had to be killed is no reason to kill dpkg.
  properties.text("OOMPolicy", "continue");
  properties.number("TimeoutStartUSec", microseconds(unit.time_max));
  properties.number("TimeoutStopUSec", microseconds(unit.stop_time_max));
  properties.number("CPUWeight", kCpuWeight);
  properties.number("IOWeight", kIoWeight);
  properties.number("TasksMax", unit.tasks_max);
  if (unit.memory_max > 0) {
    properties.number("MemoryMax", unit.memory_max);
  } else {
    properties.fraction("MemoryMaxScale", UINT32_MAX / 4 * 3);
  }
  if (unit.cpu_percent_max > 0) {
    properties.number("CPUQuotaPerSecUSec", std::uint64_t{unit.cpu_percent_max} * 10'000);
  }
  if (unit.io_bytes_max > 0) {
    properties.bandwidth("IOReadBandwidthMax", unit.io_bytes_max);
    properties.bandwidth("IOWriteBandwidthMax", unit.io_bytes_max);
  }
  if (!unit.environment.empty()) properties.list("Environment", unit.environment);
  if (!unit.output_file.empty()) {
    properties.text("StandardOutputFileToTruncate", unit.output_file);
    properties.text("StandardError", "journal");  // else a complaint would be part of the output
  }
  if (!unit.writable.empty()) write_sandbox(properties, unit);
  properties.command(unit.argv);
  properties.note(sd_bus_message_close_container(message));
  properties.note(sd_bus_message_append(message, "a(sa(sv))", 0));
  return properties.code();
}

}  // namespace

/// From C back to the manager.
struct Trampoline {
  static int on_started(sd_bus_message* reply, void* data, sd_bus_error* /*error*/) noexcept {
    const auto* call = static_cast<Manager::Call*>(data);
    const sd_bus_error* error = sd_bus_message_get_error(reply);
    const std::string unit = call->unit;  // the call may go
    call->manager->started(unit, error == nullptr ? nullptr : error->message);
    return 0;
  }
  static int on_job(sd_bus_message* signal, void* data, sd_bus_error* /*error*/) noexcept {
    std::uint32_t number = 0;
    const char* job = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (sd_bus_message_read(signal, "uoss", &number, &job, &unit, &result) < 0) return 0;
    static_cast<Manager*>(data)->ended(unit, result);
    return 0;
  }
};

Result<std::unique_ptr<Manager>> Manager::connect() {
  sd_bus* bus = nullptr;
  TRY_STATUS(outcome_of(sd_bus_new(&bus), "no connection"));
  std::unique_ptr<Manager> manager(new Manager(bus));
  TRY_STATUS(outcome_of(sd_bus_set_address(bus, kPrivateSocket), kPrivateSocket));
  TRY_STATUS(outcome_of(sd_bus_start(bus), kPrivateSocket));
  TRY_STATUS(outcome_of(sd_bus_match_signal(bus, nullptr, nullptr, kPath, kManager, "JobRemoved",
                                            Trampoline::on_job, manager.get()),
                        "no news of jobs"));
  TRY_STATUS(outcome_of(
      sd_bus_call_method(bus, nullptr, kPath, kManager, "Subscribe", nullptr, nullptr, nullptr),
      "Subscribe"));
  return manager;
}

void Manager::DropSlot::operator()(sd_bus_slot* slot) const {
  sd_bus_slot_unref(slot);
}

Manager::~Manager() {
  waiting_.clear();
  sd_bus_close_unref(bus_);
}

Status Manager::start(const TaskUnit& unit, OnEnd on_end) {
  Message message;
  TRY_STATUS(outcome_of(sd_bus_message_new_method_call(bus_, &message.raw, nullptr, kPath, kManager,
                                                       "StartTransientUnit"),
                        "no message"));
  TRY_STATUS(outcome_of(write_unit(message.raw, unit), unit.name));
  auto call = std::make_unique<Call>(Call{.manager = this, .unit = unit.name});
  sd_bus_slot* slot = nullptr;
  TRY_STATUS(outcome_of(sd_bus_call_async(bus_, &slot, message.raw, Trampoline::on_started,
                                          call.get(), kAnswerTimeMax),
                        unit.name));
  waiting_[unit.name] = {.call = std::move(call),
                         .slot = std::unique_ptr<sd_bus_slot, DropSlot>(slot),
                         .on_end = std::move(on_end)};
  sd_bus_flush(bus_);
  return {};
}

int Manager::fd() const {
  return sd_bus_get_fd(bus_);
}

bool Manager::process() {
  int code = 1;
  while (code > 0) code = sd_bus_process(bus_, nullptr);
  if (code >= 0 && sd_bus_is_open(bus_) > 0) return true;
  while (!waiting_.empty()) finish(waiting_.begin()->first, "the service manager was lost");
  return false;
}

void Manager::started(const std::string& unit, const char* complaint) {
  if (complaint != nullptr) finish(unit, complaint);
}

void Manager::ended(const std::string& unit, std::string_view result) {
  // One with a process that cannot be killed would stay failed, and somebody's need, for as long as
  // that one waits. Nobody answers: most are gone by then.
  if (result != "done" && waiting_.contains(unit)) {
    (void)sd_bus_call_method_async(bus_, nullptr, nullptr, kPath, kManager, "ResetFailedUnit",
                                   nullptr, nullptr, "s", unit.c_str());
  }
  finish(unit, "");
}

void Manager::finish(const std::string& unit, const std::string& why) {
  const auto found = waiting_.find(unit);
  if (found == waiting_.end()) return;  // somebody else's job
  OnEnd on_end = std::move(found->second.on_end);
  waiting_.erase(found);
  on_end(why);
}

}  // namespace mainstay::systemd
