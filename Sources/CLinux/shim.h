#pragma once
#include <spawn.h>
#include <sys/types.h>

// What Swift's map of glibc leaves out.

// Of glibc 2.34.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

// Of Linux 2.6.17; see sync_file_range(2).
extern int sync_file_range(int fd, off_t offset, off_t count, unsigned int flags);
enum { CLINUX_SYNC_FILE_RANGE_WRITE = 2 };

// Of Linux 2.1.44; see setresuid(2). glibc changes the identity of every thread.
extern int setresuid(uid_t real, uid_t effective, uid_t saved);
extern int setresgid(gid_t real, gid_t effective, gid_t saved);

// Of Linux 1.2; see setfsuid(2). They change the calling thread alone, and return the old id.
extern int setfsuid(uid_t user);
extern int setfsgid(gid_t group);

// Of glibc; see malloc_trim(3). Gives free memory back to the system.
extern int malloc_trim(size_t pad);

// O_DIRECT of open(2), which differs from machine to machine.
#if defined(__aarch64__) || defined(__arm__)
enum { CLINUX_O_DIRECT = 0200000 };
#else
enum { CLINUX_O_DIRECT = 040000 };
#endif
