// From the words of a command line to an exit code.
#pragma once

#include <string>
#include <vector>

#include "coordinator/cli/session.h"

namespace mainstay::cli {

int run_command_line(const std::vector<std::string>& words, Screen& screen);
/// The function behind a command; nullptr for an unknown one.
Command find_command(std::string_view path);
/// The exit code for an error.
Verdict verdict_of(const Error& error);

// ---- commands, by the file they are in
Result<Verdict> status(Session& session);
Result<Verdict> explain(Session& session);
Result<Verdict> logs(Session& session);
Result<Verdict> ledger(Session& session);
Result<Verdict> ledger_release(Session& session);

Result<Verdict> report(Session& session);
Result<Verdict> snooze(Session& session);
Result<Verdict> cve(Session& session);
Result<Verdict> vulnerability_import(Session& session);
Result<Verdict> vulnerability_list(Session& session);
Result<Verdict> vulnerability_remove(Session& session);

Result<Verdict> host_list(Session& session);
Result<Verdict> host_show(Session& session);
Result<Verdict> host_label(Session& session);
Result<Verdict> host_park(Session& session);
Result<Verdict> host_recheck(Session& session);
Result<Verdict> host_remove(Session& session);

Result<Verdict> token_create(Session& session);
Result<Verdict> token_list(Session& session);
Result<Verdict> token_remove(Session& session);

Result<Verdict> plan_file(Session& session);
Result<Verdict> plan_show(Session& session);
Result<Verdict> plan_list(Session& session);
Result<Verdict> approve(Session& session);
Result<Verdict> start(Session& session);
Result<Verdict> apply(Session& session);
Result<Verdict> run(Session& session);

Result<Verdict> watch(Session& session);
Result<Verdict> pause(Session& session);
Result<Verdict> resume(Session& session);
Result<Verdict> abort_rollout(Session& session);
/// Behind a key of `watch` only: the values ROLLOUT and HOSTS.
Result<Verdict> set_concurrency(Session& session);
Result<Verdict> retry(Session& session);
Result<Verdict> skip(Session& session);
Result<Verdict> stop(Session& session);

Result<Verdict> init(Session& session);
Result<Verdict> operator_list(Session& session);
Result<Verdict> operator_add(Session& session);
Result<Verdict> operator_remove(Session& session);
Result<Verdict> operator_key(Session& session);

Result<Verdict> audit_verify(Session& session);
Result<Verdict> audit_show(Session& session);

Result<Verdict> completion(Session& session);
Result<Verdict> manual(Session& session);

}  // namespace mainstay::cli
