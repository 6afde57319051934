#!/bin/bash
# Peers with good keys and bad manners, over the real sockets of a real fleet: a gate that withholds, repeats
# or drops, frames that are none, slow handshakes, silent connections, floods, peers that never read, a key
# revoked while connected. What was refused is counted, everybody else goes on, nothing grows, nothing dies,
# nothing starts that was not asked for.
#   fleet_flood_test.sh PROGRAMS        MAINSTAY_HOSTILE_IDLE: connections that say nothing (10000)
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1
idle=${MAINSTAY_HOSTILE_IDLE:-10000}
ulimit -n "$(ulimit -Hn)" # a descriptor a connection, in the gate and in the peer
if (($(ulimit -n) < idle + 500)); then echo "SKIP: $idle connections need as many descriptors"; exit 77; fi
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/hostile_lib.sh"
make_fleet
count_postinsts ''
hostile() { try "$fleet/bin/hostile" "$@"; }
gate_log=$fleet/run/coordinator.log # the gate is the coordinator's child and says what it says there
counted() { # WORD [LINE]: over all lines so far
  grep -E " ${2:-peers.refused} " "$gate_log" | grep -Eo "\\b$1=[0-9]+" | awk -F= '{ all += $2 } END { print all + 0 }'
}
more_than() { (($("${@:2}") > $1)); } # NUMBER COMMAND...
unharmed() { soon 20 "$1: the others are live and answer" eval 'is_unharmed web-eu-1 && is_unharmed web-eu-2'; }
# plan NAME: for two of the hosts, planned and approved; begin NAME starts it, as $rollout_now. The third
# is to be left alone. Not more, because the fleet starts 20 a minute, repeated permits among them.
plan() {
  plan_file "$1" 'host = web-eu-1 or host = web-eu-2' '[{patch: {packages: security, within: 2m}}]' 'order: {by: [region], regions_at_once: 3, waves: [rest], concurrency: 3}' \
    'budget: [{per: cluster, unavailable: 2}]' 'advance: {failures: 100%}'
  run plan "$1.yaml"
  run approve "$1" --expect-hosts 2
  [[ $code -eq 0 ]] || fail "no plan: $said"
}
begin() {
  run start "$1"
  rollout_now=$(grep -Eom1 'R-[0-9]+' <<<"$said") || fail "no rollout: $said"
  rollout_now=${rollout_now%%$'\n'*}
}
patch() { plan "$1"; begin "$1"; } # NAME
all_configured() { local each; for each in "${hosts[@]}"; do configured "$each"; done | xargs; }
publish() { "$here/fleet/make-repository" "$fleet/repository" --publish security webd "$1" 'libtls3, webd-common (= 2.1-1+deb12u1)'; }

# --- a gate in wrong hands ---
open_books
bad_gates
bad_gate withhold
patch withheld
wait_for 30 'two dispatches to be withheld' eval '(($(grep -c "^withheld: a dispatch" "$gate_log") >= 2))'
is 'a gate that withholds: nothing starts' '0 0 0' "$(all_configured)"
is 'and nobody calls it done' 0 "$(rollout "$rollout_now" totals.succeeded)"
bad_gate repeat
soon 60 'its successor repeats, to every host: the rollout ends' equals finished rollout "$rollout_now" phase
is 'each was patched, once, and no other host' '2 1 1 0' "$(rollout "$rollout_now" totals.succeeded) $(all_configured)"
is 'and no attempt but the two was kept anywhere' '1 1 0' \
  "$(for each in "${hosts[@]}"; do ls "$fleet/hosts/$each/executor/attempts" | wc -l; done | xargs)"
publish 3.1-1
plan dropped # what a gate drops of a plan's questions would leave hosts out of the plan
bad_gate drop
begin dropped
soon 90 'a gate that drops one message of four: the rollout ends' equals finished rollout "$rollout_now" phase
is 'each was patched, once, and no other host' '2 2 2 0' "$(rollout "$rollout_now" totals.succeeded) $(all_configured)"
good_gate
wait_for 30 'every host to be live, its updates known' all_are_known
publish 3.2-1

# web-us-1 is in wrong hands from now on: its agent has gone, its keys are used.
end_kept web-us-1-agent
close_page web-us-1-executor # which ends itself when nobody has spoken to it for a minute
stolen=$fleet/hosts/web-us-1/agent.conf
hosts=(web-eu-1 web-eu-2)
started_before=$(starts web-us-1)
open_page gate

# --- frames that are no messages, and messages at the wrong door ---
hostile frames --config "$stolen" --gate-conf "$fleet/coordinator/gate/gate.conf" \
  --enrolment-conf "$fleet/coordinator/enrolment/gate.conf"
