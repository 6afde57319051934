# A small fleet of real processes for the end-to-end tests, made with the demo's own functions. Sourced
# by the tests of this folder as `. fleet_lib.sh PROGRAMS HOST...`; the fleet ends with the test.
#
#   fleet        its folder; see packaging/demo.d/fleet.sh for what lies where
#   run WORD...  runs `mainstay WORD...`: its exit code in $code, what it printed in $said
#   ok/is/says   one claim each, `ok - TEXT` or `not ok - TEXT` with what was found instead

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../../packaging
here=$(readlink -f "$here")
programs=${1:?usage: TEST PROGRAMS}
if [[ $EUID -ne 0 ]]; then echo 'SKIP: needs root'; exit 77; fi
if [[ ! -x /bin/busybox ]]; then echo 'SKIP: needs busybox-static'; exit 77; fi
if ! command -v apt-ftparchive ssh-agent >/dev/null; then echo 'SKIP: needs apt-utils and openssh-client'; exit 77; fi
shift

keep=no fleet= rollouts=0 failures=0 claims=0 code=0 said='' begin=$SECONDS
build=$(readlink -f "$programs/..")
. "$here/demo.d/lib.sh"
. "$here/demo.d/fleet.sh"
. "$here/demo.d/packages.sh"
. "$here/demo.d/strike.sh"
hosts=("$@")
unset SSH_AUTH_SOCK MAINSTAY_CONFIG

# What a test has to undo when its processes are gone.
declare -F at_end >/dev/null || at_end() { :; }
clean_up() {
  local status=$?
  trap - EXIT
  trap '' INT TERM HUP
  if [[ -z "$fleet" ]]; then exit "$status"; fi
  if [[ $status -ne 0 ]]; then
    last_lines
    end_fleet "$fleet"
    at_end
  else
    end_fleet "$fleet"
    at_end
    rm -rf "$fleet"
  fi
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- claims ---
verdict() { # 0-OR-1 TEXT [FOUND]
  claims=$((claims + 1))
  if [[ $1 -eq 0 ]]; then echo "ok - $2"; return; fi
  failures=$((failures + 1))
  printf 'not ok - %s\n' "$2"
  if [[ -n "${3-}" ]]; then head -c 1500 <<<"$3" | sed 's/^/#   /'; fi
}
ok() { # TEXT COMMAND...
  local text=$1 found status=0
  shift
  found=$("$@" 2>&1) || status=1
  verdict "$status" "$text" "\`$*\` failed: $found"
}
is() { # TEXT EXPECTED FOUND
  local status=0
  [[ "$2" == "$3" ]] || status=1
  verdict "$status" "$1" "expected: $2"$'\n'"found:    $3"
}
run() { # WORD...: mainstay
  code=0
  said=$(cd "$fleet" && mainstay "$@" 2>&1 </dev/null) || code=$?
  printf '%s\n' "$ mainstay $*" "$said" "-> $code" >>"$fleet/logs/said.txt"
}
# says TEXT CODE PATTERN: about the last `run` or `try`; the pattern is an extended regular expression.
says() {
  local status=0
  [[ $code == $2 ]] && grep -Eq -- "$3" <<<"$said" || status=1
  verdict "$status" "$1" "expected exit $2 and /$3/"$'\n'"found exit $code and: $said"
}
try() { # COMMAND...: another program than mainstay, for `says`
  code=0
  said=$(cd "$fleet" && "$@" 2>&1 </dev/null) || code=$?
  printf '%s\n' "$ $*" "$said" "-> $code" >>"$fleet/logs/said.txt"
}
# soon SECONDS TEXT COMMAND...: a claim that may take a while to come true.
soon() {
  local until=$((SECONDS + $1)) text=$2 status=0
  shift 2
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= until)); then status=1; break; fi
    sleep 0.1
  done
  verdict "$status" "$text" "not so in time: $*"
}

