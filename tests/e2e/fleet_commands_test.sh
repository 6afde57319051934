#!/bin/bash
# The commands that no other test types at a real fleet: hosts parked, labelled and looked at again, the
# ledger, a rollout that waits for a person, the live screen, and a centre whose operator has a key file.
#   fleet_commands_test.sh PROGRAMS
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1
tools=$(dirname "$(readlink -f "$0")")
make_fleet
patch='[{patch: {packages: security}}]'

# --- hosts ---
run host park web-us-1 --until 1h --reason 'disk change'
says 'a host is parked' 0 'web-us-1 is parked'
run host list --where parked
says 'and listed as such' 0 'web-us-1 +parked'
run run --targets 'role = web' -o json -- /bin/echo hello
says 'run: a parked host is left out, on purpose: exit 0' 0 '"output": "hello\\n"'
is 'and named, in JSON too' 'web-us-1 parked: disk change' \
  "$(field out.0.host <<<"$said") $(field out.0.reason <<<"$said")"
run host park web-us-1 --until now --reason 'done early'
says 'it is back' 0 'web-us-1 is back in service|web-us-1 is unparked|web-us-1'
is 'and live' live "$(host web-us-1 state)"
run host label web-us-1 env=prod
says 'a label is certified' 0 'web-us-1'
run host list --where 'env = prod'
says 'and found by a selector' 0 '1 host of 3 match'
run host label web-us-1 env=
run host list --where 'exists env'
says 'an empty value removes it' 0 '0 hosts of 3 match'
run host recheck web-us-1
says 'a host is asked to look again' 0 'web-us-1 is asked to look again'

# --- tokens and operators ---
run token list
says 'tokens that were used' 0 'web-eu-1 +used'
run token create web-new --labels region=eu,zone=eu-a,role=web,cluster=web-1 -f operator/new.token
is 'a token is open' open "$(mainstay token list -o json | field tokens.2.state)"
run token remove web-new
says 'a token is withdrawn' 0 'the token of web-new is void'
is 'and listed no more' 3 "$(mainstay token list -o json | python3 -B -c 'import json, sys; print(len(json.load(sys.stdin)["tokens"]))')"
run token remove web-new
says 'once' 2 'no token of web-new is open'
ok 'and the centre says so' eval 'mainstay audit show | grep -q "token voided host=web-new"'
link=$(mainstay operator key --file "$fleet/operator/ben.link")
ssh-keygen -q -t ed25519 -N '' -C ben@demo -f "$fleet/operator/ben"
run operator add ben --key operator/ben.pub --link-key "$link" --role viewer --scope ''
says 'an empty scope is refused: exit 2' 2 '--scope is empty'
run operator add ben --key operator/ben.pub --link-key "$link" --role viewer
run operator remove ben
says 'an operator is removed' 0 'ben is no more in roster 3'
run operator list
ok 'and no longer listed' eval '! grep -q ^ben <<<"$said"'

# --- a rollout that waits for a person ---
touch "$(root_of web-eu-1)/etc/webd/broken"
plan_file stuck 'region = eu' "$patch" 'budget: [{per: role, unavailable: 1}]' 'advance: {failures: 100%}' 'valid: 36h'
run plan stuck.yaml
says 'a plan shows its steps' 0 '^STEPS   patch: security packages'
run plan list
says 'it is listed' 0 'stuck +frozen +2 +0 of 1'
run plan show stuck
says 'and shown, with its end' 0 'nothing of it starts after'
run plan show stuck -o markdown
says 'as a page for a change record' 0 '^\| Hosts \| 2 match: 2 in, 0 out \|$'
run plan show stuck -o yaml
says 'as a document it keeps how long it is valid' 0 '^valid: 129600s$'
run status --check
says 'nothing needs a person: exit 0' 0 'NEEDS A PERSON +nothing'
run approve stuck --start --expect-hosts 2 -o json
says 'it is started, and the rollout named in a field' 0 '"rollout": "R-[0-9]+"'
wait_for 60 'web-eu-1 to fail' equals failed rollout stuck targets.web-eu-1.state
run pause stuck --reason 'to look at it'
for leave in 'q 0' 'SIGINT 130'; do
  ok "watch draws its screen, leaves by ${leave% *}, and gives the terminal back" \
    python3 -B "$tools/live_screen.py" $leave mainstay watch stuck
