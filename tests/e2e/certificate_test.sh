#!/bin/bash
# mainstay-collect certificate at real TLS servers on this machine: served as in the file, swapped under it,
# ended, an issuer left out, another name, nonsense, silence; and at files that cannot be read.
#   certificate_test.sh PROGRAMS
set -u
programs=$(realpath -e "${1:?usage: certificate_test.sh PROGRAMS}") || exit 2
for each in openssl python3 faketime; do
  command -v "$each" > /dev/null || { echo "SKIP: needs $each"; exit 77; }
done
work=$(mktemp -d)
chmod 755 "$work"
servers=()
trap 'for each in "${servers[@]}"; do kill "$each" 2> /dev/null; done; rm -rf "$work"' EXIT
cd "$work" || exit 2
failures=0

# claim TEXT EXPECTED ACTUAL
claim() {
  if [ "$2" = "$3" ]; then echo "ok - $1"; return; fi
  echo "not ok - $1"; echo "      expected: $2"; echo "      actual:   $3"
  failures=$((failures + 1))
}
# authority NAME SUBJECT [ISSUER]
authority() {
  printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign' > extensions
  certificate "$1" "$2" "${3-}" 3650
}
# certificate NAME SUBJECT ISSUER DAYS: NAME.pem and NAME.key; itself its issuer if that is empty
certificate() {
  local signer=(-signkey "$1.key") clock=+0d days=$4
  [ -z "$3" ] || signer=(-CA "$3.pem" -CAkey "$3.key" -set_serial "0x$RANDOM$RANDOM")
  # One that has ended is made for a day, some days ago.
  [ "$days" -gt 0 ] || { clock=${days}d; days=1; }
  openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
  openssl req -new -key "$1.key" -subj "/CN=$2" -out "$1.csr" || exit 2
  faketime -f "$clock" openssl x509 -req -in "$1.csr" -days "$days" -extfile extensions -out "$1.pem" \
    "${signer[@]}" 2> errors || { cat errors; exit 2; }
}
# site NAME DNS-NAME DAYS [ISSUER]
site() {
  echo "subjectAltName=DNS:$2" > extensions
  certificate "$1" "$2" "${4-middle}" "$3"
}
# serve PORT WORD...: a server of openssl's; sets pid and port. PORT 0: any.
mkfifo held
exec {held}<> held  # its standard input never ends
serve() {
  local line
  exec {log}< <(exec openssl s_server -accept "127.0.0.1:$1" "${@:2}" <&"$held" 2>&1)
  pid=$!
  servers+=("$pid")
  port=
  while [ -z "$port" ] && read -r line <&"$log"; do
    # It names the port only if it chose it.
    case $line in ACCEPT*:*) port=${line##*:} ;; ACCEPT*) port=$1 ;; *[Ee]rror*) echo "# $line" ;; esac
  done
  [ -n "$port" ] || { echo "not ok - no server came up"; exit 1; }
  # What it says of each connection must not fill its pipe.
  cat <&"$log" > /dev/null &
  servers+=("$!")
}
unserve() {
  kill "$pid"
  wait "$pid" 2> /dev/null
}
# listen MODE: a port that is no TLS server; sets port
listen() {
  exec {log}< <(exec python3 -uc '
import socket, sys
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1])
if sys.argv[1] == "gone": sys.exit()
kept = []
while True:
    peer, _ = server.accept()
    kept.append(peer)
    if sys.argv[1] == "nonsense": peer.sendall(b"220 mail.example.net ESMTP\r\n" * 1000)
    if sys.argv[1] == "hangup": peer.close()
