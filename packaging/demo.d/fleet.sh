# The coordinator and the six hosts: their folders, configuration and processes.
#
#   FLEET/bin          copies of the programs, where every host's user can run them
#   FLEET/operator     the operator's keys and configuration
#   FLEET/coordinator  what `mainstay init` made
#   FLEET/repository   the packages that are offered
#   FLEET/hosts/NAME   root: the package root; agent, executor: state; *.conf
#   FLEET/run          logs and process marks

hosts=(web-eu-1 web-eu-2 web-eu-3 web-us-1 web-us-2 web-us-3)
agent_uid=60701 # the first of six that no distribution gives to anybody

labels_of() { # web-eu-2: region=eu zone=eu-b role=web cluster=web-2
  local region=${1#web-} number=${1##*-} zones=(a b c)
  region=${region%-*}
  echo "region=$region" "zone=$region-${zones[number - 1]}" role=web "cluster=web-$number"
}

make_folders() {
  fleet=$(mktemp -d "${MAINSTAY_DEMO_DIR:-/tmp}/mainstay-demo.XXXXXX")
  chmod 755 "$fleet"
  mkdir -p "$fleet"/{bin,operator,hosts,run,logs}
  chmod 700 "$fleet"/operator "$fleet"/logs
  cp "$build"/bin/mainstay* "$fleet/bin/"
}

make_packages() {
  local host making=()
  "$here/fleet/make-repository" "$fleet/repository"
  for host in "${hosts[@]}"; do
    mkdir -p "$fleet/hosts/$host"
    "$here/fleet/make-root" "$fleet/repository" "$fleet/hosts/$host/root" \
      $([[ $host == web-eu-2 ]] && echo --failing) &
    making+=($!)
  done
  for host in "${making[@]}"; do wait "$host" || fail "a package root could not be made"; done
}

start_ssh_agent() {
  export SSH_AUTH_SOCK=$fleet/operator/ssh-agent.sock
  ssh-keygen -q -t ed25519 -N '' -C ana@demo -f "$fleet/operator/id_ed25519"
  keep_running ssh-agent ssh-agent -D -a "$SSH_AUTH_SOCK"
  wait_for 5 "the ssh-agent" test -S "$SSH_AUTH_SOCK"
  ssh-add -q "$fleet/operator/id_ed25519" 2>/dev/null
  rm "$fleet/operator/id_ed25519" # only the ssh-agent has it now
}

# host_files NAME UID: configuration of one host, and folders that belong to whom they should.
host_files() {
  local at=$fleet/hosts/$1 uid=$2
  mkdir -p "$at/run"
  install -d -m 700 -o "$uid" -g "$uid" "$at/agent"
  install -d -m 700 "$at/executor"
  install -m 644 "$fleet/coordinator/trust" "$at/trust"
  echo "machine of $1" >"$at/machine"
  cat >"$at/agent.conf" <<CONF
state_directory: $at/agent
trust_file: $at/trust
executor_socket: $at/run/executor.sock
apt_helper: $fleet/bin/mainstay-apt
machine_file: $at/machine
report_interval: 2s
look_interval: 30s
CONF
  cat >"$at/executor.conf" <<CONF
state_directory: $at/executor
socket: $at/run/executor.sock
agent_uid: $uid
trust_file: $at/trust
patch_root: $at/root
apt_helper: $fleet/bin/mainstay-apt
task_helper: $fleet/bin/mainstay-task
lock_wait: ${lock_wait:-60s}
CONF
}

as_agent() { # UID COMMAND...
  local uid=$1
  shift
  setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs "$@"
}

start_centre() {
  local listen=tcp://127.0.0.1:${ports[0]}
  show 0 mainstay init --directory "$fleet/coordinator" --fleet demo --operator ana \
    --agent-key "$fleet/operator/id_ed25519.pub" --listen "$listen" \
    --gate "tcp://127.0.0.1:${ports[1]}" --enrolment "tcp://127.0.0.1:${ports[2]}" \
    --gate-program "$fleet/bin/mainstay-gate" --recovery-file "$fleet/operator/recovery.key" \
    --grace 2s --beacon-interval 2s
  typed mainstay-coordinator --config coordinator/coordinator.conf
  note "Runs in the background, and starts its gate and the gate for enrolment."
  keep_running coordinator "$fleet/bin/mainstay-coordinator" --config "$fleet/coordinator/coordinator.conf"
  wait_for 15 "the coordinator to answer" mainstay status
}

enrol_hosts() {
  local host labels uid=$agent_uid at enrolling=() index=0
  for host in "${hosts[@]}"; do
    labels=$(labels_of "$host")
    host_files "$host" "$uid"
    at=$fleet/hosts/$host
    keep_running "$host-executor" "$fleet/bin/mainstay-exec" run --config "$at/executor.conf"
    typed mainstay token create "$host" --labels "${labels// /,}" --file "operator/$host.token"
    (cd "$fleet" && mainstay token create "$host" --labels "${labels// /,}" --file "operator/$host.token") \
      >"$fleet/logs/token" 2>&1 </dev/null || { cat "$fleet/logs/token"; fail "no token for $host"; }
    install -m 600 -o "$uid" -g "$uid" "$fleet/operator/$host.token" "$at/agent/token"
    uid=$((uid + 1))
  done
  uid=$agent_uid
  typed mainstay-agent enrol --config agent.conf --token token
  note "On each host, as a user of its own without privileges; then the agent starts."
  for host in "${hosts[@]}"; do
    at=$fleet/hosts/$host
    as_agent "$uid" "$fleet/bin/mainstay-agent" enrol --config "$at/agent.conf" --token "$at/agent/token" \
      --wait 20 >"$fleet/logs/enrol-$host.txt" 2>&1 </dev/null &
    enrolling+=($!)
    uid=$((uid + 1))
  done
  uid=$agent_uid
  for host in "${hosts[@]}"; do
    wait "${enrolling[index]}" || fail "$host could not enrol: $(cat "$fleet/logs/enrol-$host.txt")"
    rm -f "$fleet/hosts/$host/agent/token"
    sed 's/^/   /' "$fleet/logs/enrol-$host.txt"
    keep_running "$host-agent" setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs \
      "$fleet/bin/mainstay-agent" run --config "$fleet/hosts/$host/agent.conf"
    uid=$((uid + 1)) index=$((index + 1))
  done
}
