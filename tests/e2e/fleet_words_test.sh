#!/bin/bash
# What operators type at a real fleet: documents that are wrong, plans that are not agreed to, operators
# who may not, and the tasks that only read.
#   fleet_words_test.sh PROGRAMS
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1
tools=$(dirname "$(readlink -f "$0")")
make_fleet

# A host that is down: its agent is frozen, so that it can neither answer nor say goodbye. That takes
# until it counts as silent; everything else goes on meanwhile, on the hosts of region eu.
frozen=$(child_of web-us-1-agent)
kill -STOP "$frozen"
(run run --targets 'region = us' --within 2s -- /bin/cat /etc/hostname; echo "$code $said") >"$fleet/logs/down.txt" 2>&1 &
down=$!
patch='[{patch: {packages: security}}]'

# --- documents that are wrong: told where, before anything is signed ---
wrong() { # TEXT PATTERN NAME-AND-LINES...
  plan_file "${@:3}"
  run plan "$3.yaml"
  says "$1: exit 2, and where" 2 "^mainstay: $3\\.yaml:$2"
}
wrong 'an unknown key' '5:1: unknown key `nonsense`' unknown all "$patch" 'nonsense: 1'
wrong 'a key given twice' '5:1: `name` is given twice' twice all "$patch" 'name: other'
wrong 'a word where a number belongs' '5:22: expected a number, found `many`' type all "$patch" 'order: {concurrency: many}'
wrong 'a selector with a typo' '3:[0-9]+: in the selector: ' typo 'role ~ web' "$patch"
wrong 'a budget that allows nobody' '5:38: `unavailable: 0` can never be met' never all "$patch" \
  'budget: [{per: cluster, unavailable: 0}]'
wrong 'a step that comes later' '4:9: step `vacuum` is not yet supported' later all '[{vacuum: {}}]'
wrong 'a selector that matches nothing' '3:10: the selector matches no host' nobody 'role = mail' "$patch"
wrong 'a budget that this fleet can never meet' '5:10: budget 1 .* can never be met: cluster=web-1 has 2 hosts' \
  few all "$patch" 'budget: [{per: cluster, min_healthy: 3}]'
run plan none.yaml
says 'a file that is not there: exit 2' 2 'none.yaml: No such file'
for each in mainstay-exec mainstay-apt mainstay-task; do
  try "$each" --help
  says "$each says who starts it, and its exits" 0 '^(A service manager|The agent|mainstay-exec) starts it(.|$)'
  ok 'and what they mean' grep -q '^exit: 0 ' <<<"$said"
done
run pluck
says 'an unknown command: exit 2' 2 'unknown command `pluck`'
run stop
says 'a bare stop: exit 2, and how it is meant' 2 'mainstay stop --fleet --reason'

# --- plans that are not agreed to ---
plan_file good 'region = eu' "$patch"
run apply good.yaml --expect-hosts 7
says 'another number of hosts than expected: exit 3, nothing signed' 3 'has 2 hosts, not the 7 expected: nothing was signed'
ok 'interrupted at the question: exit 130, and what was not done' python3 -B "$tools/typed.py" \
  'Type the number of hosts' SIGINT 130 'mainstay: nothing was signed' mainstay apply "$fleet/good.yaml"
ok 'the end of input answers nothing: exit 4, and the line is ended' python3 -B "$tools/typed.py" \
  'Type the number of hosts' $'\x04' 4 '\(2\): \r\nmainstay: ' mainstay apply "$fleet/good.yaml"
ok 'another number typed than asked for: exit 3, nothing signed' python3 -B "$tools/typed.py" \
  'Type the number of hosts' $'3\n' 3 'that is not 2: nothing was signed' mainstay apply "$fleet/good.yaml"
run apply good.yaml
says 'nobody there to answer: exit 4, and what to type' 4 'mainstay approve P-[0-9a-f]+ --start --expect-hosts 2'
run start good
says 'a plan that nobody signed: exit 4' 4 'signature'

# --- operators who may not ---
ssh-keygen -q -t ed25519 -N '' -C ben@demo -f "$fleet/operator/ben"
ssh-add -q "$fleet/operator/ben" 2>/dev/null
conf_for() { # NAME LINK-KEY-FILE SSH-KEY
  sed "s,^link_key_file:.*,link_key_file: $fleet/operator/$2,; s,^operator:.*,operator: $1,
    s,^signer:.*,signer: agent $(cut -d' ' -f1,2 "$fleet/operator/$3.pub")," "$MAINSTAY_CONFIG" >"$fleet/operator/$1.conf"
}
ben_link=$(mainstay operator key --file "$fleet/operator/ben.link")
mainstay operator key --file "$fleet/operator/stranger.link" >/dev/null
conf_for ben ben.link ben
conf_for stranger stranger.link id_ed25519
run operator add ben --key operator/ben.pub --link-key "$ben_link" --role viewer
says 'an operator is added' 0 'ben is viewer in roster 2'
run host list --config operator/ben.conf
says 'a viewer may look' 0 '3 hosts'
run approve good --expect-hosts 2 --start --config operator/ben.conf
says 'a viewer may not sign a plan: exit 3' 3 'your role \(viewer\) does not allow this'
run stop --fleet --reason mine --config operator/ben.conf
says 'a viewer may not stop the fleet: exit 3' 3 'your role \(viewer\)'
run operator add ben --key operator/ben.pub --link-key "$ben_link" --role operator --scope 'region = us'
says 'a name that is taken: exit 2, and how it is meant' 2 'ben is an operator already; --replace'
run operator add ben --key operator/ben.pub --link-key "$ben_link" --role operator --scope 'region = us' --replace
says 'the same with another role and a scope' 0 'ben is operator in roster 3'
run approve good --expect-hosts 2 --start --config operator/ben.conf
says 'a signature for hosts outside of its scope counts for nothing: exit 3' 3 'counts for no host of the plan: the scope of'
run watch good --once
says 'no rollout came of all that: exit 2' 2 'no such rollout'
run status --config operator/stranger.conf
says 'an unknown link key: exit 6, the centre does not answer' 6 'are you in its roster, not expired'
ok 'who waits for the centre is told so' python3 -B "$tools/typed.py" 'waiting for the centre at tcp://' '' 6 \
  'are you in its roster' mainstay status --config "$fleet/operator/stranger.conf"