' "$1")
  servers+=("$!")
  read -r port <&"$log"
}
# settings LINE...: of one set
settings() {
  { printf 'kind: certificate\nname: test\nsets:\n  - name: web\n    roots: [%s/root.pem]\n' "$work"
    printf '    %s\n' "$@"; } > settings.yaml
}
look() { "$programs/mainstay-collect" certificate --file settings.yaml > report 2> errors; code=$?; }
# field EXPRESSION: by Python over the report d and its first finding f
field() { python3 -c "
import json
d = json.load(open('$work/report'))
f = d['findings'][0] if d['findings'] else {}
print($1)"; }
# says TEXT JUDGEMENT WORDS: exactly one finding, of this judgement, with these words
says() {
  look
  claim "$1" "0 1 $2 True" "$code $(field "len(d['findings']), f['judgement'], '''$3''' in f['text']" | tr -d "(),'")"
  [ "$(field "'''$3''' in f.get('text', '')")" = True ] || echo "      it says:  $(field 'f')"
}

authority root 'Test Root'
authority middle 'Test R3' root
site web web.example.net 90
site next web.example.net 80
site other other.example.net 90
site ended web.example.net -3
cat web.pem middle.pem > full.pem
cp full.pem live.pem

# --- served as in the file ---
serve 0 -cert web.pem -key web.key -cert_chain middle.pem
settings "files: [$work/live.pem]" "serve: [{port: $port, sni: web.example.net}]"
says 'served as in the file is proved' proved "served = file on $port, 89 d left; EC 256, by Test R3"
claim 'of the name that it is for' web.example.net "$(field "f['subject']")"
claim 'with the seconds to its end as a fact' True \
  "$(field "90*86400 - 600 < d['facts']['certificate.left'] <= 90*86400")"
claim 'and its readings' "$port 256 True" \
  "$(field "f['readings']['port'], f['readings']['key_bits'], f['readings']['expires_at_seconds'] > d['at']" | tr -d '(),')"

# --- the file changes and the server does not ---
cat next.pem middle.pem > live.pem
says 'renewed in the file, not in the server: refuted' refuted "port $port serves another certificate than the file"
cp full.pem live.pem

# --- swapped under it ---
first=$port
unserve
serve "$first" -cert next.pem -key next.key -cert_chain middle.pem
says 'another one served on the same port: refuted' refuted "port $port serves another certificate than the file"
unserve
serve "$first" -cert web.pem -key web.key -cert_chain middle.pem
says 'and proved again when it is back' proved "served = file on $port"
unserve
says 'no server at all is not proved' 'not proved' "port $port nobody listens"

# --- what is served is bad ---
serve 0 -cert ended.pem -key ended.key -cert_chain middle.pem
cat ended.pem middle.pem > live.pem
settings "files: [$work/live.pem]" "serve: [{port: $port}]"
says 'one that has ended is refuted' refuted 'ended '
claim 'and the fact is below zero' True "$(field "d['facts']['certificate.left'] < 0")"
settings "serve: [{port: $port}]"
says 'without a file, too' refuted 'ended '
unserve
cp full.pem live.pem
serve 0 -cert web.pem -key web.key
settings "files: [$work/live.pem]" "serve: [{port: $port}]"
says 'an issuer left out is refuted, though the file has it' refuted "port $port serves an incomplete chain, Test R3 is missing"
unserve

# --- roots that cannot be read ---
# bad_root PATH WORDS: the same server, whose chain may end in that root
bad_root() {
  settings "serve: [{port: $port, sni: web.example.net}]"
  sed -i "s|roots: .*|roots: [$work/root.pem, $1]|" settings.yaml
  look
  claim "a root that $2 is named" 'source not proved web True' "$(field "
' '.join([x for f in d['findings'] if f['topic'] == 'source' for x in (f['topic'], f['judgement'], f['subject'],
str('$1' in f['text'] and '$2' in f['text']))])")"
  claim 'and a chain that may end in it is not proved' 'not proved True' "$(field "
' '.join([x for f in d['findings'] if f['topic'] != 'source' for x in (f['judgement'], str('$1' in f['text']))])")"
}
serve 0 -cert web.pem -key web.key
bad_root "$work/nope.pem" 'No such file'
bad_root "$work/web.key" 'holds no certificate'
unserve

# --- names ---
serve 0 -cert other.pem -key other.key -cert_chain middle.pem -servername web.example.net -cert2 web.pem -key2 web.key
settings "serve: [{port: $port, sni: other.example.net}]"
says 'the name that it has is proved' proved "served on $port, 89 d left"
settings "serve: [{port: $port, sni: shop.example.net}]"
says 'a name that it has not is refuted' refuted "port $port answers shop.example.net with a certificate for other.example.net"
unserve
serve 0 -cert web.pem -key web.key -servername other.example.net -cert2 other.pem -key2 other.key -servername_fatal
settings "serve: [{port: $port, sni: shop.example.net}]"
says 'a server that refuses the name is not proved' 'not proved' 'does not speak TLS as it should: tlsv1 unrecognized name'
unserve
for version in -tls1_2 -tls1_3; do
  serve 0 -cert web.pem -key web.key -cert_chain middle.pem -Verify 1 "$version"
  settings "files: [$work/live.pem]" "serve: [{port: $port}]"
  says "a server that wants a certificate of ours ($version) shows its own first" proved 'served = file'
  unserve
done

# --- no servers of TLS ---
for each in 'nonsense|does not speak TLS as it should' 'silent|does not answer a TLS greeting in time' \
  'hangup|ends the connection' 'gone|nobody listens'; do
  listen "${each%|*}"
  settings "files: [$work/live.pem]" "serve: [{port: $port}]"
  says "${each%|*}: not proved" 'not proved' "port $port ${each#*|}"
done

# --- files ---
mkdir folder
cp web.pem folder/a.pem
openssl x509 -in other.pem -outform der -out folder/b.der
openssl pkcs12 -export -in next.pem -inkey next.key -passout pass:s3cret -out folder/c.p12
cp web.key folder/web-key.pem
settings "files: [$work/folder]"
look
claim 'a folder: PEM and DER proved, PKCS#12 without its password not' 'proved proved not proved' \
  "$(field "' '.join(sorted((f['judgement'] for f in d['findings']), reverse=True))")"
echo s3cret > password
chmod 600 password
settings "files: [$work/folder]" "password_file: $work/password"
look
claim 'with its password all three' 'proved proved proved' "$(field "' '.join(f['judgement'] for f in d['findings'])")"
claim 'which is in no report' 0 "$(grep -c s3cret report)"
chmod 644 password
look
claim 'a password that others can read is not taken' True \
  "$(field "any('readable by others' in f['text'] for f in d['findings'])")"
openssl pkcs12 -export -legacy -in next.pem -inkey next.key -passout pass:s3cret -out old.p12 2> /dev/null
chmod 600 password
settings "files: [$work/old.p12]" "password_file: $work/password"
[ ! -s old.p12 ] || says 'an encryption of old is not proved' 'not proved' 'encrypted in a way that is not read'
settings 'files: [/dev/zero]'
says 'a device is not opened' 'not proved' 'not a regular file'
if [ "$(id -u)" = 0 ] && command -v setpriv > /dev/null; then
  cp "$programs/mainstay-collect" "$work/collect"
  chmod 600 live.pem
  settings "files: [$work/live.pem]"
  chmod 644 settings.yaml
  setpriv --reuid 65534 --regid 65534 --clear-groups "$work/collect" certificate --file settings.yaml > report
  claim 'without root: not proved, and why' 'True True' \
    "$(field "f['judgement'] == 'not proved', f['text'].startswith('needs root: ')" | tr -d '(),')"
fi
printf 'kind: certificate\nsets: [{name: a, files: [b]}]\n' > settings.yaml
says 'wrong settings are not proved, with the place' 'not proved' 'settings.yaml:2:26: expected a path that begins with /'
"$programs/mainstay-collect" certificate --nonsense > /dev/null 2>&1
claim 'wrong use: exit 2' 2 $?

echo "$failures failures"
[ "$failures" = 0 ]
