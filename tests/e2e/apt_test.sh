#!/bin/bash
# mainstay-apt on package roots with a real dpkg and a real apt: what it lists, refuses, installs and
# says afterwards. Needs root (dpkg chroots for maintainer scripts); exits 77, skipped, without.
#   apt_test.sh PROGRAM
set -u

program=$(realpath -e "${1:?usage: apt_test.sh PROGRAM}") || exit 2
fleet=$(dirname "$(realpath "$0")")/../../packaging/fleet
if [ "$(id -u)" != 0 ]; then echo 'skipped: needs root'; exit 77; fi
if [ ! -x /bin/busybox ]; then echo 'skipped: needs busybox-static'; exit 77; fi
work=$(mktemp -d)
holder=
trap '[ -z "$holder" ] || kill "$holder"; umount "$work/full/usr" 2> /dev/null; rm -rf "$work"' EXIT
chmod 755 "$work"
failures=0
security='libtls3:amd64=3.0.2-1+deb12u1 openssl-tool:amd64=3.0.2-1+deb12u1 webd-common:all=2.1-1+deb12u1 webd:amd64=2.1-1+deb12u1'
security=${security//amd64/$(dpkg --print-architecture)}

# claim TEXT EXPECTED ACTUAL
claim() {
  if [ "$2" = "$3" ]; then echo "ok    $1"; return; fi
  echo "FAIL  $1"; echo "      expected: $2"; echo "      actual:   $3"
  failures=$((failures + 1))
}
# run WORD...: sets code and leaves the document in $work/document
run() { "$program" "$@" > "$work/document" 2> "$work/errors"; code=$?; }
# field EXPRESSION: of the document, by a Python expression over d
field() { python3 -c "import json,sys; d=json.load(open('$work/document')); print($1)"; }
new_root() { "$fleet/make-root" "$work/repository" "$work/$1" "${@:2}" || exit 1; }
dpkg_version() { dpkg-query --admindir "$work/$1/var/lib/dpkg" -W -f '${Version} ${db:Status-Status}' "$2"; }
machine() {
  sha256sum /var/lib/dpkg/status /var/log/dpkg.log 2> /dev/null
  find /etc/apt /var/lib/apt /var/cache/apt /var/lib/dpkg /var/log/apt -printf '%p %T@ %s\n' | sort | sha256sum
}

before=$(machine)
"$fleet/make-repository" "$work/repository" || exit 1
new_root a

# --- reading ---
run list --root "$work/a"
claim 'list succeeds' 0 "$code"
claim 'list is what apt would upgrade, with what it holds back' \
  "$("$fleet/in-root" "$work/a" apt list --upgradable 2> /dev/null | sed -n 's,/.*,,p' | sort | xargs)" \
  "$(field "' '.join(sorted(u['name'] for u in d['updates']))")"
claim 'security is told by the label' 'editor libtls3 openssl-tool webd' \
  "$(field "' '.join(u['name'] for u in d['updates'] if u['security'])")"
claim 'the held package is marked' editor "$(field "' '.join(u['name'] for u in d['updates'] if u['held'])")"
claim 'system and version are read from the root' 'debian 12' "$(field "d['host']['os_id']+' '+d['host']['os_version']")"
claim 'the lists are fresh' True "$(field "abs(d['host']['lists_refreshed_unix_seconds']-$(date +%s))<60")"
run list
claim 'the machine itself can be listed' 0 "$code"
if command -v setpriv > /dev/null && cp "$program" "$work/helper" 2> /dev/null; then
  setpriv --reuid 65534 --regid 65534 --clear-groups "$work/helper" list --root "$work/a" > "$work/document" 2> /dev/null
  claim 'list needs no privilege' 6 "$(field "len(d['updates'])")"
fi

run simulate --root "$work/a" --security
claim 'security set holds the dependencies' "$(xargs -n1 <<< "$security" | sort | xargs)" \
  "$(field "' '.join(sorted('%s:%s=%s' % (p['name'],p['arch'],p['version']) for p in d['set']))")"
claim 'the held package is kept, with its reason' 'editor held' "$(field "' '.join(k['name']+' '+k['reason'] for k in d['kept'])")"
run simulate --root "$work/a" --all
claim 'all is what apt-get -s upgrade would install' \
  "$("$fleet/in-root" "$work/a" apt-get -s --with-new-pkgs upgrade | sed -n 's/^Inst \([^ ]*\).*/\1/p' | sort | xargs)" \
  "$(field "' '.join(sorted(p['name'] for p in d['set']))")"
run preflight --root "$work/a"
claim 'a clean root passes preflight' '0 ok free' "$code $(field "d['result']+' '+d['locks']['frontend']")"
for verb in list installed preflight; do
  run "$verb" --root "$work/nowhere"
  claim "$verb: a missing root" '11 root-missing' "$code $(field "d['result']")"
done
run apply --root "$work/nowhere" $security
claim 'apply: a missing root' 11 "$code"
run apply --root "$work/a" 'webd:amd64=1;reboot'
claim 'a word that is no package' 2 "$code"
run apply --root "$work/a" --force x1:all=1
claim 'an unknown option' 2 "$code"
run simulate --root "$work/a" webd:all=7.0
claim 'a version nobody offers' '10 webd' "$code $(field "d['missing'][0]['name']")"

# --- refused ---
run apply --root "$work/a" --refresh "$(dpkg --print-architecture | sed 's/^/editor:/')=9.0-1+deb12u1"
claim 'a held package is not touched' '10 9.0-1 installed' "$code $(dpkg_version a editor)"
run apply --root "$work/a" "${security##* }"
claim 'a set that needs more than it names is drift' '10 2.0-1 installed' "$code $(dpkg_version a webd)"

coproc HOLDER { exec python3 -c '
import fcntl, sys
lock = open(sys.argv[1], "w"); fcntl.lockf(lock, fcntl.LOCK_EX); print("held", flush=True); sys.stdin.read()' \
  "$work/a/var/lib/dpkg/lock-frontend"; }
holder=$HOLDER_PID
read -r _ <&"${HOLDER[0]}"
run preflight --root "$work/a"
claim 'preflight sees the lock' '12 held' "$code $(field "d['locks']['frontend']")"
started=$(date +%s%N)
run apply --root "$work/a" --lock-wait 1 $security
claim 'a lock held beyond the limit' 12 "$code"
claim 'it waited for the limit' yes "$([ $(($(date +%s%N) - started)) -ge 1000000000 ] && echo yes)"
started=$(date +%s%N)
run preflight --root "$work/a" --lock-wait 1
claim 'preflight waits for a lock, too' '12 yes' "$code $([ $(($(date +%s%N) - started)) -ge 1000000000 ] && echo yes)"
run apply --root "$work/a" --refresh
claim 'fetching lists needs no lock of dpkg' '0 ok' "$code $(field "d['result']")"
"$program" apply --root "$work/a" --lock-wait 600 $security > "$work/document" 2> /dev/null &
waiting=$!
until pgrep -P "$waiting" > /dev/null; do sleep 0.05; done
kill -TERM "$waiting"; wait "$waiting"; code=$?
claim 'at the time limit a wait for the lock ends at once' '16 the time limit was over before dpkg was at work' "$code $(field "d['detail']")"
"$program" preflight --root "$work/a" --lock-wait 600 > "$work/document" 2> /dev/null &
waiting=$!
kill "$holder"; wait "$holder" 2> /dev/null; holder=
wait "$waiting"; code=$?
claim 'and goes on when it is free' '0 ok' "$code $(field "d['result']")"

# --- installing ---
echo '# edited by the operator' >> "$work/a/etc/webd/webd.conf"
run apply --root "$work/a" --refresh --lock-wait 5 $security
claim 'apply installs the set' '0 True' "$code $(field "d['already']")"
claim 'dpkg holds it' '2.1-1+deb12u1 installed' "$(dpkg_version a webd)"
claim 'what was not in the set stays' '2025a-0 installed 9.0-1 installed' "$(dpkg_version a tzfiles) $(dpkg_version a editor)"
claim 'the edited configuration file stays' '# edited by the operator' "$(tail -1 "$work/a/etc/webd/webd.conf")"
claim 'the new one lies beside it' '# webd 2.1-1+deb12u1: shipped configuration' "$(cat "$work/a/etc/webd/webd.conf.dpkg-dist")"
run apply --root "$work/a" --refresh $security
claim 'once more changes nothing' '0 True' "$code $(field "d['already']")"
run verify --root "$work/a" $security
claim 'verify: already so' '0 True' "$code $(field "d['already']")"

# --- a postinst that fails, and its repair ---
new_root b --failing
xargs -n1 <<< "$security" > "$work/set"
run apply --root "$work/b" --refresh --set "$work/set"
claim 'a failing postinst' '16 False' "$code $(field "d['already']")"
claim 'dpkg tells which, and not only that' 'webd: installed webd package post-installation script subprocess returned error exit status 1' \
  "$(field "d['detail']")"
claim 'its words are in the output' True "$(field "'bind() to 0.0.0.0:80 failed' in d['output']")"
run holds --root "$work/b" "webd:$(dpkg --print-architecture)" nothing:all
claim 'holds tells half-configured' 'half-configured not-installed' "$(field "' '.join(p['status'] for p in d['packages'])")"
run preflight --root "$work/b"
claim 'preflight refuses a half-configured root' '13 webd' "$code $(field "d['unfinished'][0]['name']")"
claim 'and says how to repair it' True "$(field "d['detail'].endswith('repair: dpkg --root=$work/b --configure -a')")"
run preflight --root "$work/b" --set "$work/set"
claim 'but not for the set that finishes it' '0 ok' "$code $(field "d['result']")"
run simulate --root "$work/b" --set "$work/set"
claim 'nor does simulate call it drift' '0 ok' "$code $(field "d['result']")"
run apply --root "$work/b" tzfiles:all=2025b-0
claim 'a half-configured package outside the set' '13 2025a-0 installed' "$code $(dpkg_version b tzfiles)"
run verify --root "$work/b" $security
claim 'verify: not yet so' False "$(field "d['already']")"
rm "$work/b/etc/webd/broken"
run apply --root "$work/b" --refresh --set "$work/set"
claim 'after the repair the same set succeeds' '0 2.1-1+deb12u1 installed' "$code $(dpkg_version b webd)"

# --- no room ---
new_root full
sed -i '/^Package: webd$/a Installed-Size: 900000000000' "$work"/full/var/lib/apt/lists/*_Packages
run simulate --root "$work/full" --set "$work/set"
claim 'a set that the disk cannot hold is told before anything begins' '17 no-room True' \
  "$code $(field "d['result']+' '+str(d['detail'].startswith('no room below /'))")"
run apply --root "$work/full" --set "$work/set"
claim 'and not begun' '17 2.0-1 installed' "$code $(dpkg_version full webd)"
mount -t tmpfs -o size=1m tmpfs "$work/full/usr"
run preflight --root "$work/full"
claim 'preflight names the file system' '17 no room below /usr: 16 MiB are needed, 1 MiB are free' "$code $(field "d['detail']")"
umount "$work/full/usr"

# --- dpkg killed in the middle, and the next attempt ---
# Roots run their scripts with this shell: LINE comes before webd's postinst. $PPID is dpkg.
shell_of() { # ROOT LINE
  rm "$work/$1/bin/sh"
  printf '#!/bin/busybox sh\ncase $1 in *webd.postinst) %s ;; esac\nexec /bin/busybox sh "$@"\n' "$2" > "$work/$1/bin/sh"
  chmod 755 "$work/$1/bin/sh"
}
new_root e
shell_of e 'kill -KILL $PPID'
run apply --root "$work/e" --set "$work/set"
claim 'dpkg is killed: it failed, and dpkg was interrupted' '16 True' "$code $(field "d['interrupted']")"
shell_of e :
run preflight --root "$work/e"
claim 'for any other set that is a reason to refuse' '13 True' "$code $(field "'--configure -a' in d['detail']")"
run preflight --root "$work/e" --set "$work/set"
claim 'for the same set it is none' '0 ok' "$code $(field "d['result']")"
run apply --root "$work/e" tzfiles:all=2025b-0
claim 'another set finishes nothing of it' '13 2025a-0 installed' "$code $(dpkg_version e tzfiles)"
run apply --root "$work/e" --set "$work/set"
claim 'the next attempt finishes it' '0 True False' "$code $(field "d['already']") $(field "d['interrupted']")"
# Killed while it unpacked: what it had done stands in updates/, which apt does not read.
new_root cut
dpkg-query --admindir "$work/cut/var/lib/dpkg" -s libtls3 |
  sed 's/^Status:.*/Status: install ok unpacked/; s/^Version:.*/Version: 3.0.2-1+deb12u1/' > "$work/cut/var/lib/dpkg/updates/0000"
run simulate --root "$work/cut" --set "$work/set"
claim 'what dpkg has not folded in yet is no drift' '0 ok' "$code $(field "d['result']")"
run apply --root "$work/cut" --set "$work/set"
claim 'and is finished with the rest' '0 True 2.1-1+deb12u1 installed' "$code $(field "d['already']") $(dpkg_version cut webd)"
# Killed while it unpacked a package that was not there before.
new_root f
sed -i "/^Package: webd-common/,/^$/d" "$work/f/var/lib/dpkg/status"
printf 'Package: webd-common\nStatus: install reinstreq half-installed\nMaintainer: Fleet <fleet@example.net>\nArchitecture: all\nVersion: 2.1-1+deb12u1\nDescription: half\n\n' >> "$work/f/var/lib/dpkg/status"
run apply --root "$work/f" --set "$work/set"
claim 'a package of the set that is half unpacked is unpacked again' '0 2.1-1+deb12u1 installed' "$code $(dpkg_version f webd-common)"

# --- whoever waits for dpkg is killed ---
new_root g
shell_of g 'busybox seq 1 100000'
set +m
"$program" apply --root "$work/g" --set "$work/set" > "$work/document" 2> >(exec 0<&-)
claim 'nobody reads its output, and it goes on' '0 2.1-1+deb12u1 installed' "$? $(dpkg_version g webd)"
new_root h
shell_of h 'echo > /going; while [ ! -e /go ]; do busybox sleep 0.05; done; busybox seq 1 100000'
"$program" apply --root "$work/h" --set "$work/set" > "$work/document" 2> "$work/errors" &
killed=$!
until [ -e "$work/h/going" ]; do sleep 0.05; done
kill -TERM "$killed"
kill -KILL "$killed"; wait "$killed" 2> /dev/null
touch "$work/h/go"
for _ in $(seq 200); do [ "$(dpkg_version h webd)" = '2.1-1+deb12u1 installed' ] && break; sleep 0.1; done
claim 'it is killed, and its dpkg prints more than a pipe holds and finishes' '2.1-1+deb12u1 installed' "$(dpkg_version h webd)"

# --- a repository that moves on, and one that goes away ---
new_root c
"$fleet/make-repository" "$work/repository" --publish security webd 2.2-1+deb12u2 'libtls3, webd-common' || exit 1
run apply --root "$work/c" --refresh $security
claim 'a newer version in the repository is drift' '10 webd' "$code $(field "d['missing'][0]['name']")"
claim 'nothing was installed' '2.0-1 installed 3.0.1-1 installed' "$(dpkg_version c webd) $(dpkg_version c libtls3)"
new_root d
printf '#!/bin/sh\ntouch %s/hooked\n' "$work" > "$work/evil"
chmod 755 "$work/evil"
cat > "$work/d/etc/apt/apt.conf.d/hook" << CONF
DPkg::Pre-Invoke { "touch $work/hooked"; };
DPkg::Options:: "--force-script-chrootless";
DPkg::Options:: "--instdir=$work/elsewhere";
Dir::Bin::dpkg "$work/evil";
Acquire::copy::Proxy-Auto-Detect "$work/evil";
CONF
"$fleet/make-repository" "$work/repository" --publish security webd 2.3-1 $'libtls3\nConflicts: motd-base' || exit 1
run apply --root "$work/d" --refresh "webd:$(dpkg --print-architecture)=2.3-1"
claim 'a set that would remove a package' '15 1.0-1 installed motd-base' \
  "$code $(dpkg_version d motd-base) $(field "d['removals'][0]['name']")"
run simulate --root "$work/d" --security
claim 'among pending updates it is kept back and the rest goes on' 'editor held webd would-remove / libtls3 openssl-tool' \
  "$(field "' '.join(sorted(k['name']+' '+k['reason'] for k in d['kept']))+' / '+' '.join(p['name'] for p in d['set'])")"
run apply --root "$work/d" tzfiles:all=2025b-0
claim "hooks in a root's apt configuration do not run on the machine" '0 no' "$code $([ -e "$work/hooked" ] && echo yes || echo no)"
claim 'nor are its programs and options used' '2025b-0 installed no' "$(dpkg_version d tzfiles) $([ -e "$work/elsewhere" ] && echo yes || echo no)"
echo 'Dir::Log::History "/var/log/elsewhere.log";' > "$work/d/etc/apt/apt.conf.d/outside"
run list --root "$work/d"
claim 'a root whose log leads out of it' 11 "$code"
echo "Dir::State::lists \"/var/lib/apt/lists\";" > "$work/d/etc/apt/apt.conf.d/outside"
run list --root "$work/d"
claim 'a root whose apt configuration leads out of it' 11 "$code"
mv "$work/repository" "$work/gone"
run apply --root "$work/c" --refresh $security
claim 'a repository that is gone' '14 2.0-1 installed' "$code $(dpkg_version c webd)"
run list --root "$work/c"
claim 'the last lists still tell what is pending' '0 6' "$code $(field "len(d['updates'])")"

claim "the machine's own packages, lists and configuration are untouched" "$before" "$(machine)"
if [ "$failures" -ne 0 ]; then echo "$failures claims failed"; exit 1; fi
