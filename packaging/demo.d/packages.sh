# What the six roots hold, asked from dpkg itself, before and after.

# what_dpkg_holds: `host package version state` a line, sorted.
what_dpkg_holds() {
  local host
  for host in "${hosts[@]}"; do
    dpkg-query --admindir "$fleet/hosts/$host/root/var/lib/dpkg" -W \
      -f="$host \${Package} \${Version} \${db:Status-Status}\n" | awk 'NF == 4'
  done | sort
}

# expected_packages: what they should hold at the end, in the words of what_dpkg_holds.
expected_packages() {
  local host webd
  for host in "${hosts[@]}"; do
    webd="2.1-1+deb12u1 installed"
    if [[ $host == web-eu-1 ]]; then webd="2.2-1+deb12u1 half-configured"; fi
    sed "s/^/$host /" <<LIST
curlish 7.88-1 installed
editor 9.0-1 installed
libtls3 3.0.2-1+deb12u1 installed
motd-base 1.0-1 installed
openssl-tool 3.0.2-1+deb12u1 installed
tzfiles 2025a-0 installed
webd $webd
webd-common 2.1-1+deb12u1 installed
LIST
  done
}

# compare_packages EXPECTED FOUND
compare_packages() {
  diff <(sort "$1") "$2" || fail "the roots do not hold what they should: < expected, > found"
}

# package_table BEFORE AFTER: a row a package and change, with the hosts that it happened on.
package_table() {
  awk -v before="$1" '
    function show(version, state) {
      if (version == "") return "-"
      return state == "installed" ? version : version " (" state ")"
    }
    BEGIN { while ((getline line < before) > 0) { split(line, w); was[w[1] " " w[2]] = show(w[3], w[4]) } }
    {
      now = show($3, $4); old = was[$1 " " $2]; if (old == "") old = "-"
      key = $2 "|" old "|" now
      count[key]++; where[key] = where[key] (where[key] == "" ? "" : " ") $1; packages++
    }
    END {
      printf "%-13s %-17s %-34s %5s\n", "PACKAGE", "BEFORE", "AFTER", "HOSTS" | "cat"
      close("cat")
      sorted = "sort"
      for (key in count) {
        split(key, part, "|")
        printf "%-13s %-17s %-34s %5d  %s\n", part[1], part[2],
               part[2] == part[3] ? "unchanged" : part[3], count[key],
               count[key] == 6 ? "all" : where[key] | sorted
      }
      close(sorted)
    }' "$2"
}
