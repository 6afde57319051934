#!/bin/bash
# Faults of the machine below the processes: disks that are full or read-only, no descriptors, wrong clocks,
# stores that are cut or damaged. Each is said plainly, with place and remedy; nothing is lost, no attempt
# starts twice, and all goes on by itself once the machine is well.
#
# web-eu-1 has a disk for its agent's state, web-eu-2 for its executor's journal, web-us-1 for its attempts'
# folders; the coordinator's folder is one, too.
#   fleet_machine_test.sh PROGRAMS
set -uo pipefail
folder=$(dirname "$(readlink -f "$0")")
. "$folder/disk_lib.sh"
own_mounts "$0" "$@"
. "$folder/fleet_lib.sh" "${1-}" web-eu-1 web-eu-2 web-us-1 web-us-2
. "$folder/machine_lib.sh"
clock=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null) || { echo 'SKIP: needs faketime'; exit 77; }
make_fleet
hold_postinsts

# --- full, in the middle of a patch ---
begin_rollout "${hosts[*]}" "${hosts[@]}"
for each in agent journal attempts; do fill_disk "$each"; done
release web-eu-1 web-us-2
soon 30 'agent: its disk is full, and its host is patched all the same' succeeded web-eu-1
soon 20 'it says which file, and what to do' \
  log_has web-eu-1-agent 'status.failed .*hosts/web-eu-1/agent/status.*No space left on device; free space there'
release web-us-1
wait_for 30 'the task of web-us-1 to have ended' dpkg_holds web-us-1
release web-eu-2
# Free pages of the journal are used first; reading steps use them up.
until_dead web-eu-2-executor 'region = eu-2'
ok 'journal: its disk is full, and the executor ends and says so' \
  log_has web-eu-2-executor 'the store cannot go on: writing .*/journal/truth.mdb: the disk is full; free space and start again'
is 'attempts: their disk is full, and the host is still at work' working "$(state_of "$rollout_now" web-us-1)"
for each in agent journal attempts; do free_disk "$each"; done
finish_rollout 'full disks of hosts'
ok 'attempts: the shim says which file, and what to do' \
  log_has web-us-1-executor 'shim.said .*hosts/web-us-1/executor/attempts/.*No space left on device; free space there'

# --- read-only, before a patch and in the middle ---
break_disk agent
break_disk attempts
begin_rollout "${hosts[*]}" web-eu-1 web-eu-2 web-us-2
break_disk journal
release "${hosts[@]}"
soon 30 'agent: its disk is read-only, and its host is patched all the same' succeeded web-eu-1
soon 20 'it says so' log_has web-eu-1-agent 'status.failed .*hosts/web-eu-1/agent/status.*Read-only file system; check the disk'
soon 20 'journal: its disk is read-only, and the executor ends and says so' \
  log_has web-eu-2-executor '/journal/.*(Read-only file system|Input/output error); check the disk'
soon 20 'attempts: their disk is read-only, and the executor says so' \
  log_has web-us-1-executor 'shim.failed .*executor/attempts/.*Read-only file system; check the disk and make it writable'
without_program web-eu-1-agent mend_disk agent
without_program web-eu-2-executor mend_disk journal
without_program web-us-1-executor mend_disk attempts
# It is started now, or was given up before the disk was mended.
wait_for 60 'the attempt of web-us-1 to be over' eval 'succeeded web-us-1 || state_is refused web-us-1'
if state_is refused web-us-1; then run retry "$rollout_now" web-us-1; fi
finish_rollout 'read-only disks of hosts'

# --- the coordinator's disk ---
begin_rollout web-eu-1 web-eu-1
ok 'the coordinator keeps some space back' test -s "$fleet/coordinator/store/ballast"
fill_disk centre
until_dead coordinator 'region = eu-1'
ok 'coordinator: its disk is full, and it ends and says so' \
  log_has coordinator 'the store cannot go on: writing .*/store/truth.mdb: the disk is full; free space and start again'
soon 30 'it goes on at once with the space it had kept back' mainstay status
ok 'which is used up' test ! -e "$fleet/coordinator/store/ballast"
release "${hosts[@]}"
free_disk centre
finish_rollout 'a full disk of the coordinator'
begin_rollout web-us-1 web-us-1
break_disk centre
release "${hosts[@]}"
soon 30 'coordinator: its disk is read-only, and it ends and says so' \
  log_has coordinator '/coordinator/.*(Read-only file system|Input/output error); check the disk'
run status
says 'the command cannot reach it: exit 6' 6 ''
without_program coordinator mend_centre
soon 30 'it is back once the disk is well' mainstay status
finish_rollout 'a read-only disk of the coordinator'

# --- no descriptors ---
begin_rollout 'web-eu-2 web-us-1' web-eu-2 web-us-1
gate=$(gate_pid) coordinator=$(child_of coordinator)
executor=$(child_of web-eu-2-executor) agent=$(child_of web-us-1-agent)
exhaust "$gate" "$coordinator" "$executor" "$agent"
kill -KILL "$(child_of web-eu-1-agent)" "$(child_of web-eu-2-agent)" # they come back to gate and executor
soon 10 'the gate lets nobody new in, and says what to do' \
  log_has coordinator 'gate.descriptors .*no descriptors are left: .*raise the process.s limit of open files'
