#!/bin/sh
# Installs or upgrades snap-proxy on this host and registers it. Safe to run again.
set -eu
umask 022
here=$(pwd)
cd "$(dirname "$0")"

record=/etc/snap-proxy/installation.json
# There while an installation that will start the service is unfinished.
start_pending=/etc/snap-proxy/start-pending
units=/etc/systemd/system
glibc_needed=2.35
prefix=
user=
state=
roots=
service=yes
downgrade=no

usage() {
  cat <<TEXT
usage: ./install.sh [options]
  --prefix DIR         install below DIR (default /usr/local)
  --user NAME          run the service as NAME (default snap-proxy; created if missing)
  --state-dir DIR      state directory (default /var/lib/snap-proxy)
  --root-key IDS       trust these root keys (default: those that the registration was made with)
  --no-service         no user, no systemd units, no record in /etc: the store is the one of the user who runs this
  --allow-downgrade    install although a newer version is here
  --help               this text
An installed store keeps the prefix, user and directory that it was installed with.
TEXT
}
fail() { echo "error: $1" >&2; [ $# -lt 3 ] || echo "  $3" >&2; exit "${2:-1}"; }

while [ $# -gt 0 ]; do
  case $1 in
    --help) usage; exit 0 ;;
    --no-service) service=no ;;
    --allow-downgrade) downgrade=yes ;;
    --prefix | --user | --state-dir | --root-key)
      [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value" 2
      case $1 in
        --prefix) prefix=$2 ;; --user) user=$2 ;; --state-dir) state=$2 ;; --root-key) roots=$2 ;;
      esac
      shift ;;
    *) usage >&2; fail "unknown option $1" 2 ;;
  esac
  shift
done

# What is recorded of an earlier installation: install.sh writes one member a line.
recorded() { [ ! -f "$record" ] || sed -n "s|^  \"$1\": \"\(.*\)\",\{0,1\}\$|\1|p" "$record"; }
# Version 1.0.0 left no record; its systemd unit says the same.
from_unit() {
  [ -f "$record" ] || [ ! -f "$units/snap-proxy.service" ] || sed -n "s|^$1=||p" "$units/snap-proxy.service"
}
if [ $service = yes ]; then
  prefix=${prefix:-$(recorded prefix)}
  user=${user:-$(recorded user)}
  state=${state:-$(recorded state-directory)}
  user=${user:-$(from_unit User)}
  state=${state:-$(from_unit Environment=SNAP_PROXY_HOME)}
  program=$(from_unit ExecStart)
  program=${program%% *}
  case $program in */bin/snap-proxy) prefix=${prefix:-${program%/bin/snap-proxy}} ;; esac
  user=${user:-snap-proxy}
  state=${state:-/var/lib/snap-proxy}
