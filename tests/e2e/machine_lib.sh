# What fleet_machine_test.sh does to a machine, in words. Sourced after fleet_lib.sh and disk_lib.sh.

# --- the fleet's folders are disks of their own ---
eval "$(declare -f make_folders | sed '1s/.*/folders_of_the_demo ()/')"
make_folders() {
  folders_of_the_demo
  new_disk centre "$fleet/coordinator" 224 # with room for what the coordinator keeps back
  new_disk agent "$fleet/hosts/web-eu-1/agent" 8
  new_disk journal "$fleet/hosts/web-eu-2/executor/journal" 8
  new_disk attempts "$fleet/hosts/web-us-1/executor/attempts" 8
  chmod 700 "$fleet"/hosts/*/executor
}

# A region for each host: all of them are worked on at once, and no slow start is in the way.
labels_of() { echo "region=${1#web-}" "zone=${1#web-}" role=web "cluster=web-${1##*-}"; }

# --- a rollout that is held in the middle ---
round=0 rollout_now='' names=()
declare -A configured_before
taking_part=() before_start=(:) concurrency=4
# begin_rollout NAMES [NAME...]: a newer webd for the hosts NAMES; returns once the others named are at work.
# What `before_start` says comes between plan and start. No more hosts than a claim needs: the fleet starts
# 20 a minute, and then waits.
begin_rollout() {
  local each plan try selector
  read -r -a taking_part <<<"$1"
  selector=$(printf 'host = %s or ' "${taking_part[@]}")
  round=$((round + 1))
  "$here/fleet/make-repository" "$fleet/repository" --publish security webd "3.$round-1" \
    'libtls3, webd-common (= 2.1-1+deb12u1)'
  hold "${hosts[@]}"
  for each in "${hosts[@]}"; do configured_before[$each]=$(configured "$each"); done
  wait_for 60 'every host to be live' all_are_known
  # An executor answers from lists that it fetched less than five seconds ago: planned again until every
  # host sees the new version.
  for try in {1..20}; do
    plan=round-$round-$try
    plan_file "$plan" "${selector% or }" '[{patch: {packages: security, within: 5m}}]' 'order: {by: [region], regions_at_once: 4, waves: [rest], concurrency: '"$concurrency"'}' \
      'budget: [{per: cluster, unavailable: 2}]' 'advance: {failures: 100%}'
    run plan "$plan.yaml"
    run approve "$plan" --expect-hosts "${#taking_part[@]}"
    [[ $code -ne 0 ]] || break
    sleep 0.5
  done
  "${before_start[@]}"
  run start "$plan"
  rollout_now=$(grep -Eom1 'R-[0-9]+' <<<"$said") || fail "no rollout: $said"
  rollout_now=${rollout_now%%$'\n'*}
  names+=("$rollout_now")
  for each in "${@:2}"; do at_work "$each" $((configured_before[$each] + 1)); done
}
# finish_rollout WHAT: it ends by itself, and nothing was done twice.
finish_rollout() {
  local each counts=''
  soon 90 "$1: the rollout goes on by itself, and every host succeeds" equals finished rollout "$rollout_now" phase
  is "$1: none failed" "${#taking_part[@]}" "$(rollout "$rollout_now" totals.succeeded)"
  for each in "${taking_part[@]}"; do
    counts+="$(($(configured "$each") - configured_before[$each]))$(dpkg_holds "$each" || echo ' other version') "
  done
  is "$1: webd was configured once on each host" "$(printf '1 %.0s' "${taking_part[@]}")" "$counts"
}
state_is() { equals "$1" state_of "$rollout_now" "$2"; } # STATE HOST
succeeded() { state_is succeeded "$1"; }
explains() { mainstay explain "$1" 2>&1 | grep -q "$2"; } # HOST TEXT
dpkg_holds() { # HOST: the version of this round, its task being over
  [[ "$(dpkg-query --admindir "$(root_of "$1")/var/lib/dpkg" -W -f '${Version} ${db:Status-Status}' webd)" == "3.$round-1 installed" ]]
}

# until_dead PROGRAM SELECTOR: reading steps on one host, with long words, until a store has to grow.
until_dead() {
  local old try words
  words=$(printf 'x%.0s' {1..3000})
  old=$(child_of "$1") || return 0
  for ((try = 0; try < 30; try++)); do
    timeout 5 mainstay run --targets "$2" --expect-hosts 1 --within 2s -- /bin/true "$words" "$words" "$words" \
      >>"$fleet/logs/said.txt" 2>&1 </dev/null
    [[ "$(child_of "$1")" == "$old" ]] || return 0
  done
  fail "$1 needs no more space after $try steps"
}

# without_program NAME COMMAND...: run while the program is gone and its launcher starts no other.
without_program() {
  local launcher child
  launcher=$(process_of "$fleet/run/$1.pid")
  kill -STOP "$launcher"
  if child=$(child_of "$1"); then end_process "$child"; fi
  "${@:2}"
  kill -CONT "$launcher"
}
mend_centre() { # the gates live in the coordinator's folder, too
  local pid
  for pid in $(fleet_processes "$fleet"); do
    if [[ $(readlink "/proc/$pid/exe") == */mainstay-gate ]]; then end_process "$pid"; fi
  done
  mend_disk centre
}

