#!/bin/bash
# Every process may be killed at any time and goes on: coordinator, gate, agent and executor, each in the
# middle of a rollout. Then what an operator does while one runs: pause, resume, abort, stop.
#
# Roots are given a /bin/sh that makes webd's postinst wait as long as ROOT/hold exists, and counts how
# often it was run: so each kill happens while dpkg is at work, and a second start would be seen.
#   fleet_restart_test.sh PROGRAMS
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1 web-us-2
make_fleet

hold_postinsts
done_with() { wait_for 60 "$2 to have succeeded in $1" equals succeeded state_of "$1" "$2"; }
# kill_one NAME: the program under a launcher, which starts it again
kill_one() {
  local old
  old=$(child_of "$1") || fail "$1 is not there"
  kill -KILL "$old"
  wait_for 20 "$1 to be started again" another_child "$1" "$old"
}
patch_plan() { # NAME TARGETS: one host after the other
  plan_file "$1" "$2" '[{patch: {packages: security, within: 2m}}]' 'order: {regions_at_once: 1, concurrency: 1}' \
    'advance: {failures: 0}'
}

# --- one process killed on each host, in the middle of its patch ---
hold "${hosts[@]}"
patch_plan first all
run apply first.yaml --expect-hosts 4 --no-watch
says 'a rollout over four hosts, one at a time' 0 'R-1 started'
at_work web-eu-1 1
kill_one coordinator
wait_for 30 'the coordinator to answer' mainstay status
release web-eu-1
done_with R-1 web-eu-1
at_work web-eu-2 1
gate=$(gate_pid) || fail 'no gate'
kill -KILL "$gate"
soon 30 'a killed gate is started again' another_gate "$gate"
release web-eu-2
done_with R-1 web-eu-2
at_work web-us-1 1
kill_one web-us-1-agent
release web-us-1
done_with R-1 web-us-1
at_work web-us-2 1
kill_one web-us-2-executor
is 'while its task goes on under a killed executor, the host is still at work' working "$(state_of R-1 web-us-2)"
release web-us-2
soon 60 'coordinator, gate, agent and executor were killed, and the rollout ends' equals finished rollout R-1 phase
is 'with every host succeeded' 4 "$(rollout R-1 totals.succeeded)"
for each in "${hosts[@]}"; do
  is "$each: one attempt, one start, one task, webd configured once" '1 1 1 1 webd 2.1-1+deb12u1 installed' "$(
    echo "$(rollout R-1 "targets.$each.attempts" | grep -o '"number"' | wc -l)" \
      "$(find "$fleet/hosts/$each/executor/attempts" -name started | wc -l)" \
      "$(grep -c shim.launched "$fleet/run/$each-executor.log")" "$(configured "$each")" \
      "$(dpkg-query --admindir "$(root_of "$each")/var/lib/dpkg" -W -f '${Package} ${Version} ${db:Status-Status}' webd)")"
  is "$each: dpkg's own log agrees" 1 "$(grep -c 'configure webd:[a-z0-9]* 2.1-1+deb12u1' "$(root_of "$each")/var/log/dpkg.log")"
done

# --- pause, a frozen agent, resume, abort ---
publish() { # VERSION; then every host knows of it
  "$here/fleet/make-repository" "$fleet/repository" --publish security webd "$1" 'libtls3, webd-common (= 2.1-1+deb12u1)'
}
publish 2.2-1+deb12u1
hold "${hosts[@]}"
patch_plan second all
run apply second.yaml --expect-hosts 4 --no-watch
says 'a second rollout' 0 'R-2 started'
at_work web-eu-1 2
run pause R-2 --reason 'let me look'
says 'it is paused' 0 'R-2 paused'
release web-eu-1
done_with R-2 web-eu-1
run explain web-eu-2
says 'a paused rollout: the next host says why it waits' 0 'paused'
is 'and has not started' 1 "$(configured web-eu-2)"
frozen=$(child_of web-eu-2-agent)
kill -STOP "$frozen"
run resume R-2
says 'it goes on' 0 'R-2 goes on'
wait_for 20 'web-eu-2 to be worked at' equals working state_of R-2 web-eu-2
is 'a frozen agent starts nothing' 1 "$(configured web-eu-2)"
kill -CONT "$frozen"
at_work web-eu-2 2
run abort R-2 --reason 'enough'
says 'it is aborted' 0 'R-2 aborted: running steps finish'
release web-eu-2
soon 60 'the running step finishes' equals succeeded state_of R-2 web-eu-2
soon 30 'and nothing after it' equals aborted rollout R-2 phase
is 'the others were not started' 'not-started not-started 1 1' \
  "$(state_of R-2 web-us-1) $(state_of R-2 web-us-2) $(configured web-us-1) $(configured web-us-2)"

# --- stop: first by the coordinator, then by an executor that already has its dispatch ---
rm -f "$(root_of web-us-1)/hold" "$(root_of web-us-2)/hold"
patch_plan third 'zone = us-a'
run plan third.yaml
run approve third --expect-hosts 1
frozen=$(child_of web-us-1-executor)
kill -STOP "$frozen"
run start third
says 'a third rollout, on one host whose executor is frozen' 0 'R-3 started'
wait_for 20 'its dispatch to be sent' equals working state_of R-3 web-us-1
run stop --fleet --reason 'INC-2291'
says 'stop: one word of one operator' 0 'STOP: nothing new starts'
confirmed_but() { [[ "$(mainstay status -o json | field control_unconfirmed)" == "$1" ]]; }
soon 20 'every host confirms it, but the one that cannot' confirmed_but '["web-us-1"]'
kill -CONT "$frozen"
soon 20 'then that one, too' confirmed_but '[]'
soon 30 'and its executor refuses what it was told before' log_has web-us-1-executor 'kind=refused reason=.*STOP'
is 'nothing started there' 1 "$(configured web-us-1)"
patch_plan fourth 'zone = us-b'
run plan fourth.yaml
run apply fourth.yaml --expect-hosts 1 --no-watch
says 'a rollout under stop' 0 'R-4 started'
run explain web-us-2
says 'its host says why it waits' 0 'STOP'
kill_one web-us-2-executor
wait_for 20 'the agent to have found it' log_has web-us-2-executor agent.connected
is 'nothing starts, even after its executor was started again' "1 waiting" "$(configured web-us-2) $(state_of R-4 web-us-2)"
run stop --lift --reason 'INC-2291 is over'
says 'the stop is lifted' 0 'STOP is lifted'
soon 60 'and the host that waited is patched' equals succeeded state_of R-4 web-us-2
is 'once' 2 "$(configured web-us-2)"
run audit verify
says 'the audit chain is whole, and what hosts saw agrees' 0 ''
end_claims