fi
prefix=${prefix:-/usr/local}
case $prefix in /*) ;; *) prefix=$here/$prefix ;; esac
case $state in /* | '') ;; *) state=$here/$state ;; esac
[ "$state" = / ] || state=${state%/}
real=$(readlink -m "${state:-/nowhere}")
for path in "$prefix" "$state" "$real"; do
  case $path in
    *[!A-Za-z0-9/._+@:-]*) fail "cannot install to '$path': use letters, digits and /._+@:- only" 2 ;;
  esac
done
[ $service = no ] || case $real in
  / | /bin | /boot | /dev | /etc | /home | /lib* | /media | /mnt | /opt | /proc | /root | /run | /sbin | /srv | /sys | /tmp | /usr \
    | /usr/* | /var | /var/lib | /var/tmp)
    fail "cannot keep the store in $real: it is a directory of the system" 2 "name a directory of its own with --state-dir" ;;
esac
case $service$user in
  yes | yes-* | yes[0-9]* | yesroot | yes*[!A-Za-z0-9_.-]*) fail "cannot run the service as '$user': name an ordinary user" 2 ;;
esac
[ $service = no ] || [ "$(id -u)" = 0 ] \
  || fail "cannot install the service: it needs root" 4 "run it with sudo, or give --no-service and a --prefix of your own"

known=$(recorded state-directory)
if [ $service = yes ] && [ -n "$known" ] && [ "$known" != "$state" ] && [ -d "$known" ]; then
  echo "warning: the store of this host was in $known; what is there does not move to $state by itself" >&2
fi

version=$(cat VERSION)
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc //p')
oldest=$(printf '%s\n%s\n' "$glibc_needed" "${glibc:-0}" | sort -V | head -n 1)
[ "$oldest" = "$glibc_needed" ] \
  || fail "cannot install here: the program needs glibc $glibc_needed or newer, this host has ${glibc:-another C library}" 3 \
    "use Ubuntu 22.04, Debian 12 or a newer release"
[ -f SHA256SUMS ] && sha256sum --check --strict --quiet SHA256SUMS >&2 \
  || fail "the package is damaged, or was changed after it was made" 6 \
    "unpack offline-snap-store.tar.gz again; compare its SHA-256 with what 'store-admin register --offline' printed"
lib/snap-proxy --version >/dev/null 2>&1 \
  || fail "the program of this package does not run on this host ($(uname -sm)); it was built for another system"
target=$prefix/lib/snap-proxy
if [ -f "$target/VERSION" ]; then
  installed=$(cat "$target/VERSION")
  newest=$(printf '%s\n%s\n' "$installed" "$version" | sort -V | tail -n 1)
  if [ "$newest" != "$version" ] && [ $downgrade = no ]; then
    fail "version $installed is installed, this package has $version; --allow-downgrade installs it all the same" 3
  fi
fi

# Root works below these folders: another user who may write to one of them could put a link there.
require_root_owned() {
  folder=$1
  case $folder in /*) ;; *) fail "cannot use '$folder': it is not an absolute path" 2 ;; esac
  while [ "$folder" != / ]; do
    folder=$(dirname "$folder")
    [ -e "$folder" ] || continue
    case $(stat -L -c '%u %A' "$folder") in
      '0 '?????-??-?) ;;
      *) fail "cannot use $1: another user may write to $folder, or owns it" 3 "keep the store below folders of root" ;;
    esac
  done
}
if [ $service = yes ]; then
  require_root_owned "$real"
  require_root_owned "$state"
  if [ -d "$real" ] && [ -n "$(ls -A "$real")" ] && [ ! -e "$real/unit.json" ] && [ ! -e "$real/unit.json.lock" ] \
    && [ ! -e "$real/postgresql" ] && [ ! -e "$real/postgresql.lock" ] && [ ! -e "$real/pending-registration.json" ]; then
    [ "$(ls -A "$real")" = lost+found ] \
      || fail "cannot keep the store in $real: it holds other files" 3 "name an empty directory with --state-dir"
  fi
  if id "$user" >/dev/null 2>&1 && [ "$(id -u "$user")" = 0 ]; then
    fail "cannot run the service as '$user': that is root" 2 "name an ordinary user"
  fi
  known=$(recorded prefix)
  [ -z "$known" ] || [ "$known" = "$prefix" ] \
    || fail "cannot install to $prefix: snap-proxy is installed in $known" 3 "run $known/lib/snap-proxy/uninstall.sh first"
fi
has_systemd() { [ $service = yes ] && [ -d /run/systemd/system ]; }
if has_systemd; then
  case $real in
    /home/* | /root/* | /run/user/* | /tmp/* | /var/tmp/*)
      fail "cannot keep the store in $real: systemd hides that directory from the service" 2 \
        "name a directory elsewhere with --state-dir" ;;
  esac
fi

# The new version stands beside the old one until it is whole; then one rename each way.
mkdir -p "$prefix/lib" "$prefix/bin" 2>/dev/null && [ -w "$prefix/lib" ] && [ -w "$prefix/bin" ] \
  || fail "cannot write to $prefix; run as root or choose another --prefix"
rm -rf "$target.new"
# If the script is stopped between the two renames, the old version comes back.
clean() { rm -rf "$target.new"; if [ ! -d "$target" ] && [ -d "$target.old" ]; then mv "$target.old" "$target"; fi; }
trap clean EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
install -d -m 755 "$target.new"
install -m 755 lib/* "$target.new/"
install -m 755 uninstall.sh "$target.new/uninstall.sh"
install -m 644 VERSION "$target.new/VERSION"
"$target.new/snap-proxy" --version >/dev/null || fail "the copied program does not run"
rm -rf "$target.old"
if [ -d "$target" ]; then mv "$target" "$target.old"; fi
mv "$target.new" "$target"
rm -rf "$target.old"
for name in snap-proxy snap-store-proxy enterprise-store; do
  ln -sfn ../lib/snap-proxy/snap-proxy "$prefix/bin/$name"
done
place() { install -d -m 755 "$(dirname "$2")" && install -m 644 "$1" "$2"; }
place man/snap-proxy.1 "$prefix/share/man/man1/snap-proxy.1"
place completions/snap-proxy.bash "$prefix/share/bash-completion/completions/snap-proxy"
place completions/_snap-proxy "$prefix/share/zsh/site-functions/_snap-proxy"
place completions/snap-proxy.fish "$prefix/share/fish/vendor_completions.d/snap-proxy.fish"
rm -rf "$prefix/share/snap-proxy/manual"
if [ -d manual ]; then
  find manual -type f | while IFS= read -r page; do place "$page" "$prefix/share/snap-proxy/$page"; done
fi
echo "Installed snap-proxy $version in $prefix"

# Stops the private PostgreSQL, whichever user started it: its files are about to change their owner.
stop_database() {
  data=$state/postgresql/data
  [ -d "$data" ] || return 0
  # What lies there is the word of the user who owns it: read as that user, and only a PostgreSQL of an ordinary user counts.
  owner=$(stat -L -c %u "$data")
  [ "$owner" != 0 ] || return 0
  process=$(timeout 5 setpriv --reuid="$owner" --regid="$(stat -L -c %g "$data")" --clear-groups \
    head -n 1 "$data/postmaster.pid" 2>/dev/null) || return 0
  case $process in '' | *[!0-9]*) return 0 ;; esac
  case $(readlink "/proc/$process/exe") in */postgres) ;; *) return 0 ;; esac
  tr '\0' '\n' <"/proc/$process/cmdline" 2>/dev/null | grep -qxF "$data" || return 0
  runner=$(stat -c %u "/proc/$process" 2>/dev/null) || return 0
  [ "$runner" != 0 ] || return 0
  setpriv --reuid="$runner" --clear-groups kill -INT "$process" || return 0
  for _ in $(seq 1 300); do
    [ -d "/proc/$process" ] || return 0
    sleep 0.2
  done
  fail "cannot upgrade: the private PostgreSQL in $state does not stop" 1 "stop process $process, then run this again"
}