# --- the fleet ---
make_fleet() {
  make_folders
  export PATH=$fleet/bin:$PATH MAINSTAY_CONFIG=$fleet/operator/client.conf
  make_packages >"$fleet/logs/packages.txt" 2>&1 &
  local packages=$!
  start_ssh_agent
  read -r -a ports <<<"$(free_ports 3)"
  start_centre >"$fleet/logs/centre.txt"
  wait "$packages" || fail "the packages could not be made"
  rm -f "$fleet"/hosts/*/root/etc/webd/broken # the demo's story wants web-eu-2 to fail
  enrol_hosts >"$fleet/logs/enrol.txt"
  wait_for 30 "every host to be live, its pending updates known" all_are_known
  echo "# a fleet of ${#hosts[@]} after $((SECONDS - begin)) s in $fleet"
}
all_are_known() {
  mainstay host list -o json | python3 -B -c '
import json, sys
hosts = json.load(sys.stdin)["hosts"]
sys.exit(not (len(hosts) == int(sys.argv[1]) and all(h["state"] == "live" and h["patch"] for h in hosts)))' "${#hosts[@]}"
}
root_of() { echo "$fleet/hosts/$1/root"; } # HOST
# count_postinsts LINE: every root gets a /bin/sh that writes each postinst of webd down in
# ROOT/configured, and has LINE before it goes on.
count_postinsts() {
  local each root
  for each in "${hosts[@]}"; do
    root=$(root_of "$each")
    rm "$root/bin/sh"
    cat >"$root/bin/sh" <<SH
#!/bin/busybox sh
case \$1 in *webd.postinst) echo "\$2 \$3" >>/configured ;; esac
$1
exec /bin/busybox sh "\$@"
SH
    chmod 755 "$root/bin/sh"
  done
}
configured() { cat "$(root_of "$1")/configured" 2>/dev/null | wc -l; }    # HOST: postinsts so far
# hold_postinsts: from now on webd's waits as long as there is ROOT/hold.
hold_postinsts() { count_postinsts 'while [ -e /hold ]; do busybox sleep 0.1; done'; }
hold() { local each; for each; do touch "$(root_of "$each")/hold"; done; }    # HOST...
release() { local each; for each; do rm -f "$(root_of "$each")/hold"; done; }   # HOST...
# at_work HOST N: its N-th postinst has begun
at_work() { wait_for 60 "$1 to be at work" equals "$2" configured "$1"; }
state_of() { rollout "$1" "targets.$2.state"; }                           # ROLLOUT HOST
rollout() { (mainstay watch "$1" --once -o json || true) | field "$2"; } # ROLLOUT PATH
host() { mainstay host show "$1" -o json | field "$2"; }                 # HOST PATH
equals() { [[ "$("${@:2}" 2>/dev/null)" == "$1" ]]; }                     # EXPECTED COMMAND...
log_has() { grep -Eq -- "$2" "$fleet/run/$1.log"; }                      # PROCESS PATTERN

# hold_lock FILE: a process of the test holds the lock until `give_back`.
holder=
hold_lock() {
  coproc HOLDER { exec python3 -B -c '
import fcntl, sys
lock = open(sys.argv[1], "a"); fcntl.lockf(lock, fcntl.LOCK_EX); print("held", flush=True); sys.stdin.read()' "$1"; }
  holder=$HOLDER_PID
  read -r _ <&"${HOLDER[0]}"
}
give_back() { kill "$holder"; wait "$holder" 2>/dev/null; holder=; }

# plan_file NAME TARGETS STEPS [MORE LINES]: writes FLEET/NAME.yaml
plan_file() {
  printf '%s\n' "kind: plan" "name: $1" "targets: $2" "steps: $3" "${@:4}" >"$fleet/$1.yaml"
}

# The last claims of every test, and its exit code.
end_claims() {
  local found
  found=$(grep -lE 'AddressSanitizer|LeakSanitizer|UndefinedBehavior|runtime error|CHECK failed' "$fleet"/run/*.log "$fleet"/logs/*.txt)
  is "no sanitizer and no failed check spoke in any log" "" "$found"
  echo "# $claims claims, $failures failed, $((SECONDS - begin)) s"
  ((failures == 0))
  exit
}
