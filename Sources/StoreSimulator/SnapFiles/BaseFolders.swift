/// The folders of a root file system that a base snap has, all empty: snap-confine mounts the host's over them, and does not
/// start an app where one is missing. Source: snapd, `cmd/snap-confine/mount-support.c`.
enum BaseFolders {
  static let paths = [
    "bin", "boot", "dev", "etc", "home", "lib", "lib/firmware", "lib/modules", "lib64", "media", "mnt", "opt", "proc",
    "root", "run", "run/media", "run/netns", "sbin", "snap", "srv", "sys", "tmp", "usr/bin", "usr/lib/snapd",
    "usr/local",
    "usr/sbin", "usr/share", "usr/src", "var/cache", "var/lib/extrausers", "var/lib/snapd", "var/log", "var/snap",
    "var/tmp", "writable",
  ]
}
