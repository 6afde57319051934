#!/bin/bash
# What a real fleet refuses, each with a plain message, nothing crashing and everybody else going on:
# tokens and keys, roots and repositories that are not as they should be, a second coordinator, a newer
# store, a configuration that others can write.
#   fleet_refused_test.sh PROGRAMS
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1
newer_store=$(readlink -f "$programs/../tests/newer_store")
lock_wait=3s # a package manager that stays locked
make_fleet
first_coordinator=$(child_of coordinator)
declare -A agents
for each in "${hosts[@]}"; do agents[$each]=$(child_of "$each-agent"); done

# --- enrolment ---
# other_agent HOST TOKEN: enrols beside HOST's agent, with link keys of its own
other_agent() {
  local at=$fleet/hosts/$1 uid=$((agent_uid + 1)) token=$2
  rm -rf "$at/other"
  install -d -m 700 -o "$uid" -g "$uid" "$at/other"
  sed "s,^state_directory:.*,state_directory: $at/other," "$at/agent.conf" >"$at/other.conf"
  install -m 600 -o "$uid" -g "$uid" "$token" "$at/other/token"
  try as_agent "$uid" "$fleet/bin/mainstay-agent" enrol --config "$at/other.conf" --token "$at/other/token" --wait 10
}
other_agent web-eu-2 "$fleet/operator/web-eu-2.token"
says 'a token used twice with other keys: exit 3' 3 'refused: the token was already used with other keys'
ok 'and an alarm is in the audit chain' eval 'mainstay audit show | grep -q "ALARM token of host web-eu-2"'
run token create web-new --labels region=eu,zone=eu-a,role=web,cluster=web-9 --valid 1s -f operator/new.token
sleep 1.1 # the life of the token
other_agent web-eu-2 "$fleet/operator/new.token"
says 'an expired token: exit 3' 3 'refused: the token has expired: make a new one'
head -c 60 "$fleet/operator/web-eu-2.token" >"$fleet/operator/torn.token"
other_agent web-eu-2 "$fleet/operator/torn.token"
says 'a torn token: exit 2, and where' 2 'token'
rm -rf "$fleet/hosts/web-eu-2/other"*

# --- an unknown link key at the gate: the yardstick is an agent that is let in meanwhile ---
intruder=$fleet/hosts/web-eu-1/intruder
cp -a "$fleet/hosts/web-eu-1/agent" "$intruder"
sed "s,^state_directory:.*,state_directory: $intruder," "$fleet/hosts/web-eu-1/agent.conf" >"$intruder.conf"
rm "$intruder"/{link.key,lock}
mainstay operator key --file "$intruder/link.key" >/dev/null
chown "$agent_uid:$agent_uid" "$intruder/link.key"
keep_running intruder setpriv --reuid "$agent_uid" --regid "$agent_uid" --clear-groups --no-new-privs \
  "$fleet/bin/mainstay-agent" run --config "$intruder.conf"
wait_for 10 'the intruder to have started' log_has intruder agent.started
kill -KILL "${agents[web-eu-2]}"
links() { equals "$2" grep -c link.connected "$fleet/run/$1-agent.log"; }
soon 30 'an agent that was killed is let in again' links web-eu-2 2

gate_log=$fleet/run/coordinator.log # the gate is the coordinator's child and says what it says there
counted() { grep ' peers.refused ' "$gate_log" | grep -Eo "\b$1=[0-9]+" | awk -F= '{ all += $2 } END { exit !all }'; }
soon 20 'the unknown key is counted at the gate' counted keys

# --- a peer that proposes no encryption, at each of the three doors ---
null_peer() { # PORT: a ZMTP 3.1 greeting with the mechanism NULL; prints how it ends
  python3 -B - "$1" <<'EOF'
import socket, sys
peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10)
peer.settimeout(15)
peer.sendall(b"\xff" + bytes(8) + b"\x7f\x03\x01" + b"NULL".ljust(20, b"\0") + bytes(32))
try:
    while peer.recv(4096):
        pass
    print("closed")
except ConnectionResetError:
    print("closed")
except TimeoutError:
    print("still open")
EOF
}
for door in "${ports[@]}"; do is 'a peer with the mechanism NULL is shown out' closed "$(null_peer "$door")"; done
soon 20 'and counted' counted handshakes

# --- a host that was removed ---
run host remove web-us-1 --reason scrapped
says 'removing a host wants an answer: exit 4' 4 'add --expect-hosts 1'
run host remove web-us-1 --reason scrapped --expect-hosts 1
says 'a host is removed' 0 'web-us-1 is removed'
kill -KILL "${agents[web-us-1]}"
install -m 600 -o $((agent_uid + 2)) "$fleet/operator/web-us-1.token" "$fleet/hosts/web-us-1/agent/token"
try as_agent $((agent_uid + 2)) "$fleet/bin/mainstay-agent" enrol --config "$fleet/hosts/web-us-1/agent.conf" \
  --token "$fleet/hosts/web-us-1/agent/token" --wait 10
says 'it tries again with its old token: exit 3' 3 'refused: this enrolment is no longer valid: make a new token'
hosts=(web-eu-1 web-eu-2)

