# The story itself: a tutorial that is run. Each command is shown as one would type it.

rollout_field() { (mainstay watch "$1" --once -o json || true) | field "$2"; }
is() { [[ "$("${@:2}")" == "$1" ]]; }
all_are_live() {
  mainstay host list -o json | python3 -B -c '
import json, sys
hosts = json.load(sys.stdin)["hosts"]
sys.exit(not (len(hosts) == 6 and all(h["state"] == "live" and h["patch"] and h["patch"]["security"] == 3
                                      for h in hosts)))'
}
totals_are() { # ROLLOUT HOSTS SUCCEEDED FAILED WAITING NOT-STARTED
  [[ "$(mainstay watch "$1" --once -o json | python3 -B -c '
import json, sys
t = json.load(sys.stdin)["totals"]
parts = sum(n for key, n in t.items() if key != "hosts")
if parts != t["hosts"]: sys.exit("the totals do not add up: %s" % t)
print(t["hosts"], t["succeeded"], t["failed"], t["waiting"], t["not_started"])')" == "${*:2}" ]]
}

section "A fleet's centre"
make_folders
export PATH=$fleet/bin:$PATH MAINSTAY_CONFIG=$fleet/operator/client.conf
note "Everything lies in $fleet. The operator's key is in an ssh-agent that was started for it."
make_packages &
packages=$!
start_ssh_agent
read -r -a ports <<<"$(free_ports 3)"
start_centre

section "Six hosts"
note "A token is good once, for one host, and carries the labels that the operator signed for it."
wait "$packages" || fail "the packages could not be made"
enrol_hosts
wait_for 30 "six hosts to be live, each with its pending updates" all_are_live
show 0 mainstay host list
show 0 mainstay status
what_dpkg_holds >"$fleet/logs/before"

section "A plan"
note "One host first, then the rest, region after region; never two hosts of one cluster out at a time."
cp "$here"/demo.d/{november,second}.yaml "$fleet/"
typed cat november.yaml
sed 's/^/   /' "$fleet/november.yaml"
note "A host that is out of service on purpose is left out, and the plan says so:"
show 0 mainstay host park web-us-3 --until 4h --reason 'disk change'
show 0 mainstay plan november.yaml
show 0 mainstay host park web-us-3 --until now --reason 'done early'
watch_in_background mainstay apply november.yaml --expect-hosts 6
wait_for 30 "the rollout to begin" rollout_field R-1 phase
section "Why does web-us-1 wait?"
show 0 mainstay explain web-us-1

section "Killed in the middle"
note "Nobody waits for a process that dies: each goes on from what it had synced, and nothing runs twice."
strike_centre
strike_gate
strike_program web-eu-1-agent "the agent of web-eu-1"
strike_program web-us-1-executor "the executor of web-us-1"

section "web-eu-2 fails"
note "Its webd cannot start there. It keeps its slot in cluster web-2: its twin web-us-2 stays up and waits."
wait_for 60 "web-eu-2 to have failed and web-us-2 to be all that waits" totals_are R-1 6 4 1 1 0
show 0 mainstay explain web-us-2
mainstay explain web-us-2 | grep -q web-eu-2 || fail "\`explain\` does not name web-eu-2"
show 0 mainstay ledger
show 0 mainstay logs web-eu-2
note "Repaired on the host, as an administrator would:"
typed rm hosts/web-eu-2/root/etc/webd/broken
rm "$fleet/hosts/web-eu-2/root/etc/webd/broken"
# With a log of its own: dpkg would write to the machine's.
show 0 dpkg --root="$fleet/hosts/web-eu-2/root" --log="$fleet/hosts/web-eu-2/dpkg.log" --configure -a
show 0 mainstay retry R-1 web-eu-2
if [[ -n "$watcher" ]] && kill -0 "$watcher" 2>/dev/null; then
  watched_ends 60 0
fi
wait_for 60 "six hosts to have succeeded" totals_are R-1 6 6 0 0 0
show 0 mainstay watch R-1 --once
show 0 mainstay host show web-eu-2
[[ $(mainstay watch R-1 --once -o json | field targets.web-eu-2.attempts.0.outcome) == failed ]] ||
  fail "the history of web-eu-2 has lost its first attempt"

section "A plan that may not fail"
what_dpkg_holds >"$fleet/logs/middle"
note "A newer webd is published, and this time the very first host is broken."
"$here/fleet/make-repository" "$fleet/repository" --publish security webd 2.2-1+deb12u1 \
  "libtls3, webd-common (= 2.1-1+deb12u1)"
touch "$fleet/hosts/web-eu-1/root/etc/webd/broken"
watch_in_background mainstay apply second.yaml --expect-hosts 6
watched_ends 60 5
totals_are R-2 6 0 1 0 5 || fail "R-2 should have 1 failed and 5 not-started: $(rollout_field R-2 totals)"
show 5 mainstay watch R-2 --once
show 0 mainstay status

section "What dpkg holds"
what_dpkg_holds >"$fleet/logs/after"
package_table "$fleet/logs/before" "$fleet/logs/after"
expected_packages >"$fleet/logs/expected"
compare_packages "$fleet/logs/expected" "$fleet/logs/after"
printf '\n%s\n' "6 hosts = 6 succeeded (R-1); 6 hosts = 1 failed + 5 not-started (R-2)"
show 0 mainstay audit verify

printf '\nEvery root holds what it should. %s s.\n' $((SECONDS - begin))
if [[ $keep == yes ]]; then
  keep_words
fi