# What a command left behind may still be closing, and a place be free, until it has noticed.
soon 10 'so does the coordinator' log_has coordinator 'coordinator.descriptors .*no descriptors are left'
run status
says 'which a command cannot reach: exit 6' 6 ''
release "${hosts[@]}"
wait_for 30 'the task of web-eu-2 to have ended' dpkg_holds web-eu-2
spent_before=$(cpu_ticks "$gate" "$coordinator" "$executor" "$agent")
sleep 4 # the time over which their CPU is measured
spent=$(($(cpu_ticks "$gate" "$coordinator" "$executor" "$agent") - spent_before))
ok "none of the four spins ($spent ticks of a core in 4 s)" test "$spent" -lt 200
give_descriptors "$gate" "$coordinator" "$executor" "$agent"
soon 30 'descriptors are back, and the coordinator answers' mainstay status
finish_rollout 'exhausted descriptors'
is 'gate, coordinator, executor and agent are the same processes' "$gate $coordinator $executor $agent" \
  "$(gate_pid) $(child_of coordinator) $(child_of web-eu-2-executor) $(child_of web-us-1-agent)"

# --- the clocks of hosts: of agent and executor ---
declare -A off=([web-us-2]=-1h [web-eu-2]='@1970-01-02 00:00:00' [web-us-1]=+400d)
for each in "${!off[@]}"; do
  under_clock "$each-executor" "$each"
  under_clock "$each-agent" "$each"
done
begin_rollout web-us-2 web-us-2
set_clock web-us-2 '@1970-01-02 00:00:00'
release web-us-2
finish_rollout 'a clock that jumps in the middle of a patch'
set_clock web-us-2 +0
put_clocks_off() { for each in "${!off[@]}"; do set_clock "$each" "${off[$each]}"; done; }
before_start=(put_clocks_off)
begin_rollout "${hosts[*]}" web-eu-1
for each in "${!off[@]}"; do
  soon 20 "clock at ${off[$each]}: the executor says that it is the clock" \
    log_has "$each-executor" 'dispatch.rejected .*the clocks of this host and of the coordinator differ by more than 30 s'
  soon 20 'and so does the coordinator' explains "$each" 'the clocks of this host and of the coordinator differ'
  is 'nothing starts' "${configured_before[$each]}" "$(configured "$each")"
done
for each in "${!off[@]}"; do set_clock "$each" +0; done
release "${hosts[@]}"
finish_rollout 'wrong clocks'

before_start=(:)

# --- the clocks of coordinator and gate ---
under_clock coordinator coordinator
concurrency=1 # web-us-1 waits for web-eu-1
begin_rollout 'web-eu-1 web-us-1' web-eu-1
set_clock gate +1h
gate_under_clock gate
soon 20 'gate an hour ahead: the list of keys has expired for it' log_has coordinator 'admitted.refused .*expired'
release web-eu-1
wait_for 30 'the task of web-eu-1 to have ended' dpkg_holds web-eu-1
soon 20 'it lets nobody in' log_has coordinator 'peers.refused keys=[1-9]'
is 'and the host is still at work' working "$(state_of "$rollout_now" web-eu-1)"
before=$(lines_of web-us-1-executor "$clock_refusal")
set_clock coordinator +1h
set_clock gate -1h
new_gate
soon 40 'gate an hour behind, centre an hour ahead: hosts are let in, and the end is recorded' succeeded web-eu-1
soon 20 'centre an hour ahead: the executor refuses what is granted next' more_lines "$before" web-us-1-executor "$clock_refusal"
soon 20 'and the coordinator says why' explains web-us-1 'the clocks of this host and of the coordinator differ'
holds_all 'centre an hour ahead'
for each in -1h '@1970-01-02 00:00:00'; do
  set_clock coordinator "$each"
  before=$(lines_of web-us-1-executor "$late_beacon")
  soon 20 "centre at $each: its beacons have expired" more_lines "$before" web-us-1-executor "$late_beacon"
  holds_all "centre at $each"
done
set_clock gate '@1970-01-02 00:00:00'
before=$(lines_of web-us-2-agent link.connected)
kill -KILL "$(child_of web-us-2-agent)"
soon 30 'gate in 1970: a host is let in' more_lines "$before" web-us-2-agent link.connected
set_clock gate +0
set_clock coordinator +0
release web-us-1
finish_rollout 'wrong clocks of coordinator and gate'

# --- damaged stores, in copies ---
freeze_copies
for each in coordinator executor; do
  damage "$each" cut
  says "$each: a store that was cut: exit 1, which file, and what to do" 1 \
    'truth.mdb is damaged \(page [0-9]+: .*\); check the disk and restore the folder from a backup'
  damage "$each" page
  says "$each: a page of zeros: exit 1, and where" 1 'truth.mdb is damaged \(page [0-9]+: .*restore the folder'
  damage "$each" bit
  says "$each: a flipped bit: exit 1, found by its sum" 1 'truth.mdb: the record `.*` is damaged: its sum does not fit; restore'
done

run audit verify
says 'the audit chain is whole, and what hosts saw agrees' 0 'hosts saw the same chain'
is 'no slot is booked' '[]' "$(mainstay ledger -o json | field slots)"
end_claims
