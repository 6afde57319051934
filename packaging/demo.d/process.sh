# Processes by pid and start time: a pid alone may have been given to a stranger meanwhile.

# process_mark PID: `pid start-time`, or nothing if there is no such process.
process_mark() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) } # the name in parentheses may hold anything
  set -- "$1" $stat
  echo "$1 ${21}"
}

# process_of FILE: the pid that a mark names, if that very process is still there.
process_of() {
  local mark
  mark=$(cat "$1" 2>/dev/null) || return 1
  [[ -n "$mark" && "$(process_mark "${mark%% *}")" == "$mark" ]] || return 1
  echo "${mark%% *}"
}

process_is_gone() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
  stat=${stat##*) }
  [[ ${stat%% *} == Z ]]
}

# end_process PID [SECONDS]: asks, waits, insists.
end_process() {
  local tries=$((${2:-3} * 20))
  kill -TERM "$1" 2>/dev/null || return 0
  while ((tries-- > 0)); do
    process_is_gone "$1" && return 0
    sleep 0.05
  done
  kill -KILL "$1" 2>/dev/null
}
