#!/bin/bash
# Rollout after rollout over 24 hosts with real dpkg, while processes of every kind are killed and
# stopped, at random and at every arrow of an attempt. An operator retries what failed, and no more;
# afterwards dpkg, attempts, ledger and audit chain must agree.
#   fleet_kills_test.sh PROGRAMS        MAINSTAY_STRIKES (500) and MAINSTAY_STRIKE_SEED choose
set -uo pipefail
all=()
for region in ap eu us; do for number in 1 2 3 4 5 6 7 8; do all+=("web-$region-$number"); done; done
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" "${all[@]}"
tools=$(dirname "$(readlink -f "$0")")
labels_of() { # web-eu-2: region=eu zone=eu-2 role=web cluster=web-2
  local region=${1#web-} number=${1##*-}
  region=${region%-*}
  echo "region=$region" "zone=$region-$number" role=web "cluster=web-$number"
}
strikes=${MAINSTAY_STRIKES:-500} seed=${MAINSTAY_STRIKE_SEED:-$RANDOM}
make_fleet

count_postinsts 'case $1 in *webd.postinst) busybox sleep 0.3 ;; esac'

season=$fleet/run/open_season
python3 -B "$tools/strikes.py" "$fleet" "$strikes" "$seed" >"$fleet/logs/strikes.txt" 2>&1 </dev/null &
striker=$!
is_struck() { ! kill -0 "$striker" 2>/dev/null; }

# patiently WORD...: the centre may be dead this very moment.
patiently() {
  local tries=0
  until run "$@"; [[ $code -ne 6 ]]; do
    ((++tries < 60)) || fail "the centre does not come back: $said"
    sleep 0.5
  done
}
all_are_live() {
  mainstay host list -o json | python3 -B -c '
import json, sys
sys.exit(not all(h["state"] == "live" for h in json.load(sys.stdin)["hosts"]))'
}
bad_ends() { # ROLLOUT: hosts whose last attempt is over and was no success
  mainstay watch "$1" --once -o json 2>/dev/null | python3 -B -c '
import json, sys
try: rollout = json.load(sys.stdin)
except ValueError: sys.exit()
for t in rollout["targets"]:
    if t["state"] not in ("succeeded", "waiting", "working", "not-started"): print(t["host"])'
}
# settle ROLLOUT: retries until every host has succeeded; nobody repairs a dpkg that was killed by hand.
settle() {
  local until=$((SECONDS + 240)) each
  until equals "${#hosts[@]}" rollout "$1" totals.succeeded; do
    if ((SECONDS > until)); then
      (mainstay watch "$1" --once; mainstay status) 2>&1 | sed 's/^/#   /'
      fail "$1 has not ended"
    fi
    for each in $(bad_ends "$1"); do run retry "$1" "$each"; done
    is_struck && rm -f "$season"
    sleep 0.5
  done
}

rounds=0 names=()
until is_struck; do
  rounds=$((rounds + 1))
  ((rounds <= 60)) || fail "the strikes do not come to an end"
  "$here/fleet/make-repository" "$fleet/repository" --publish security webd "3.$rounds-1" 'libtls3, webd-common (= 2.1-1+deb12u1)'
  wait_for 60 'every host to be live again' all_are_live
  plan_file "round-$rounds" all '[{patch: {packages: security, within: 1m}}]' \
    'order: {regions_at_once: 3, concurrency: 12}' 'budget: [{per: cluster, unavailable: 1}]' 'advance: {failures: 100%}'
  patiently plan "round-$rounds.yaml"
  touch "$season"
  patiently approve "round-$rounds" --expect-hosts "${#hosts[@]}"
  [[ $code -eq 0 ]] || fail "round $rounds: $said"
  patiently start "round-$rounds"
  [[ $code -eq 0 ]] || fail "round $rounds: $said"
  names+=("R-$rounds")
  settle "R-$rounds"
  rm -f "$season"
done
wait "$striker"
covered=$?
cat "$fleet/logs/strikes.txt"
# The last moment may strike several at once.
ok "$strikes strikes in $rounds rollouts, every host succeeded in each at last" \
  test "$(sed -n 's/^# *\([0-9]*\) strikes.*/\1/p' "$fleet/logs/strikes.txt")" -ge "$strikes"
verdict "$covered" 'every kind of process was killed and was stopped, every arrow of an attempt was struck' \
  "$(tail -n 1 "$fleet/logs/strikes.txt")"

wait_for 60 'every host to be live again' all_are_live
# copy_stores: of one moment; nobody writes meanwhile.
copy_stores() {
  local each pids=()
  mkdir -p "$fleet/copies"
  mapfile -t pids < <(for each in coordinator "${hosts[@]/%/-executor}"; do child_of "$each"; done)
  kill -STOP "${pids[@]}"
  cp "$fleet/coordinator/store/truth.mdb" "$fleet/copies/coordinator.mdb"
  for each in "${hosts[@]}"; do cp "$fleet/hosts/$each/executor/journal/truth.mdb" "$fleet/copies/$each.mdb"; done
  kill -CONT "${pids[@]}"
}
gather_facts() {
  mainstay audit show -o json >"$fleet/logs/audit.json"
  for each in "${names[@]}"; do mainstay watch "$each" --once -o json; done |
    python3 -B -c '
import json, sys
text, at, all_of_them = sys.stdin.read(), 0, []
while text[at:].strip():
    value, used = json.JSONDecoder().raw_decode(text[at:].lstrip())
    at += len(text[at:]) - len(text[at:].lstrip()) + used
    all_of_them.append(value)
json.dump(all_of_them, sys.stdout)' >"$fleet/logs/rollouts.json"
  copy_stores
  python3 -B "$tools/facts.py" "$fleet" "$programs/../tests/stored_attempts" >"$fleet/logs/facts.json" || fail 'no facts'
}
agree() { python3 -B "$tools/agreement.py" "3.$rounds-1" "$@" <"$fleet/logs/facts.json" 2>&1; }
# The last acknowledgements may still be on their way.
tries=0
until gather_facts; agree >/dev/null || ((++tries >= 5)); do :; done
is 'dpkg, attempts, journals, rollouts and audit chain agree, attempt by attempt' '' "$(agree)"
found=$(agree --doctored)
verdict $? 'the comparison finds every kind of fault that was put in' "$found"
is 'no slot is booked' '[]' "$(mainstay ledger -o json | field slots)"
run audit verify
says 'the audit chain is whole' 0 "hosts saw the same chain"
end_claims
