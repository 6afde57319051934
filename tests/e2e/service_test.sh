#!/bin/bash
# mainstay-collect service at a real PostgreSQL and a standby of it: healthy, unseen, behind, without its
# primary, dead rows, long transactions, hostile names, gone. Units need a systemd, which the rig has.
#   service_test.sh PROGRAMS
set -u
programs=$(realpath -e "${1:?usage: service_test.sh PROGRAMS}") || exit 2
binaries=$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | sort -V | tail -1)
if [ ! -x "$binaries/initdb" ] || ! command -v psql > /dev/null; then echo 'SKIP: needs postgresql'; exit 77; fi
if [ "$(id -u)" != 0 ] || ! id postgres > /dev/null 2>&1; then echo 'SKIP: needs root and the user postgres'; exit 77; fi
work=$(mktemp -d)
chmod 755 "$work"
install -d -o postgres -m 700 "$work/data" "$work/standby"
install -d -o postgres -m 755 "$work/run"
sessions=()
clean() {
  for each in "${sessions[@]}"; do kill "$each" 2> /dev/null; done
  for each in standby data; do
    [ ! -f "$work/$each/postmaster.pid" ] || as_postgres "$binaries/pg_ctl" -D "$work/$each" -m immediate -w stop > /dev/null
  done
  rm -rf "$work"
}
trap clean EXIT
cd "$work" || exit 2
failures=0

