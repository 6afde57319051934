# What the tests with hostile peers share, on top of fleet_lib.sh: taps between agent and executor, the
# hostile program, and the books of who started what, who lives, and how large it has grown. Sourced
# before make_fleet, so that processes start with its words to the sanitizer.

# The sanitizer keeps 256 MiB of what was freed, which would hide what grows.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=16
eval "$(declare -f make_folders | sed '1s/.*/folders_of_the_demo ()/')"
make_folders() {
  folders_of_the_demo
  install -m 755 "$(readlink -f "$programs/../tests/hostile_peer")" "$fleet/bin/hostile"
}
uid_of() { stat -c %u "$fleet/hosts/$1/agent"; }             # HOST
socket_of() { echo "$fleet/hosts/$1/run/executor.sock"; }    # HOST
tape_of() { echo "$fleet/hosts/$1/tape"; }                   # HOST
newest() { ls "$(tape_of "$1")" | grep "\\.$2\$" | tail -n 1 | sed "s,^,$(tape_of "$1")/," | grep .; } # HOST KIND
told() { "$fleet/bin/hostile" show --file "$1" | sed -n "s/^$2: //p"; }                             # FILE WORD

# at_executor HOST VERB WORD...: what the hostile program says to HOST's executor, as its agent's user.
at_executor() {
  local host=$1 verb=$2
  shift 2
  try "$fleet/bin/hostile" "$verb" --socket "$(socket_of "$host")" --uid "$(uid_of "$host")" "$@"
}

# tap HOST WORD...: from now on a tap stands between agent and executor; again with other words.
tap() {
  local host=$1 at=$fleet/hosts/$1
  shift
  mkdir -p "$at/tape"
  end_kept "$host-tap"
  rm -f "$at/tape"/*
  keep_running "$host-tap" "$fleet/bin/hostile" tap --listen "$at/run/tap.sock" --socket "$(socket_of "$host")" \
    --uid "$(uid_of "$host")" --tape "$at/tape" "$@"
  wait_for 10 "the tap of $host" test -S "$at/run/tap.sock"
  if ! grep -q "tap.sock" "$at/agent.conf"; then
    sed -i "s,^executor_socket:.*,executor_socket: $at/run/tap.sock," "$at/agent.conf"
    restart "$host-agent"
  fi
  wait_for 30 "a beacon through the tap of $host" newest "$host" beacon
}
end_kept() { # NAME: a launcher of keep_running, and its program
  local pid
  close_page "$1"
  pid=$(process_of "$fleet/run/$1.pid") || return 0
  end_process "$pid" 6
  rm -f "$fleet/run/$1".{pid,child}
}
restart() { # NAME
  local pid
  close_page "$1"
  pid=$(child_of "$1")
  kill -KILL "$pid"
  wait_for 15 "$1 to be back" another_child "$1" "$pid"
  open_page "$1"
}

# starts HOST: attempts that were launched, and folders in which one was; the executor keeps both.
starts() { echo "$(grep -c shim.launched "$fleet/run/$1-executor.log") $(ls "$fleet/hosts/$1/executor/attempts" | wc -l)"; }
all_starts() { local each; for each in "${hosts[@]}"; do starts "$each"; done | xargs; }

# A host that nobody attacks: it is live and answers.
is_unharmed() { # HOST
  [[ $(host "$1" state) == live ]] && timeout 15 mainstay run --targets "host = $1" -- /bin/cat /etc/hostname >/dev/null 2>&1
}

# --- the books: who lives, and how much each has grown ---
# Each of those that must not die has a page, with its pid and its size as the page was opened. A page is
# closed by claims: at the end, or before its process is ended on purpose.
declare -A pages=()
pid_of() { if [[ $1 == gate ]]; then gate_pid; else child_of "$1"; fi; }                 # NAME
kib_of() { sed -n "s/^$2:[^0-9]*\([0-9]*\) kB/\1/p" "/proc/$1/status" 2>/dev/null; } # PID FIELD
open_page() { # NAME...
  local name pid
  for name; do
    pid=$(pid_of "$name") || fail "$name is not there"
    echo 5 >"/proc/$pid/clear_refs" # its peak counts from now on
    pages[$name]="$pid $(kib_of "$pid" VmRSS)"
  done
}
open_books() { # of all but the gate
  local each
  open_page coordinator
  for each in "${hosts[@]}"; do open_page "$each-agent" "$each-executor"; done
}
growth_max=128 gate_growth_max=128 # MiB; 38 was the most that was measured
close_page() { # NAME
  local pid before peak max=$growth_max
  [[ -n ${pages[$1]-} ]] || return 0
  read -r pid before <<<"${pages[$1]}"
  unset "pages[$1]"
  is "$1 did not die" "$pid" "$(pid_of "$1")"
  peak=$(kib_of "$pid" VmHWM)
  [[ -n $peak ]] || return 0
  if [[ $1 == gate ]]; then max=$gate_growth_max; fi
  verdict "$(((peak - before) / 1024 > max))" "$1 never grew by more than $max MiB" "it grew from $before to $peak KiB"
  echo "# $1: grew by $(((peak - before) / 1024)) MiB to $((peak / 1024)) MiB"
}
close_books() { # none may be missing
  local name
  for name in $(printf '%s\n' "${!pages[@]}" | sort); do close_page "$name"; done
}

# --- a gate in wrong hands ---
# bad_gates: from the next start on the gate for hosts is what bad_gate says.
bad_gates() {
  mkdir "$fleet/bin/bare"
  mv "$fleet/bin/mainstay-gate" "$fleet/bin/bare/"
  cat >"$fleet/bin/mainstay-gate" <<SH
#!/bin/bash
mode=\$(cat "$fleet/run/gate.mode" 2>/dev/null)
if [[ -n \$mode && "\$*" == *coordinator/gate/* ]]; then
  exec "$fleet/bin/hostile" gate --config "$fleet/coordinator/gate/gate.conf" --mode "\$mode"
fi
exec "$fleet/bin/bare/mainstay-gate" "\$@"
SH
  chmod 755 "$fleet/bin/mainstay-gate"
}
bad_gate() { # drop|repeat|withhold: in the place of the one that serves
  local before
  before=$(grep -c '^gate: serves' "$fleet/run/coordinator.log")
  echo "$1" >"$fleet/run/gate.mode"
  end_process "$(gate_pid || bad_gate_pid)"
  wait_for 20 "a gate to $1" eval "((\$(grep -c '^gate: serves' '$fleet/run/coordinator.log') > $before))"
}
bad_gate_pid() {
  local pid
  for pid in $(fleet_processes "$fleet"); do
    if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'hostile gate --config'; then echo "$pid"; return; fi
  done
  return 1
}
good_gate() {
  rm "$fleet/run/gate.mode"
  end_process "$(bad_gate_pid)"
  wait_for 20 'the gate to be back' gate_pid
}
