#!/bin/bash
# Peers with good keys and bad manners, over the real sockets of a real fleet: frames that are none, slow
# handshakes, silent connections, floods, peers that never read, a key revoked while connected. What was
# refused is counted, everybody else goes on, nothing grows, nothing dies, nothing starts.
#   fleet_flood_test.sh PROGRAMS        MAINSTAY_HOSTILE_IDLE: silent connections (1000)
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1
idle=${MAINSTAY_HOSTILE_IDLE:-1000}
ulimit -n "$(ulimit -Hn)" # a descriptor a connection, in the gate and in the peer
if (($(ulimit -n) < idle + 500)); then echo "SKIP: $idle connections need as many descriptors"; exit 77; fi
make_fleet
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/hostile_lib.sh"
# web-us-1 is in wrong hands: its agent has gone, its keys are used.
end_kept web-us-1-agent
stolen=$fleet/hosts/web-us-1/agent.conf
hosts=(web-eu-1 web-eu-2)
keep_books
hostile() { try "$fleet/bin/hostile" "$@"; }
gate_log=$fleet/run/coordinator.log # the gate is the coordinator's child and says what it says there
counted() { sed -n "s/.*gate.refused .*\\b$1=\\([0-9]*\\).*/\\1/p" "$gate_log" | tail -n 1 | grep . || echo 0; } # WORD
more_than() { (($("${@:2}") > $1)); } # NUMBER COMMAND...
unharmed() { soon 20 "$1: the others are live and answer" eval 'is_unharmed web-eu-1 && is_unharmed web-eu-2'; }

# --- frames that are no messages, and messages at the wrong door ---
hostile frames --config "$stolen" --gate-conf "$fleet/coordinator/gate/gate.conf" \
  --enrolment-conf "$fleet/coordinator/enrolment/gate.conf"
says 'frames: hundreds of them cut, bent, too long, several a message' 0 'one bit flipped in each byte: [0-9]{2,}'
says 'frames: a stranger is not let in' 0 'a stranger at the gate: no connection'
says 'frames: nor is a host at the coordinator' 0 'a host at the coordinator: no connection'
soon 20 'frames: the gate counts what is not one frame' more_than 3 counted malformed
ok 'frames: what is too long' more_than 3 counted oversized
ok 'frames: and who may not join' more_than 1 counted joins
ok 'frames: the coordinator counts what is no message' log_has coordinator 'host.malformed .*count=[0-9]+'
ok 'frames: at enrolment, too' log_has coordinator 'enrolment.malformed'
unharmed frames

# --- slow handshakes, silent connections ---
endpoint=$(sed -n 's/^listen: //p' "$fleet/coordinator/gate/gate.conf")
"$fleet/bin/hostile" slow --endpoint "$endpoint" --connections 300 >"$fleet/logs/slow.txt" 2>&1 </dev/null &
slow=$!
wait_for 10 'three hundred slow handshakes' grep -q holds "$fleet/logs/slow.txt"
unharmed 'slow handshakes'
wait "$slow"
is 'slow handshakes: the gate closes all of them' 'closed: 300' "$(tail -n 1 "$fleet/logs/slow.txt")"
keep_running idle "$fleet/bin/hostile" idle --config "$stolen" --connections "$idle"
wait_for 180 "$idle silent connections" log_has idle "joined: $idle"
unharmed "$idle silent connections"
end_kept idle

# --- floods ---
flood() { # NAME WORD...: some seconds of it, while the others are looked at
  local name=$1 flooded
  shift
  flooded=$(counted flooded)
  "$fleet/bin/hostile" flood --config "$stolen" --seconds 8 "$@" >"$fleet/logs/flood.txt" 2>&1 </dev/null &
  local flooder=$!
  sleep 1 # not waited for: the flood is to be well under way when the others are asked
  unharmed "$name"
  ok "$name: while it went on" kill -0 "$flooder"
  wait "$flooder"
  soon 20 "$name: counted" more_than "$flooded" counted flooded
}
flood 'a flood of nonsense' --kind junk
flood 'a flood of reports' --kind report
flood 'a flood of greetings, read by nobody' --kind hello --unread 1
flood 'a flood of large frames' --kind large
is 'floods: what is refused is a line in ten seconds' yes "$( (($(grep -c 'host.malformed' "$gate_log") < 20)) && echo yes)"
restart web-us-1-executor # which would end itself when idle
pestered=$(child_of web-us-1-executor)
at_executor web-us-1 pester --seconds 5
says 'an executor is pestered by forty connections that read nothing' 0 'sent: [0-9]{3,}'
ok 'and takes sixteen' test "$(grep -c agent.connected "$fleet/run/web-us-1-executor.log")" -lt 40
is 'its process lives' "$pestered" "$(child_of web-us-1-executor)"
is 'no task was started on it by all that' '0 0' "$(starts web-us-1)"

# --- the key is revoked while its connection stands and speaks ---
"$fleet/bin/hostile" flood --config "$stolen" --seconds 25 --kind junk >"$fleet/logs/flood.txt" 2>&1 </dev/null &
flooder=$!
refused=$(counted not_admitted)
run host remove web-us-1 --reason stolen --expect-hosts 1
says 'its host is removed while it speaks' 0 'web-us-1 is removed'
soon 30 'revoked: what it says on its open connection is refused at the gate' more_than "$refused" counted not_admitted
heard() { grep -Ec 'host.malformed|host.unknown' "$gate_log"; }
at_gate=$(heard)
wait "$flooder"
is 'revoked: nothing of it reaches the coordinator from then on' "$at_gate" "$(heard)"

# --- and at the end ---
grown() { # NAME LIMIT-MIB: the most it ever was, against a limit
  local pid peak
  pid=$(sed -n "s/^$1 //p" <<<"$books")
  peak=$(peak_of "$pid") || { verdict 1 "$1 lives"; return; }
  verdict "$((peak / 1024 > $2))" "memory: $1 never had more than $2 MiB" "it had $((peak / 1024)) MiB"
  echo "# $1: $((peak / 1024)) MiB"
}
# The library holds 77 KiB a connection and at most a queue of 256 frames for each that sends; the
# sanitizer keeps what was freed for a while, 256 MiB of it, and puts margins around the rest.
limit=256
if grep -q __asan_init "$fleet/bin/mainstay-gate"; then limit=1024; fi
((limit += idle > 1000 ? idle / 4 : 0))
while read -r name pid; do grown "$name" "$limit"; done <<<"$books"
is 'nobody died' "$books" "$(processes)"
end_claims
