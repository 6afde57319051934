#!/bin/bash
# Enrolment goes on whatever is killed while a host is at it: the gate for enrolment, the gate for hosts,
# the coordinator, the host's executor, the enrolling process itself. Each token is used once, each host
# is known once, under the keys that it has.
#   fleet_enrol_test.sh PROGRAMS        MAINSTAY_STRIKE_SEED chooses the moments
set -uo pipefail
all=()
for number in {1..20}; do all+=("web-eu-$number"); done
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" "${all[@]}"
seed=${MAINSTAY_STRIKE_SEED:-$RANDOM}
RANDOM=$seed
labels_of() { echo region=eu zone=eu-a role=web cluster=web; }

make_folders
export PATH=$fleet/bin:$PATH MAINSTAY_CONFIG=$fleet/operator/client.conf
start_ssh_agent
read -r -a ports <<<"$(free_ports 3)"
start_centre >"$fleet/logs/centre.txt"

# enrol HOST: as an operator would, who runs it again when it was killed
enrol() {
  until as_agent "$uid" "$fleet/bin/mainstay-agent" enrol --config "$fleet/hosts/$1/agent.conf" \
    --token "$fleet/hosts/$1/agent/token" --wait 60; do
    [[ $? -eq 137 ]] || return 1
  done
}
# strike_at KIND HOST: after a moment; writes down whom it met
strike_at() {
  local pid=
  sleep "0.$(printf '%03d' $((RANDOM % 250)))"
  case $1 in
    enrolment) pid=$(gate_pid enrolment) ;;
    gate) pid=$(gate_pid) ;;
    coordinator) pid=$(child_of coordinator) ;;
    executor) pid=$(child_of "$2-executor") ;;
    agent) pid=$(pgrep -f "^$fleet/bin/mainstay-agent enrol .*/$2/agent/token") ;;
  esac
  if [[ -n "$pid" ]] && kill -KILL $pid 2>/dev/null; then echo "$1" >>"$fleet/logs/struck"; fi
}

kinds=(enrolment coordinator agent executor gate)
uid=$agent_uid turn=0
for each in "${hosts[@]}"; do
  mkdir -p "$fleet/hosts/$each/root"
  host_files "$each" "$uid"
  keep_running "$each-executor" "$fleet/bin/mainstay-exec" run --config "$fleet/hosts/$each/executor.conf"
  until run token create "$each" --labels "$(labels_of | tr ' ' ,)" --file "operator/$each.token"; [[ $code -ne 6 ]]; do
    sleep 0.2
  done
  [[ $code -eq 0 ]] || fail "no token for $each: $said"
  install -m 600 -o "$uid" -g "$uid" "$fleet/operator/$each.token" "$fleet/hosts/$each/agent/token"
  enrol "$each" >"$fleet/logs/enrol-$each.txt" 2>&1 </dev/null &
  enrolling=$!
  strike_at "${kinds[turn++ % ${#kinds[@]}]}" "$each"
  wait "$enrolling" || fail "$each could not enrol (seed $seed): $(cat "$fleet/logs/enrol-$each.txt")"
  keep_running "$each-agent" setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs \
    "$fleet/bin/mainstay-agent" run --config "$fleet/hosts/$each/agent.conf"
  uid=$((uid + 1))
done

struck() { sort "$fleet/logs/struck" | uniq -c | awk '{print $2, $1}' | tr '\n' ' '; }
echo "# seed $seed: struck $(struck)"
for each in enrolment coordinator executor gate; do
  ok "the $each was killed while hosts enrolled" grep -qx "$each" "$fleet/logs/struck"
done
hosts_live() {
  mainstay host list -o json | python3 -B -c '
import json, sys
print(sum(h["state"] == "live" for h in json.load(sys.stdin)["hosts"]))'
}
soon 60 'every host is live in the end' equals "${#hosts[@]}" hosts_live
is 'and known once' "${#hosts[@]}" "$(mainstay host list -o json | field hosts | python3 -B -c '
import json, sys
print(len({h["host"] for h in json.load(sys.stdin)}))')"
run audit verify
says 'the audit chain is whole' 0 'chain'
run audit show -o json
is 'each host was enrolled once' "${#hosts[@]} 1" "$(python3 -B -c '
import collections, json, sys
counts = collections.Counter(r["text"] for r in json.load(sys.stdin)["records"] if r["text"].startswith("host enrolled "))
print(len(counts), max(counts.values()))' <<<"$said")"
run run --targets all -- /usr/bin/id -u
says 'and each answers to a task' 0 "${#hosts[@]}"
end_claims