if [ $service = yes ]; then
  if has_systemd; then
    # A service that the administrator stopped stays stopped through an upgrade.
    # One that failed, or waits to be started again, is to run.
    if [ ! -f "$units/snap-proxy.service" ] \
      || [ "$(systemctl show --property=ActiveState --value snap-proxy.service)" != inactive ]; then
      install -d -m 755 "$(dirname "$start_pending")"
      : >"$start_pending"
    fi
    for unit in snap-proxy.service snap-proxy-database.service; do
      if [ -f "$units/$unit" ]; then systemctl stop "$unit"; fi
    done
  fi
  id "$user" >/dev/null 2>&1 \
    || useradd --system --home-dir "$state" --no-create-home --shell /usr/sbin/nologin "$user" \
    || fail "cannot make the user $user" 1 "make it, then run this again"
  mkdir -p "$state"
  stop_database
  # Files that root's commands of older versions left behind become the service's.
  chown -RhP "$user:" "$real"
  # As that user: root must not follow a link that the user may put there meanwhile.
  as_user() { setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"; }
  as_user test -x "$real" \
    || fail "the user $user cannot enter $real: a folder above it is closed" 1 "open that folder with: chmod o+x FOLDER"
  as_user sh -c 'set -e
    cd /
    chmod 711 "$1"
    if [ -f "$1/unit.json" ]; then chmod 600 "$1/unit.json"; fi
    if [ -d "$1/blobs" ]; then
      find "$1/blobs" -type d -exec chmod 750 {} +
      find "$1/blobs" -type f -exec chmod 640 {} +
    fi' sh "$real"
  install -d -m 755 "$(dirname "$record")" /var/snap/snap-store-proxy/common/snaps-to-push \
    /var/snap/snap-store-proxy/common/charms-to-push
  cat >"$record.new" <<TEXT
{
  "state-directory": "$state",
  "user": "$user",
  "prefix": "$prefix",
  "version": "$version"
}
TEXT
  mv "$record.new" "$record"
  if has_systemd; then
    for unit in snap-proxy.service snap-proxy-database.service; do
      sed -e "s|@PREFIX@|$prefix|g" -e "s|@USER@|$user|g" -e "s|@STATE@|$state|g" -e "s|@REAL_STATE@|$real|g" \
        "$unit" >"$units/$unit.new"
      mv "$units/$unit.new" "$units/$unit"
    done
    systemctl daemon-reload
  fi
fi

[ -z "$state" ] || export SNAP_PROXY_HOME="$state"
if [ -z "$roots" ] && [ -f ROOT_KEYS ]; then roots=$(cat ROOT_KEYS); fi
set -- import-registration --when-possible --keep registration_bundle.b64
[ -z "$roots" ] || set -- "$@" --root-key "$roots"
"$prefix/bin/snap-proxy" "$@" \
  || fail "snap-proxy is installed, but not registered" 1 "mend what is said above, then run this again"

if has_systemd; then
  if [ ! -f "$start_pending" ]; then
    echo "snap-proxy.service is stopped, as before; start it with: systemctl start snap-proxy"
    exit 0
  fi
  systemctl --quiet enable snap-proxy.service snap-proxy-database.service
  rm -f "$start_pending"
  if systemctl start snap-proxy.service; then
    echo "snap-proxy.service is running"
  else
    echo "warning: snap-proxy.service does not run yet; 'journalctl --unit=snap-proxy' shows why" >&2
  fi
else
  echo "Start the server with: $prefix/bin/snap-proxy serve"
fi
