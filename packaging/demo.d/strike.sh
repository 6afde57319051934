# Processes killed in the middle of a rollout, and how long each takes to be back.

# strike WHAT PID BACK...: SIGKILL; then until BACK succeeds.
strike() {
  local what=$1 pid=$2 begin=${EPOCHREALTIME/./} took
  shift 2
  kill -KILL "$pid" 2>/dev/null || fail "$what is not there to be killed"
  wait_for 30 "$what to be back" "$@"
  took=$(((${EPOCHREALTIME/./} - begin) / 100000))
  printf '   %-28s killed, back after %d.%d s\n' "$what" $((took / 10)) $((took % 10))
}

child_of() { process_of "$fleet/run/$1.child"; } # NAME: the program under its launcher
another_child() { # NAME PID: the launcher has started it again
  local pid
  pid=$(child_of "$1") && [[ $pid != "$2" ]]
}

gate_pid() { # [enrolment]: of the gate for hosts, or the other; a child of the coordinator, or adopted
  local pid folder=${1:-gate}
  for pid in $(fleet_processes "$fleet"); do
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q "mainstay-gate --config $fleet/coordinator/$folder/"; then
      echo "$pid"
      return
    fi
  done
  return 1
}
another_gate() { local pid; pid=$(gate_pid) && [[ $pid != "$1" ]]; }

strike_program() { # NAME WHAT: the program under a launcher
  local pid
  pid=$(child_of "$1") || fail "$1 is not there to be killed"
  strike "$2" "$pid" another_child "$1" "$pid"
}

strike_centre() {
  local pid
  pid=$(child_of coordinator) || fail "the coordinator is not there"
  strike "the coordinator" "$pid" coordinator_is_back "$pid"
}
coordinator_is_back() { another_child coordinator "$1" && mainstay status; }

strike_gate() {
  local pid
  pid=$(gate_pid) || fail "no gate is there"
  strike "the gate" "$pid" another_gate "$pid"
}
