#!/bin/sh
# Removes snap-proxy from this host. The store itself stays unless --purge is given.
set -eu

record=/etc/snap-proxy/installation.json
units=/etc/systemd/system
purge=no

usage() {
  cat <<TEXT
usage: uninstall.sh [--purge]
  --purge    remove the state directory, too: the database with all secrets and the pushed snaps; and the user snap-proxy
Without --purge, installing snap-proxy again brings the store back.
TEXT
}
fail() { echo "error: $1" >&2; exit "${2:-1}"; }

for argument in "$@"; do
  case $argument in
    --help) usage; exit 0 ;;
    --purge) purge=yes ;;
    *) usage >&2; fail "unknown option $argument" 2 ;;
  esac
done
prefix=$(cd "$(dirname "$0")/../.." && pwd)
remove_program() {
  for name in snap-proxy snap-store-proxy enterprise-store; do rm -f "$prefix/bin/$name"; done
  rm -f "$prefix/share/man/man1/snap-proxy.1" "$prefix/share/bash-completion/completions/snap-proxy" \
    "$prefix/share/zsh/site-functions/_snap-proxy" "$prefix/share/fish/vendor_completions.d/snap-proxy.fish"
  rm -rf "$prefix/share/snap-proxy"
}
if [ ! -f "$record" ]; then
  # Installed with --no-service: there is a program and nothing else.
  [ $purge = no ] || fail "cannot remove a store: none is recorded on this host ($record is missing)" 3
  [ -w "$prefix/lib" ] || fail "cannot uninstall from $prefix: it needs root" 4
  remove_program
  echo "Removed snap-proxy from $prefix; stores stay where they are"
  rm -rf "$prefix/lib/snap-proxy"
  exit 0
fi
[ "$(id -u)" = 0 ] || fail "cannot uninstall: it needs root" 4
recorded() { sed -n "s|^  \"$1\": \"\(.*\)\",\{0,1\}\$|\1|p" "$record"; }
prefix=$(recorded prefix)
user=$(recorded user)
state=$(recorded state-directory)
[ -n "$prefix" ] && [ -n "$user" ] && [ -n "$state" ] || fail "cannot uninstall: $record is damaged"
# Root works below these folders: another user who may write to one of them could put a link there.
require_root_owned() {
  folder=$1
  case $folder in /*) ;; *) fail "cannot use '$folder': it is not an absolute path" 2 ;; esac
  while [ "$folder" != / ]; do
    folder=$(dirname "$folder")
    [ -e "$folder" ] || continue
    case $(stat -L -c '%u %A' "$folder") in
      '0 '?????-??-?) ;;
      *) fail "cannot use $1: another user may write to $folder, or owns it" ;;
    esac
  done
}
real=$(readlink -m "$state")
if [ $purge = yes ]; then
  require_root_owned "$real"
  require_root_owned "$state"
  inner=$(awk -v below="$real/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts)
  [ -z "$inner" ] || fail "cannot remove the store in $real: unmount what is mounted below it first: $inner" 3
fi
case $real in
  / | /bin | /boot | /dev | /etc | /home | /lib* | /media | /mnt | /opt | /proc | /root | /run | /sbin | /srv | /sys | /tmp | /usr \
    | /usr/* | /var | /var/lib | /var/tmp)
    [ $purge = no ] || fail "cannot remove the store in $real: it is a directory of the system" 2 ;;
esac

if [ -d /run/systemd/system ]; then
  for unit in snap-proxy.service snap-proxy-database.service; do
    if [ -f "$units/$unit" ]; then systemctl --quiet disable --now "$unit"; fi
  done
else
  timeout 150 "$prefix/bin/snap-proxy" --state-dir "$state" database stop || true
fi
rm -f "$units/snap-proxy.service" "$units/snap-proxy-database.service"
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
remove_program
# The folders that the documented paths name; with files in them they stay.
for folder in snaps-to-push charms-to-push; do rmdir "/var/snap/snap-store-proxy/common/$folder" 2>/dev/null || true; done
rmdir -p /var/snap/snap-store-proxy/common 2>/dev/null || true
if [ $purge = yes ]; then
  if [ -d "$real" ]; then
    find "$real" -xdev -mindepth 1 -delete
    rmdir "$real" 2>/dev/null || true
  fi
  if [ -L "$state" ]; then rm -f "$state"; fi
  if [ "$user" = snap-proxy ]; then userdel "$user" 2>/dev/null || true; fi
  echo "Removed snap-proxy and the store in $state"
else
  echo "Removed snap-proxy; the store in $state and the user $user stay"
fi
rm -f "$record" "$(dirname "$record")/start-pending"
rmdir "$(dirname "$record")" 2>/dev/null || true
# Last: this script is in it.
rm -rf "$prefix/lib/snap-proxy"
