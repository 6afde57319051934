# Small disks of a test's own, to fill and to break: files with ext4 on loop devices, in a mount namespace
# that ends with the test. Sourced by tests of this folder before fleet_lib.sh.
#
#   own_mounts "$0" "$@"      starts the test again in a namespace of its own
#   new_disk NAME FOLDER MIB  mounts a new disk at FOLDER, which is made
#   fill_disk NAME            to the last block; free_disk gives it back
#   break_disk NAME           an error of the file system: read-only from now on, whoever has files open
#   mend_disk NAME            checked, and mounted again; nobody may use it

own_mounts() {
  [[ -z "${MAINSTAY_OWN_MOUNTS-}" ]] || return 0
  if [[ $EUID -ne 0 ]]; then echo 'SKIP: needs root'; exit 77; fi
  MAINSTAY_OWN_MOUNTS=1 exec unshare --mount --propagation private -- bash "$@"
}

declare -A disk_folder
new_disk() {
  local image=$fleet/disks/$1
  mkdir -p "$2" "$fleet/disks"
  truncate -s "$3M" "$image"
  # Without a journal, which would take most of so small a disk; without blocks kept back for root.
  mkfs.ext4 -q -F -m 0 -O ^has_journal "$image" || fail "no file system on $image"
  disk_folder[$1]=$2
  mount_disk "$1" || fail "$image cannot be mounted"
  rmdir "$2/lost+found"
}
mount_disk() { mount -o loop,errors=remount-ro "$fleet/disks/$1" "${disk_folder[$1]}"; }

fill_disk() {
  local file=${disk_folder[$1]}/fill free
  free=$(df --output=avail -B1024 "${disk_folder[$1]}" | tail -n 1)
  fallocate -l "$((free > 64 ? free - 64 : 1))K" "$file"
  dd if=/dev/zero of="$file.rest" bs=1024 2>/dev/null
  sync -f "${disk_folder[$1]}"
}
free_disk() { rm -f "${disk_folder[$1]}"/fill "${disk_folder[$1]}"/fill.rest; }

break_disk() {
  local device
  device=$(findmnt -no SOURCE "${disk_folder[$1]}")
  echo 1 >"/sys/fs/ext4/${device#/dev/}/trigger_fs_error" || fail "the disk $1 cannot be broken"
}
mend_disk() {
  wait_for 10 "nobody to use the disk $1" umount "${disk_folder[$1]}"
  e2fsck -fy "$fleet/disks/$1" >>"$fleet/logs/fsck.txt" 2>&1
  mount_disk "$1" || fail "$1 cannot be mounted again"
}
at_end() { local each; for each in "${disk_folder[@]}"; do umount -l "$each" 2>/dev/null; done; }