run operator add eve --key operator/ben.pub --link-key "$ben_link" --role viewer --valid 99999d
says 'an operator for ever: exit 2, and how long' 2 '--valid: expected 1s to 3650d'

# --- words that nobody has ---
run host list --where 'host in (web-eu-1, web-eu-9)'
says 'a host that nobody knows is named' 0 'warning: no host is named web-eu-9; did you mean `web-eu-1`'
run host list --where 'rol = web'
says 'a label that nobody has, and the nearest' 0 'warning: no host has the label `rol`.*did you mean `role`'
plan_file names 'host in (web-eu-1, web-eu-9)' "$patch"
run plan names.yaml
says 'a plan warns of them, too' 0 'warning: no host is named web-eu-9'
run host park web-eu-1 --until 1h --reason '   '
says 'a reason of nothing but blanks: exit 2' 2 '--reason is empty'
run token create web-new --labels region=eu -f /proc/new.token
says 'a file that cannot be written is named: exit 2' 2 '^mainstay: /proc/new.token: No such file'

# --- tasks that only read ---
run run --targets 'region = eu' -- /bin/cat /etc/hostname
says 'run: equal answers are folded' 0 '^2 hosts: web-eu-1, web-eu-2'
is 'and shown once' 1 "$(grep -c "^ *$(cat /etc/hostname)\$" <<<"$said")"
run run --targets 'zone = eu-a' -- ls /etc/hostname
says 'run: a program by its name' 0 '/etc/hostname'
run run --targets 'zone = eu-a' -- /usr/bin/id -u
says 'run: as a throw-away user' 0 '^ *[12][0-9]{9}$'
run run --targets 'region = eu' -- /usr/bin/touch "$fleet/hosts/written"
says 'run: a write fails, and the host is told: exit 1' 1 '2 hosts: .*failed|Read-only file system'
ok 'and nothing was written' test ! -e "$fleet/hosts/written"
run run --targets 'region = mars' -- /bin/true
says 'run: a selector that matches nothing: exit 2' 2 'matches no host'
plan_file look 'region = eu' '[{check: [/bin/test, -d, /etc]}, {run: {argv: [/bin/echo, hello], within: 20s}}]'
run apply look.yaml --expect-hosts 2
says 'a plan of check and run' 0 'total 2 = 2 succeeded'
run logs web-eu-2
says 'its output is fetched from the host' 0 'hello'
plan_file asked 'region = eu' '[{check: [/bin/true]}]'
ok 'the number typed on a terminal: signed, started, watched to its end' python3 -B "$tools/typed.py" \
  'Type the number of hosts' $'2\n' 0 'total 2 = 2 succeeded' mainstay apply "$fleet/asked.yaml"
plan_file piped 'region = eu' '[{check: [/bin/true]}]'
said=$({ mainstay apply "$fleet/piped.yaml" --expect-hosts 2 | head -1 >/dev/null; } 2>&1)
ok 'a reader that leaves early: the rollout is named all the same' \
  grep -Eq '^mainstay: R-[0-9]+ is started and goes on: mainstay watch R-' <<<"$said"
plan_file fails 'region = eu' '[{check: [/bin/test, -d, /nowhere]}, {run: [/usr/bin/touch, /tmp/after-a-failed-check]}]' \
  'advance: {failures: 100%}'
run apply fails.yaml --expect-hosts 2
says 'a check that fails: exit 1' 1 'total 2 = 2 failed'
is 'and the step after it was never dispatched' '0 0' "$(for each in web-eu-1 web-eu-2; do rollout fails "targets.$each.attempts.0.step"; done | xargs)"

# --- the host that was down all the time ---
wait "$down"
run logs web-us-1
says 'its output is not waited for: exit 6' 6 'web-us-1 is silent since 20.* UTC: its output lies with it'
kill -CONT "$frozen"
read -r -d '' code said <"$fleet/logs/down.txt"
says 'a host that is down counts as unreachable: exit 1' 1 'total 1 = 1 unreachable'
soon 20 'and is live again when it is back' all_are_known
end_claims