# --- package roots and repositories: web-eu-1 is zone eu-a ---
root=$fleet/hosts/web-eu-1/root
patch='[{patch: {packages: security}}]'
approved() { # NAME: a plan for web-eu-1, signed, not yet started
  plan_file "$1" 'zone = eu-a' "$patch"
  run plan "$1.yaml"
  run approve "$1" --expect-hosts 1
  [[ $code -eq 0 ]] || fail "plan $1 is not approved: $said"
}
started() { # NAME: and how it ended, in $said
  run start "$1"
  wait_for 60 "rollout $1 to end" equals 1 rollout "$1" finished
  run watch "$1" --once
  said=$(tr '\n' ' ' <<<"$said $(rollout "$1" targets.web-eu-1.reason)") # one line for the pattern
}
mv "$root" "$root.away"
plan_file missing 'zone = eu-a' "$patch"
run plan missing.yaml
says 'a package root that is missing when planning: exit 2' 2 '^mainstay: .*:3:10: no host is left in the plan: web-eu-1 root-missing'
mv "$root.away" "$root"
approved missing2
mv "$root" "$root.away"
started missing2
says 'and missing at the start: refused, exit 1' 1 '1 refused.*root-missing'
mv "$root.away" "$root"
approved locked
hold_lock "$root/var/lib/dpkg/lock-frontend"
started locked
says 'the package manager is locked: refused, exit 1' 1 '1 refused.*lock'
give_back
approved half
dpkg --root="$root" --log=/dev/null --unpack "$fleet"/repository/pool/updates/tzfiles_*.deb >"$fleet/logs/dpkg.txt" 2>&1
started half
says 'a half configured root: refused, exit 1' 1 '1 refused.*half-configured: tzfiles'
dpkg --root="$root" --log=/dev/null --configure -a >>"$fleet/logs/dpkg.txt" 2>&1
# The centre goes by what it was told last; an operator who has repaired says so.
run host recheck web-eu-1
says 'repaired: the host is looked at again' 0 'web-eu-1'
wait_for 30 'the repair to be seen' equals 0 host web-eu-1 patch.broken
approved gone
mv "$fleet/repository" "$fleet/repository.away"
started gone
says 'a repository gone between approval and start: refused, exit 1' 1 '1 refused.*repository-unreachable'
# The host looks again once its last refresh is some seconds old.
plan_file gone2 'zone = eu-a' "$patch"
plans_gone2() { run plan gone2.yaml; [[ $code -ne 0 ]]; }
wait_for 30 'a plan to fail without its repository' plans_gone2
says 'a repository gone before planning: exit 2' 2 '^mainstay: .*:3:10: no host is left in the plan: web-eu-1 repository-unreachable'
mv "$fleet/repository.away" "$fleet/repository"
is 'not one package was touched by all that' '2.0-1' "$(dpkg-query --admindir "$root/var/lib/dpkg" -W -f '${Version}' webd)"
ok 'no attempt started' eval '! grep -q shim.launched "$fleet/run/web-eu-1-executor.log"'

# --- the store, the configuration ---
try mainstay-coordinator --config coordinator/coordinator.conf
says 'a second coordinator on one store: exit 1' 1 'is in use by process [0-9]+'
mkdir "$fleet/newer"
run init --config newer/client.conf --directory "$fleet/newer/centre" --fleet other --operator ana \
  --agent-key operator/id_ed25519.pub --listen "tcp://127.0.0.1:${ports[0]}" --recovery-file "$fleet/newer/recovery.key"
says 'a second fleet is made, beside the first' 0 ''
ok 'its store is marked as of a newer version' "$newer_store" "$fleet/newer/centre/store/truth.mdb"
try mainstay-coordinator --config newer/centre/coordinator.conf
says 'a store of a newer schema: exit 1, and what to install' 1 'written by version 99.0 .* install version 99.0 or newer'
conf=$fleet/hosts/web-eu-1/executor.conf
chmod o+w "$conf"
try mainstay-exec run --config "$conf"
says 'executor.conf that others can write: exit 2' 2 'others can write this'
chmod o-w "$conf"
chmod g+w "${conf%/*}/trust"
try mainstay-exec run --config "$conf"
says 'a trust file that others can write: exit 2' 2 '/trust: others can write this'
chmod g-w "${conf%/*}/trust"
chmod g+w "$root"
try mainstay-exec run --config "$conf"
says 'a package root that others can write: exit 2' 2 '/root: others can write this'
chmod g-w "$root"
try mainstay-exec run --config "$conf"
says 'a second executor on one journal: exit 1' 1 'another executor\?.*held by another process'

# --- and at the end ---
ok 'the intruder never got a link' eval '! grep -q link.connected "$fleet/run/intruder.log"'
ok 'the removed host never got one again' links web-us-1 1
is 'the first coordinator goes on' "$first_coordinator" "$(child_of coordinator)"
is 'nothing ended but what the test ended' 'web-eu-2-agent web-us-1-agent' \
  "$(sed -n 's/^launcher: \(.*\) ended with [1-9].*/\1/p' "$fleet"/run/*.log | sort | xargs)"
soon 20 'both hosts are live' all_are_known
end_claims