done
ok 'c makes it slower, not faster than was signed' python3 -B "$tools/live_screen.py" \
  --press c 'Hosts at once, 1 to 10 [10] ' --press $'11\n' '10 at once were signed' \
  --press c '[10] ' --press $'1\n' '1 at once of 10 signed' q 0 mainstay watch stuck
is 'one at once' 1 "$(rollout stuck concurrency)"
run resume stuck
run status --check
says 'a host failed and a rollout waits: exit 5' 5 'web-eu-1 failed in R-[0-9]+, slot booked'
need=$(grep -Eo '^ *N-[0-9]+' <<<"$said" | head -1 | tr -d ' ')
run explain "$need"
says 'a need is explained by its number' 0 "^$need "
run explain web-eu-2
says 'a host that waits names who is in its way' 0 'web-eu-1'
run ledger
says 'the ledger names who is out' 0 'web-eu-1 +R-[0-9]+'
run skip stuck web-eu-2 --reason 'being rebuilt'
says 'a host is left out of a rollout' 0 'web-eu-2'
soon 20 'which then is over' equals finished rollout stuck phase
run ledger release web-eu-1 --reason 'accepted: 1 of 3'
says 'a slot is given back without proof' 0 'slot of web-eu-1'
is 'and booked no more' '[]' "$(mainstay ledger -o json | field slots)"
run audit verify -o json
says 'the chain holds, its length in a field' 0 '"records": [1-9]'
run audit show -o json
is 'and shows all its records' "$(field head.number <<<"$said")" \
  "$(python3 -B -c 'import json, sys; print(len(json.load(sys.stdin)["records"]))' <<<"$said")"

# --- a second centre, whose operator has a key file with a passphrase ---
mkdir "$fleet/other"
for each in right wrong; do (umask 077; echo "a $each passphrase" >"$fleet/other/$each"); done
read -r -a ports <<<"$(free_ports 3)"
export MAINSTAY_CONFIG=$fleet/other/client.conf MAINSTAY_PASSPHRASE_FILE=$fleet/other/right
run init --directory "$fleet/other/centre" --fleet other --operator ana --key-file "$fleet/other/ana.pem" \
  --listen "tcp://127.0.0.1:${ports[0]}" --gate "tcp://127.0.0.1:${ports[1]}" \
  --enrolment "tcp://127.0.0.1:${ports[2]}" --gate-program "$fleet/bin/mainstay-gate" \
  --recovery-file "$fleet/other/recovery.key"
says 'a fleet is made with a key file' 0 ''
ok 'which is encrypted' grep -q 'ENCRYPTED PRIVATE KEY' "$fleet/other/ana.pem"
keep_running other-centre "$fleet/bin/mainstay-coordinator" --config "$fleet/other/centre/coordinator.conf"
wait_for 20 'the second centre to answer' mainstay status
create() { run token create "$1" --labels region=eu,zone=eu-a,role=web,cluster=web-1 -f "$fleet/other/$1.token"; }
create first
says 'a change signed with the right passphrase' 0 'token for first written'
MAINSTAY_PASSPHRASE_FILE=$fleet/other/wrong
create second
says 'with a wrong one: refused' '[23]' 'passphrase'
unset MAINSTAY_PASSPHRASE_FILE
create second
says 'with none: exit 2, and what to set' 2 'a passphrase is needed: set MAINSTAY_PASSPHRASE_FILE'
plan_file unsigned all "$patch"
run plan unsigned.yaml
says 'which is not blamed on the plan' 2 '^mainstay: a passphrase is needed'
is 'only the first came of that' 'first' "$(mainstay token list -o json | field tokens.0.host)"
end_claims
