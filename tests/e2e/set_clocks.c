// Preloaded, it moves a program's clocks while that runs: the file $CLOCKS has the seconds that are added
// to the wall clock, and those that are added to the clocks that count, as a suspended machine adds them.

#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec* at) {
  long wall = 0, counted = 0;
  char text[64] = "";
  const char* path = getenv("CLOCKS");
  if (syscall(SYS_clock_gettime, clock, at) != 0) return -1;
  const int file = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const long length = read(file, text, sizeof text - 1);
  close(file);
  if (length < 0 || sscanf(text, "%ld %ld", &wall, &counted) != 2) return 0;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) at->tv_sec += wall;
  if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME) {
    at->tv_sec += counted;
  }
  return 0;
}

time_t time(time_t* at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != NULL) *at = now.tv_sec;
  return now.tv_sec;
}
