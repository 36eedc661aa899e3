#pragma once
#include <spawn.h>

// Of glibc 2.34; Swift's map of glibc leaves it out.
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