claim() { # TEXT EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then echo "ok - $1"; return; fi
  echo "not ok - $1"; echo "      expected: $2"; echo "      actual:   $3"
  failures=$((failures + 1))
}
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }
# start FOLDER PORT: on a socket in $work/run alone
start() {
  as_postgres "$binaries/pg_ctl" -D "$work/$1" -w -l "$work/run/$1.log" \
    -o "-p $2 -k $work/run -c listen_addresses= -c max_prepared_transactions=2 -c fsync=off" start > /dev/null ||
    { cat "$work/run/$1.log"; exit 1; }
}
sql() { as_postgres psql -XAtq -v ON_ERROR_STOP=1 -h "$work/run" -p 5432 -d "${2-postgres}" -c "$1"; }
standby_sql() { as_postgres psql -XAtq -h "$work/run" -p 5433 -d postgres -c "$1"; }
# until_true COMMAND...: what the servers do between themselves is asked for, again and again
until_true() {
  local tries=0 # each takes some 30 ms
  until [ "$("$@")" = t ]; do
    ((++tries < 1000)) || { echo "not ok - never true: $*"; exit 1; }
  done
}
settings() { # LINE...: of the server
  { printf 'kind: service\nname: test\npostgres:\n  - name: db\n    host: %s/run\n' "$work"
    printf '    %s\n' "$@"; } > settings.yaml
}
look() { "$programs/mainstay-collect" service --file settings.yaml > report 2> errors; code=$?; }
field() { python3 -c "
import json
d = json.load(open('$work/report'))
all = [f for f in d['findings'] if f['topic'] in ('database', 'source')]
print($1)"; }
# says TEXT SUBJECT JUDGEMENT WORDS: a finding of the subject, of this judgement, with these words
says() {
  claim "$1" True "$(field "any(f['subject'] == '''$2''' and f['judgement'] == '$3' and '''$4''' in f['text'] for f in all)")"
  [ "$(field "any('''$4''' in f['text'] and f['judgement'] == '$3' for f in all)")" = True ] || field '*all, sep="\n"'
}

as_postgres "$binaries/initdb" -D "$work/data" -A trust --no-sync > init.log 2>&1 || { cat init.log; exit 1; }
start data 5432
sql "CREATE ROLE mainstay LOGIN IN ROLE pg_monitor" && sql "CREATE ROLE nobody LOGIN"
sql 'CREATE DATABASE orders'
sql 'CREATE TABLE a (id int) WITH (autovacuum_enabled = off)' orders
as_postgres "$binaries/pg_basebackup" -h "$work/run" -p 5432 -D "$work/standby" -R -c fast > /dev/null || exit 1
start standby 5433
until_true sql "SELECT count(*) = 1 FROM pg_stat_replication WHERE state = 'streaming' AND replay_lsn = pg_current_wal_lsn()"

# --- healthy ---
settings 'port: 5432' 'user: mainstay'
look
claim 'all of a healthy server is proved' "0 ['proved']" "$code $(field "sorted({f['judgement'] for f in all})")"
says 'with its version' db proved "PostgreSQL $(sql 'SHOW server_version'), primary, up "
says 'its replica' db proved 'replication: 1 replica, at most 0 s behind of 60 s allowed'
says 'its transactions' db proved 'transactions: the longest is open for 0 s of 60 m allowed'
says 'the age of its transaction ids' db proved ' old of 300,000,000 allowed, in '
says 'and each database' db/orders proved '0 dead rows beside 0 in 1 table'
settings 'port: 5433' 'user: mainstay'
look
says 'a standby says how far behind it is' db proved 'replication: 0 s behind of 60 s allowed'

# --- not seen ---
settings 'port: 5432' 'user: nobody'
look
says 'without pg_monitor transactions are not proved' db 'not proved' 'needs the role pg_monitor to see those of others'
says 'nor is replication' db 'not proved' 'replication: needs the role pg_monitor'
settings 'port: 5432' 'user: stranger'
look
says 'a user whom the server does not know is not proved' db 'not proved' 'role "stranger" does not exist'
settings 'port: 5434'
look
says 'a server that is not there is not proved' db 'not proved' 'No such file or directory'
claim 'and that is all that is said' 1 "$(field 'len(all)')"

# --- a standby that stays behind, and one without its primary ---
sql 'INSERT INTO a VALUES (0)' orders
until_true standby_sql 'SELECT pg_last_xact_replay_timestamp() IS NOT NULL'
standby_sql 'SELECT pg_wal_replay_pause()' > /dev/null
until_true standby_sql "SELECT pg_get_wal_replay_pause_state() = 'paused'"
sql 'INSERT INTO a SELECT generate_series(1, 100)' orders
until_true standby_sql "SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn() AND now() - pg_last_xact_replay_timestamp() > interval '2 s'"
settings 'port: 5433' 'user: mainstay' 'max_lag: 1s'
look
says 'a standby behind its limit is refuted' db refuted ' behind of 1 s allowed'
standby_sql 'SELECT pg_wal_replay_resume()' > /dev/null
sql "SELECT pg_create_physical_replication_slot('kept', true)" > /dev/null
as_postgres "$binaries/pg_ctl" -D "$work/data" -m fast -w stop > /dev/null
until_true standby_sql 'SELECT count(*) = 0 FROM pg_stat_wal_receiver'
settings 'port: 5433' 'user: mainstay'
look
says 'one without its primary is not proved' db 'not proved' 'replication: not connected to its primary'
as_postgres "$binaries/pg_ctl" -D "$work/standby" -m fast -w stop > /dev/null
start data 5432

# --- dead rows ---
sql 'INSERT INTO a SELECT generate_series(1, 40000)' orders
sql 'DELETE FROM a WHERE id % 2 = 0; SELECT pg_stat_force_next_flush()' orders > /dev/null
until_true sql "SELECT n_dead_tup >= 20000 FROM pg_stat_user_tables WHERE relname = 'a'" orders
settings 'port: 5432' 'user: mainstay'
look
says 'a table half of dead rows is refuted' db/orders refuted 'public.a: 20,'
says 'which was never vacuumed' db/orders refuted 'never vacuumed'
sql 'VACUUM ANALYZE a' orders
until_true sql "SELECT n_dead_tup = 0 FROM pg_stat_user_tables WHERE relname = 'a'" orders
look
says 'and proved after a vacuum' db/orders proved '0 dead rows beside 20,'

# --- transactions ---
mkfifo held
exec {held}<> held
setpriv --reuid postgres --regid postgres --init-groups psql -XAtq -h "$work/run" -p 5432 -d orders \
  < held > session.log 2>&1 &
sessions+=("$!")
echo 'BEGIN; SELECT txid_current();' >&"$held"
until_true sql "SELECT count(*) = 1 FROM pg_stat_activity WHERE state = 'idle in transaction' AND now() - xact_start > interval '2 s'"
settings 'port: 5432' 'user: mainstay' 'max_transaction: 1s'
look
says 'a transaction past its limit is refuted, with its state' db refuted ', idle in transaction'
claim 'and its process' True "$(field "any(f['readings'].get('pid') == $(sql "SELECT pid FROM pg_stat_activity WHERE state = 'idle in transaction'") for f in all)")"
echo 'ROLLBACK;' >&"$held"
until_true sql "SELECT count(*) = 0 FROM pg_stat_activity WHERE state = 'idle in transaction'"
sql "BEGIN; PREPARE TRANSACTION 'forgotten'" orders
until_true sql "SELECT count(*) = 1 FROM pg_prepared_xacts WHERE now() - prepared > interval '2 s'"
look
says 'a prepared one, too' db refuted 'one has been prepared for '
sql "ROLLBACK PREPARED 'forgotten'" orders

# --- hostile ---
sql "CREATE DATABASE \"host='/tmp' \$(reboot) \`id\`\""
sql "CREATE DATABASE \"$(printf '\033]0;x\007')\""
sql 'CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION $x$ taken $x$; END $$' orders
sql 'ALTER DATABASE orders SET search_path = public, pg_catalog'
settings 'port: 5432' 'user: mainstay'
look
says 'a database with the name of a connection is looked at by its name' "db/host='/tmp' \$(reboot) \`id\`" proved 'in 0 tables'
claim 'one with an escape in it is shown escaped, and not asked for' True \
  "$(field "any(f['subject'] == 'db/\\\\x1b]0;x\\\\x07' and f['judgement'] == 'not proved' for f in all)")"
says 'what a database calls its functions is not called' db/orders proved 'dead rows'
claim 'nothing raw in the report' 0 "$(grep -c -P '[\x00-\x09\x0b-\x1f]' report)"

# --- passwords ---
sql "ALTER ROLE mainstay PASSWORD 's3cret'"
printf 'local all mainstay scram-sha-256\nlocal all all trust\n' > "$work/data/pg_hba.conf"
as_postgres "$binaries/pg_ctl" -D "$work/data" reload > /dev/null
until_true sql "SELECT bool_or(auth_method = 'scram-sha-256') FROM pg_hba_file_rules"
look
says 'without its password: not proved, and nobody is asked' db 'not proved' 'no password supplied'
echo s3cret > password
chmod 600 password
settings 'port: 5432' 'user: mainstay' "password_file: $work/password"
look
says 'with it' db proved 'PostgreSQL '
claim 'which is in no report' 0 "$(grep -c s3cret report)"

# --- silence ---
as_postgres "$binaries/pg_ctl" -D "$work/data" -m immediate -w stop > /dev/null
python3 -c '
import socket, sys
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])
server.listen()
print("up", flush=True)
while True:
    peer, _ = server.accept()
    while peer.recv(4096): pass' "$work/run/.s.PGSQL.5435" > up &
sessions+=("$!")
until_true sh -c '[ "$(cat up)" = up ] && echo t'
settings 'port: 5435'
look
says 'a server that never answers is given up' db 'not proved' 'timeout expired'

echo "$failures failures"
[ "$failures" = 0 ]
