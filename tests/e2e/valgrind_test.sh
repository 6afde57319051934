#!/bin/bash
# A small fleet under valgrind's memcheck, with the programs as they are shipped: enrolment, one rollout, a
# reading step and an orderly end. Coordinator, gates, agent and executor may neither use what was never
# written nor lose memory; what libraries do is suppressed with reasons in valgrind.supp.
#   valgrind_test.sh PROGRAMS        programs of the release build
set -uo pipefail
tools=$(dirname "$(readlink -f "$0")")
. "$tools/fleet_lib.sh" "${1-}" web-eu-1
if [[ ! -x /usr/bin/valgrind ]]; then echo 'SKIP: needs valgrind'; exit 77; fi

looked_at=(mainstay-coordinator mainstay-gate mainstay-agent mainstay-exec)
eval "$(declare -f make_folders | sed '1s/.*/folders_of_the_demo ()/')"
make_folders() {
  local each
  folders_of_the_demo
  mkdir -m 1777 "$fleet/valgrind" # the agent writes there, too
  mkdir "$fleet/bin/bare"
  for each in "${looked_at[@]}"; do
    mv "$fleet/bin/$each" "$fleet/bin/bare/"
    cat >"$fleet/bin/$each" <<SH
#!/bin/sh
exec /usr/bin/valgrind --log-file=$fleet/valgrind/$each.%p.txt --suppressions=$tools/valgrind.supp \\
  --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite \\
  --child-silent-after-fork=yes $fleet/bin/bare/$each "\$@"
SH
    chmod 755 "$fleet/bin/$each"
  done
}
# Everything takes many times as long.
eval "$(declare -f wait_for | sed '1s/.*/wait_as_usual ()/')"
wait_for() { wait_as_usual $(($1 * 6)) "${@:2}"; }
of_fleet() { # the fleet's processes under valgrind, whose own program is valgrind's
  local pid
  for pid in $(pgrep -f "$fleet/bin/bare/"); do echo "$pid"; done
}
end_in_order() {
  local each pid
  for each in web-eu-1-agent web-eu-1-executor coordinator; do
    kill -KILL "$(process_of "$fleet/run/$each.pid")" # the launcher, which would start it again
  done
  for pid in $(of_fleet); do kill -TERM "$pid"; done
  wait_for 10 'every process to have ended' eval '[[ -z "$(of_fleet)" ]]'
}
make_fleet

plan_file patch all '[{patch: {packages: security, within: 5m}}]'
run apply patch.yaml --expect-hosts 1 --no-watch
says 'a rollout under valgrind' 0 'R-1 started'
wait_for 20 'it to end' equals finished rollout R-1 phase
is 'its host succeeded' 1 "$(rollout R-1 totals.succeeded)"
run run --targets all --expect-hosts 1 --within 50s -- /bin/cat /etc/hostname
says 'a reading step, too' 0 "$(hostname)"
end_in_order
for each in "${looked_at[@]}"; do
  ok "$each was looked at to its end" grep -lq 'ERROR SUMMARY' "$fleet/valgrind/$each".*.txt
done
found=$(grep -L 'ERROR SUMMARY: 0 errors' "$fleet"/valgrind/*.txt)
is 'no error and no lost memory' '' "$(for each in $found; do head -n 40 "$each"; done)"
end_claims