# --- descriptors ---
# A process may be limited by its own user alone.
limit() { as_agent "$(stat -c %u "/proc/$1")" prlimit --pid "$1" --nofile="$2:" || fail "no limit for $1"; } # PID N
exhaust() { # PID...: not one more can be opened
  local pid number
  for pid; do
    number=0
    while [[ -e /proc/$pid/fd/$number ]]; do number=$((number + 1)); done
    limit "$pid" "$number"
  done
}
give_descriptors() { local pid; for pid; do limit "$pid" 1024; done; }
cpu_ticks() { # PID...: of all of them, in hundredths of a second
  local pid total=0 stat
  for pid; do
    stat=$(cat "/proc/$pid/stat") || fail "process $pid has ended"
    stat=${stat##*) }
    set -- $stat
    total=$((total + ${12} + ${13}))
  done
  echo "$total"
}

# --- clocks ---
set_clock() { echo "$2" >"$fleet/run/$1.new"; mv "$fleet/run/$1.new" "$fleet/run/$1.clock"; } # CLOCK VALUE
clock_words() { # CLOCK: for env
  local sanitizer
  sanitizer=$(ldd "$fleet/bin/mainstay-exec" | sed -n 's/.*libasan.* => \([^ ]*\) .*/\1/p')
  printf '%s\n' LD_PRELOAD="$sanitizer $clock" FAKETIME_TIMESTAMP_FILE="$fleet/run/$1.clock" \
    FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1
}
under_clock() { # NAME CLOCK: the program NAME is started again, with a clock that set_clock sets
  local launcher command words before=()
  set_clock "$2" +0
  launcher=$(process_of "$fleet/run/$1.pid") || fail "$1 is not there"
  mapfile -d '' -t command <"/proc/$launcher/cmdline"
  command=("${command[@]:4}") # bash, launcher, its folder and NAME come first
  # What makes another user of it comes before the clock, whose semaphore belongs to who made it.
  until [[ ${command[0]} == "$fleet/bin/"* ]]; do before+=("${command[0]}") command=("${command[@]:1}"); done
  mapfile -t words < <(clock_words "$2")
  end_process "$launcher" 10
  keep_running "$1" "${before[@]}" env "${words[@]}" "${command[@]}"
  wait_for 20 "$1 under another clock" child_of "$1"
}
gate_under_clock() { # CLOCK: one that is set already; the gate is started again with it
  local words
  mapfile -t words < <(clock_words "$1")
  mkdir "$fleet/bin/bare"
  mv "$fleet/bin/mainstay-gate" "$fleet/bin/bare/"
  { echo '#!/bin/bash'; printf 'exec env'; printf ' %q' "${words[@]}" "$fleet/bin/bare/mainstay-gate"; echo ' "$@"'; } \
    >"$fleet/bin/mainstay-gate"
  chmod 755 "$fleet/bin/mainstay-gate"
  new_gate
}
new_gate() {
  local old
  old=$(gate_pid) || fail 'no gate is there'
  kill -KILL "$old"
  wait_for 20 'another gate' another_gate "$old"
}
clock_refusal='dispatch.rejected .*the clocks of this host and of the coordinator differ by more than 30 s'
late_beacon='document.refused kind=beacon .*expired'
lines_of() { grep -Ec -- "$2" "$fleet/run/$1.log"; } # PROCESS PATTERN: so far
more_lines() { (($(lines_of "${@:2}") > $1)); }     # NUMBER PROCESS PATTERN
holds_all() { # WHAT: web-us-1 waits, and nobody can command a coordinator with a wrong clock
  run pause "$rollout_now" --reason clocks
  says "$1: a request is refused, and why" 3 'expired at|is the clock of one of the machines wrong'
  is "$1: nothing starts" "${configured_before[web-us-1]} working" "$(configured web-us-1) $(state_of "$rollout_now" web-us-1)"
}

# --- damaged copies of stores ---
freeze_copies() {
  local pids pid
  pids="$(child_of coordinator) $(child_of web-us-2-executor)"
  kill -STOP $pids
  cp -a "$fleet/coordinator" "$fleet/copy-coordinator"
  cp -a "$fleet/hosts/web-us-2/executor" "$fleet/copy-executor"
  kill -CONT $pids
}
# damage WHOSE HOW: starts the program on a copy of its state with a damaged truth.mdb, for `says`.
damage() {
  local at=$fleet/damaged-$1 store
  rm -rf "$at"
  cp -a "$fleet/copy-$1" "$at"
  if [[ $1 == coordinator ]]; then
    store=$at/store/truth.mdb
    sed -i "s,$fleet/coordinator/store,$at/store," "$at/coordinator.conf"
    python3 -B "$folder/damage.py" "$store" "$2"
    try mainstay-coordinator --config "$at/coordinator.conf"
  else
    store=$at/journal/truth.mdb
    sed "s,^state_directory:.*,state_directory: $at," "$fleet/hosts/web-us-2/executor.conf" >"$fleet/damaged.conf"
    python3 -B "$folder/damage.py" "$store" "$2"
    try mainstay-exec run --config "$fleet/damaged.conf"
  fi
}
