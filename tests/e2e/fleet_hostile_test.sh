#!/bin/bash
# Who has stolen keys, or lies: over the real sockets of a real fleet. A coordinator with stolen keys,
# replays, wrong clocks, lying agents, a cloned host. Nothing starts that was not signed, what was refused
# is counted, everybody else goes on, nothing grows, nothing dies but what the test itself restarts.
#   fleet_hostile_test.sh PROGRAMS
set -uo pipefail
. "$(dirname "$(readlink -f "$0")")/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/hostile_lib.sh"
make_fleet
count_postinsts ''
open_books
open_page gate
webd_of() { dpkg-query --admindir "$(root_of "$1")/var/lib/dpkg" -W -f '${Version}' webd; }

# --- a coordinator with stolen keys, at the executor's own socket ---
tap web-eu-1 --withhold 1
tap web-us-1 --withhold 1
plan_file bent 'cluster = web-1' '[{check: [/bin/true]}, {patch: {packages: security, within: 2m}}]' \
  'order: {by: [region], regions_at_once: 2}' 'advance: {failures: 100%}'
run apply bent.yaml --expect-hosts 2 --no-watch
says 'a plan is signed and started; its dispatches are kept back' 0 'R-1 started'
for each in web-eu-1 web-us-1; do wait_for 30 "a dispatch to $each" newest "$each" dispatch; done
loot() { # HOST: what the thief holds
  stolen=(--key "$fleet/coordinator/keys/dispatch.key" --dispatch "$fleet/hosts/$1/first.dispatch" --beacon "$(newest "$1" beacon)")
}
for each in web-eu-1 web-us-1; do cp "$(newest "$each" dispatch)" "$fleet/hosts/$each/first.dispatch"; done
before=$(all_starts)
loot web-eu-1
at_executor web-eu-1 centre "${stolen[@]}" --other "$(newest web-us-1 dispatch)" --config "$fleet/hosts/web-eu-1/agent.conf"
answers=$said
answered() { # NAME PATTERN
  local found
  found=$(sed -n "s/^$1: //p" <<<"$answers")
  ok "stolen keys, $1: $2" grep -Eq "^$2" <<<"$found"
}
answered 'replanned, signed by the centre' 'refused: not signed by a key that counts'
answered "replanned, under the operator's signature" 'refused: not signed by a key that counts'
answered 'another document that an operator signed' 'refused: signed as another kind of document'
answered 'the same, called a plan' 'refused: not signed by a key that counts'
answered 'widened by a package' 'refused: the leaf is not proven in the head'
answered 'for another host' 'refused: for another host'
answered "another host's leaf" 'refused: the leaf is of another host'
answered "another host's leaf and key, under this name" 'refused: the leaf names another record key'
answered "another host's place in the tree" 'refused: the leaf is not proven in the head'
answered "another host's proof" 'refused: the leaf is not proven in the head'
answered 'the check left out' 'refused: the step before it has not succeeded'
answered 'a step that is not there' 'refused: the plan has no such step'
answered 'attempt number 0' 'refused: attempts count from 1'
answered "under another plan's name" 'refused: the head is of another plan'
answered 'no permit' 'refused: a disruptive step needs a permit'
answered 'a permit signed by nobody' 'refused: not signed by a key that counts'
answered 'a permit of another attempt' 'refused: the permit is for another attempt'
answered 'a permit outside its batch' 'refused: the permit is not in its batch'
answered 'a permit of an older term' "refused: the permit's term is over"
answered 'a permit of a term far ahead' "refused: the permit's term is too far ahead"
answered 'a permit of another boot' 'refused: the permit is for another boot'
answered "a permit that ran out on the host's clock" 'refused: the permit has run out'
answered 'a permit for an hour' 'refused: the permit would be valid for too long'
answered 'a batch that expired' "refused: the permit's batch has expired"
answered "the centre's clock an hour ahead" 'refused: the clocks of this host and of the coordinator differ'
answered "the centre's clock an hour behind" 'refused: the clocks of this host and of the coordinator differ'
answered 'a statement kept back' 'refused: the control chain of this host is not'
answered 'a roster kept back' 'refused: the roster of this host is not the newest'
answered 'a beacon of a term far ahead' 'refused: the roster of this host is not the newest' # the one before counts
answered 'a beacon that expired' 'refused: the roster of this host is not the newest'
for each in relabelled 'bound to another name' 'a STOP lifted' 'a roster of its own'; do
  answered "$each" 'labels 1 statements 0 roster 1$'