says 'frames: hundreds of them cut, bent, too long, several a message' 0 'one bit flipped in each byte: [0-9]{2,}'
says 'frames: a stranger is not let in' 0 'a stranger at the gate: no connection'
says 'frames: nor is a host at the coordinator' 0 'a host at the coordinator: no connection'
soon 20 'frames: the gate counts what is not one frame' more_than 3 counted malformed
soon 20 'frames: what is too long' more_than 3 counted oversized
soon 20 'frames: and who may not join' more_than 1 counted keys
ok 'frames: the coordinator says what is no message' log_has coordinator 'host.malformed'
ok 'frames: at enrolment, too' log_has coordinator 'enrolment.malformed'
unharmed frames

# --- slow handshakes, and connections that never say a word ---
endpoint=$(sed -n 's/^listen: //p' "$fleet/coordinator/gate/gate.conf")
"$fleet/bin/hostile" slow --endpoint "$endpoint" --connections "$idle" >"$fleet/logs/slow.txt" 2>&1 </dev/null &
slow=$!
wait_for 60 "$idle connections that say nothing, or a few words" grep -q holds "$fleet/logs/slow.txt"
unharmed 'slow handshakes'
wait "$slow"
is 'slow handshakes: the gate closes all of them' "closed: $idle" "$(tail -n 1 "$fleet/logs/slow.txt")"
soon 20 'slow handshakes: counted' more_than $((idle - 1)) counted handshakes

# --- floods ---
flooder=
begin_flood() { # WORD...
  "$fleet/bin/hostile" flood --config "$stolen" --seconds 120 "$@" >"$fleet/logs/flood.txt" 2>&1 </dev/null &
  flooder=$!
}
throttled() { counted frames senders.throttled; }
flood() { # NAME WORD...: for as long as it takes to look at the others
  local name=$1 before
  shift
  before=$(throttled)
  begin_flood "$@"
  soon 20 "$name: counted" more_than "$before" throttled
  if [[ $name == *nobody ]]; then
    patch flooded
    soon 60 "$name: hosts are patched meanwhile" equals finished rollout "$rollout_now" phase
    is "$name: each once" '2 3 3' "$(rollout "$rollout_now" totals.succeeded) $(all_configured)"
  else
    unharmed "$name"
  fi
  ok "$name: while it went on" kill -0 "$flooder"
  kill "$flooder"
  wait "$flooder" 2>/dev/null
}
flood 'a flood of nonsense' --kind junk
flood 'a flood of reports' --kind report
flood 'a flood of large frames' --kind large
flood 'a flood of greetings, read by nobody' --kind hello --unread 1
is 'floods: what is refused is a line in ten seconds' yes "$( (($(grep -c 'host.malformed' "$gate_log") < 30)) && echo yes)"
restart web-us-1-executor
at_executor web-us-1 pester --seconds 3
says 'an executor is pestered by forty connections that read nothing' 0 'sent: [0-9]{3,}'
ok 'and takes sixteen' test "$(grep -c agent.connected "$fleet/run/web-us-1-executor.log")" -lt 60
close_page web-us-1-executor
is 'no task was started on it by all that' "$started_before" "$(starts web-us-1)"

# --- silent connections of one key, while another of its connections speaks ---
begin_flood --kind junk
wait_for 30 'it to be let in' grep -q joined "$fleet/logs/flood.txt"
keep_running idle "$fleet/bin/hostile" idle --config "$stolen" --connections 200
wait_for 30 'two hundred connections of one key to knock' log_has idle 'joined: '
ok 'silent connections of one key: at most twenty are let in' log_has idle 'joined: (1?[0-9]|20)$'
soon 20 'silent connections: the others are counted' more_than 100 counted crowding
unharmed 'silent connections'
ok 'silent connections: they hold few of its descriptors' test "$(ls "/proc/$(gate_pid)/fd" | wc -l)" -lt 150
end_kept idle

# --- the key is revoked while its connection stands and speaks ---
refused=$(counted not_admitted)
run host remove web-us-1 --reason stolen --expect-hosts 1
says 'its host is removed while it speaks' 0 'web-us-1 is removed'
soon 30 'revoked: what it says on its open connection is refused at the gate' more_than "$refused" counted not_admitted
heard() { grep -Ec 'host.malformed|host.unknown' "$gate_log"; }
at_gate=$(heard) told=$(counted not_admitted)
wait_for 30 'ten seconds more of it' more_than "$told" counted not_admitted
is 'revoked: nothing of it reaches the coordinator from then on' "$at_gate" "$(heard)"
kill "$flooder"
wait "$flooder" 2>/dev/null

# --- and at the end ---
# The library holds up to 77 KiB a connection, and a queue of 256 frames for each that sends.
gate_growth_max=$((growth_max + idle * 77 / 1024))
close_books
end_claims
