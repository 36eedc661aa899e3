// arc4random(3) for the static libraries that a program is linked with: libarchive and libstdc++ of Debian 12 ask for
// glibc's own, which came with glibc 2.36, and a program that needs it does not start on an older system.
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void arc4random_buf(void *bytes, size_t count) {
  unsigned char *next = bytes;
  while (count > 0) {
    ssize_t given = getrandom(next, count, 0);
    if (given < 0 && errno == EINTR) continue;
    if (given <= 0) {
      // The callers expect no failure, and would go on with bytes that are not random.
      perror("error: cannot get random bytes from the kernel: getrandom");
      abort();
    }
    next += given;
    count -= (size_t)given;
  }
}

uint32_t arc4random(void) {
  uint32_t number;
  arc4random_buf(&number, sizeof number);
  return number;
}

uint32_t arc4random_uniform(uint32_t bound) {
  if (bound < 2) return 0;
  // What is left when 2^32 is divided by the bound: numbers below it would make small results likelier.
  uint32_t rest = -bound % bound;
  uint32_t number;
  do number = arc4random();
  while (number < rest);
  return number % bound;
}
