/* The daemon of package greetd. Ten times a second it writes one line to /run/greetd/state: the build of
 * libgreet it has mapped, then wall clock, monotonic clock and boot clock in milliseconds, as this process
 * sees them: a test reads there what a faked clock does to a service. */
#include <stdio.h>
#include <time.h>

const char *greet(void);

static long long milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int main(void) {
  const struct timespec pause = {0, 100000000};
  for (;;) {
    FILE *state = fopen("/run/greetd/state.new", "w");
    if (state) {
      fprintf(state, "%s %lld %lld %lld\n", greet(), milliseconds(CLOCK_REALTIME), milliseconds(CLOCK_MONOTONIC),
              milliseconds(CLOCK_BOOTTIME));
      fclose(state);
      /* Renamed: a reader sees a whole line. */
      rename("/run/greetd/state.new", "/run/greetd/state");
    }
    nanosleep(&pause, NULL);
  }
}