done
answered 'and still, for another host' 'refused: for another host'
is 'stolen keys: no shim was launched, no attempt kept' "$before" "$(all_starts)"
ok 'each refused dispatch is a line of the log' \
  test "$(grep -c dispatch.rejected "$fleet/run/web-eu-1-executor.log")" -ge "$(grep -c ': refused' <<<"$answers")"
is 'and each forged document, too' 'beacon control labels' \
  "$(sed -n 's/.*document.refused kind=\([a-z]*\).*/\1/p' "$fleet/run/web-eu-1-executor.log" | sort -u | xargs)"

# What operators did sign the thief may have done: once, in its order, and not against their word.
permit() { loot web-eu-1; at_executor web-eu-1 permit "${stolen[@]}" "$@"; } # [--step N] [--number N] [--times N]
permits() { permit "${@:2}" && ! grep -Evq "^permit: $1" <<<"$said"; } # PATTERN WORD...: all answers
run stop --fleet --reason 'INC-2291'
says 'the operator says STOP' 0 'STOP: nothing new starts'
wait_for 20 'the STOP to pass the tap' newest web-eu-1 control
permit
says 'stolen keys, under STOP: refused' 0 'permit: refused: STOP is in force'
run stop --lift --reason 'over'
says 'the operator lifts it' 0 'lifted'
soon 30 'stolen keys, what was signed, first step: done' permits 'record: succeeded' --step 0
soon 60 'and the second after it' permits 'record: succeeded' --step 1
ok 'both again, with fresh permits: answered by their records' permits 'record: succeeded' --step 0 --times 5
ok 'so is the patch' permits 'record: succeeded' --step 1 --times 5
is 'one launch a step' '2 2 1' "$(starts web-eu-1) $(configured web-eu-1)"
permit --step 1 --number 2
soon 60 'the patch once more, under a new number: that was signed, and finds nothing to do' \
  permits 'record: (succeeded|refused)' --step 1 --number 2
is 'webd was configured once' '2.1-1+deb12u1 1' "$(webd_of web-eu-1) $(configured web-eu-1)"
run abort R-1 --reason 'seen enough'
says 'the rollout is aborted' 0 'R-1 aborted'
soon 20 'stolen keys: another host is live, and answers' is_unharmed web-eu-2

# --- replays of what was genuine once; web-eu-2 is asked to patch, and its dispatch kept back ---
plan_file kept 'host = web-eu-2' '[{patch: {packages: security, within: 2m}}]'
tap web-eu-2 --withhold 1
read -r launched kept <<<"$(starts web-eu-2)"
run apply kept.yaml --expect-hosts 1 --no-watch
says 'a patch is dispatched and kept back' 0 'R-[0-9]+ started'
rollout_now=$(grep -Eo 'R-[0-9]+ started' <<<"$said")
rollout_now=${rollout_now% *}
is_for_a_patch() { local file; file=$(newest web-eu-2 dispatch) && [[ $(told "$file" term) ]]; }
wait_for 30 'its dispatch' is_for_a_patch
old=$fleet/logs/old.dispatch
cp "$(newest web-eu-2 dispatch)" "$old"
before=$(all_starts)
at_executor web-eu-1 offer --file "$old"
says 'replayed to another host: refused' 0 'answer: refused: for another host'
# Another boot, as far as the executor can see.
echo 11111111-2222-3333-4444-555555555555 >"$fleet/run/other_boot"
end_kept web-eu-2-executor
keep_running web-eu-2-executor unshare --mount bash -c "mount --bind '$fleet/run/other_boot' /proc/sys/kernel/random/boot_id &&
  exec '$fleet/bin/mainstay-exec' run --config '$fleet/hosts/web-eu-2/executor.conf'"
