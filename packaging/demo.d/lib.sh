# What the demo says and waits for, and how it ends. Sourced by packaging/demo.

. "$here/demo.d/process.sh"

section() { printf '\n== %s\n' "$*"; }
note() { printf '%s\n' "$*" | fold -s -w 110 | sed 's/^/   /'; }

# What cannot be gone on from. The logs are shown by the trap, once, at the end.
fail() {
  printf '\ndemo: %s\n' "$*" >&2
  exit 1
}

# The line as one could type it: quoted only where a shell needs it.
typed() {
  local word line=
  for word; do
    if [[ -z "$word" || "$word" == *[!A-Za-z0-9_@%+=:,./-]* ]]; then word="'${word//\'/\'\\\'\'}'"; fi
    line+=" ${word//$fleet\//}"
  done
  printf '\n$%s\n' "$line"
}

# show STATUS COMMAND...: prints the command, then what it prints; another status than STATUS fails.
show() {
  local expected=$1 status=0
  shift
  typed "$@"
  (cd "$fleet" && "$@") </dev/null 2>&1 || status=$?
  [[ $status -eq $expected ]] || fail "\`$1 ${2-}\` ended with $status, expected $expected"
}

# wait_for SECONDS WHAT COMMAND...: until the command succeeds; what a background rollout prints
# meanwhile is shown.
wait_for() {
  local seconds=$1 what=$2 until
  shift 2
  until=$((SECONDS + seconds))
  until "$@" >/dev/null 2>&1; do
    catch_up
    ((SECONDS < until)) || fail "waited $seconds s for: $what"
    sleep 0.2
  done
  catch_up
}

# field PATH: of the JSON on standard input, such as totals.succeeded or hosts[web-eu-1].state, where
# a list is entered by the name its entries have.
field() { python3 -B "$here/demo.d/field.py" "$@"; }

# A rollout is watched in the background; its lines go to a file and are shown as they come.
watched= watched_shown=0 watcher=
watch_in_background() {
  typed "$@"
  watched=$fleet/logs/rollout-$((++rollouts)).txt watched_shown=0
  : >"$watched"
  (cd "$fleet" && exec "$@") >"$watched" 2>&1 </dev/null &
  watcher=$!
}
catch_up() {
  local bytes
  [[ -n "$watched" ]] || return 0
  bytes=$(stat -c %s "$watched")
  if ((bytes > watched_shown)); then
    # Whole lines only.
    tail -c +$((watched_shown + 1)) "$watched" | head -c $((bytes - watched_shown)) >"$fleet/logs/new"
    bytes=$(sed -n '$=' "$fleet/logs/new")
    if [[ $(tail -c 1 "$fleet/logs/new" | wc -l) -eq 0 ]]; then bytes=$((bytes - 1)); fi
    head -n "$bytes" "$fleet/logs/new" | tee "$fleet/logs/lines" | sed 's/^/   /'
    watched_shown=$((watched_shown + $(stat -c %s "$fleet/logs/lines")))
  fi
}
# watched_ends SECONDS STATUS
watched_ends() {
  local status=0 until=$((SECONDS + $1))
  while kill -0 "$watcher" 2>/dev/null; do
    catch_up
    ((SECONDS < until)) || fail "the rollout has not ended after $1 s"
    sleep 0.2
  done
  wait "$watcher" || status=$?
  catch_up
  watched= watcher=
  [[ $status -eq $2 ]] || fail "the command that watched the rollout ended with $status, expected $2"
}

# free_ports N: numbers nobody listens at, below the range that the kernel gives to clients.
free_ports() {
  local taken port chosen=()
  taken=$(sed -n 's/^ *[0-9]*: [0-9A-F]*:\([0-9A-F]*\) .*/\1/p' /proc/net/tcp /proc/net/tcp6)
  while ((${#chosen[@]} < $1)); do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    grep -qx "$(printf %04X "$port")" <<<"$taken" && continue
    [[ " ${chosen[*]} " == *" $port "* ]] || chosen+=("$port")
  done
  echo "${chosen[@]}"
}

# keep_running NAME COMMAND...: under a launcher of its own, which ends with this script unless the
# fleet is to be kept.
keep_running() {
  local name=$1 tie=(setpriv --pdeathsig TERM)
  shift
  if [[ $keep == yes ]]; then tie=(); fi
  setsid "${tie[@]}" "$here/demo.d/launcher" "$fleet/run" "$name" "$@" >/dev/null 2>&1 </dev/null &
}

# end_fleet FOLDER: everything that was started for it, and nothing else.
end_fleet() {
  local mark pid pids=() attempt
  for mark in "$1"/run/*.pid; do
    pid=$(process_of "$mark") || continue
    kill -TERM "$pid" 2>/dev/null
    pids+=("$pid")
  done
  for pid in "${pids[@]}"; do
    attempt=0
    until process_is_gone "$pid" || ((++attempt > 100)); do sleep 0.05; done
    process_is_gone "$pid" || kill -KILL "$pid" 2>/dev/null
  done
  # A gate outlives its coordinator, a task its executor; all of them run a program of the fleet's
  # own folder, which nobody else does.
  for pid in $(fleet_processes "$1"); do end_process "$pid"; done
}

fleet_processes() {
  local exe
  for exe in /proc/[0-9]*/exe; do
    if [[ "$(readlink "$exe" 2>/dev/null)" == "$1"/bin/* ]]; then
      exe=${exe#/proc/}
      echo "${exe%/exe}"
    fi
  done
}

last_lines() {
  local log
  for log in "$fleet"/run/*.log "$fleet"/logs/*.txt; do
    [[ -s "$log" ]] || continue
    printf -- '--- %s\n' "$log"
    tail -n 8 "$log"
  done
  printf '\nAll logs: %s/run\n' "$fleet"
}

keep_words() {
  cat <<WORDS

The fleet goes on. To try next:
  export PATH=$fleet/bin:\$PATH MAINSTAY_CONFIG=$MAINSTAY_CONFIG SSH_AUTH_SOCK=$SSH_AUTH_SOCK
  mainstay status
  mainstay run --targets 'role = web' -- /bin/cat /etc/hostname
  mainstay host show web-eu-1
  rm $fleet/hosts/web-eu-1/root/etc/webd/broken      # repair it, then
  mainstay retry R-2 web-eu-1
  mainstay stop --fleet --reason 'just to see it'
To end it:
  packaging/demo --end $fleet
WORDS
}