offers() { at_executor web-eu-2 offer --file "$2" && grep -Eq "$1" <<<"$said"; } # PATTERN FILE
soon 20 'replayed after a reboot: refused' offers 'answer: refused: the permit is for another boot' "$old"
end_kept web-eu-2-executor
keep_running web-eu-2-executor "$fleet/bin/mainstay-exec" run --config "$fleet/hosts/web-eu-2/executor.conf"
wait_for 15 'the executor to be back' child_of web-eu-2-executor
open_page web-eu-2-executor
term=$(told "$old" term)
close_page coordinator
strike_program coordinator 'the coordinator'
open_page coordinator
later_term() { local file; file=$(newest web-eu-2 "$1") && (($(told "$file" term) > term)); }
wait_for 40 'a beacon of a later term' later_term beacon
at_executor web-eu-2 offer --file "$old"
says "replayed from an older term: refused" 0 "answer: refused: the permit's term is over"
is 'replays: nothing was launched anywhere' "$before" "$(all_starts)"
wait_for 60 'a dispatch of the later term' later_term dispatch
new=$(newest web-eu-2 dispatch)
at_executor web-eu-2 offer --file "$new" --times 5 --connections 3
says 'that one, in time, on the right host, is obeyed' 0 'answer: (open|record: succeeded)'
soon 60 'and ends well' offers 'record: succeeded' "$new"
at_executor web-eu-2 offer --file "$new" --times 5 --connections 3
is 'said again on the same connection and on new ones: its record' 15 "$(grep -c '^answer: record: succeeded' <<<"$said")"
restart web-eu-2-executor
soon 20 'and after a restart of the executor' offers 'record: succeeded' "$new"
is 'one launch, one attempt, webd configured once' "$((launched + 1)) $((kept + 1)) 1" "$(starts web-eu-2) $(configured web-eu-2)"
soon 60 'the rollout ends with its success' equals succeeded state_of "$rollout_now" web-eu-2

# --- an agent that lies, with its executor's key besides; web-us-1 has an attempt open since R-1 ---
end_kept web-eu-1-agent
close_page web-eu-1-executor # which ends itself when nobody has spoken to it for a minute
tap web-eu-2 # nothing is kept back any more
audit() { mainstay audit show | grep -c "$1"; }
before="$(all_starts) $(rollout R-1 targets.web-us-1.state) $(rollout R-1 targets.web-us-1.attempts)"
audited=$(audit .)
try "$fleet/bin/hostile" lies --config "$fleet/hosts/web-eu-1/agent.conf" --record-key "$fleet/hosts/web-eu-1/executor/record.key" \
  --victim "$fleet/hosts/web-us-1/first.dispatch" --own "$fleet/hosts/web-eu-1/first.dispatch"
says 'an agent lies about itself and about another host' 0 'records of unknown attempts: 200'
soon 20 "lies: a record that its host's executor did not sign is a line for a person" log_has coordinator 'error record.refused'
soon 20 "lies: so is another host's log" log_has coordinator 'log.foreign'
is 'lies: nothing started, and the open attempt of the other host is as it was' "$before" \
  "$(all_starts) $(rollout R-1 targets.web-us-1.state) $(rollout R-1 targets.web-us-1.attempts)"
ok 'lies: 200 records of attempts never made are no 20 lines of the audit chain' test $(($(audit .) - audited)) -lt 20
is 'lies: the term is not raised by a word' 0 "$(audit 'seen by web-eu-1')"
soon 20 'lies: another host is live, and answers' is_unharmed web-eu-2

# --- a cloned host: one key, two boots ---
keep_running web-eu-1-agent setpriv --reuid "$(uid_of web-eu-1)" --regid "$(uid_of web-eu-1)" --clear-groups \
  --no-new-privs "$fleet/bin/mainstay-agent" run --config "$fleet/hosts/web-eu-1/agent.conf"
wait_for 15 'both to be back' eval 'child_of web-eu-1-agent && child_of web-eu-1-executor'
open_page web-eu-1-agent web-eu-1-executor
keep_running clone "$fleet/bin/hostile" clone --config "$fleet/hosts/web-eu-1/agent.conf"
names_duplicate() { mainstay status | grep -q 'two machines use the key of web-eu-1'; }
soon 60 'a cloned host: status names it' names_duplicate
ok 'and the audit chain has it' eval 'mainstay audit show | grep -q "ALARM host web-eu-1 duplicate"'
before=$(all_starts)
try timeout 8 mainstay run --targets 'host = web-eu-1' -- /bin/true # would wait for minutes
is 'a cloned host: neither machine is given work' "$before" "$(all_starts)"
end_kept clone
soon 20 'a cloned host: others are live, and answer' is_unharmed web-eu-2
close_books
end_claims
