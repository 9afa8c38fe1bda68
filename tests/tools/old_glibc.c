// What Debian 12's libraries call in glibc and what glibc 2.17 does not have. Linked into the program of
// `make dist` only (tests/tools/make-dist), which is built here, runs on hosts of 2014, and must not ask the
// loader for anything newer.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

// libstdc++ leaves atomic instructions out while this says so. Nobody would reset it here.
char __libc_single_threaded = 0;

// ---- Random bytes: a system call since Linux 3.17; kernels before it have the device
// ---------------------------------

static ssize_t read_random_device(void* bytes, size_t size) {
  const int device = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
  if (device < 0) return -1;
  const ssize_t count = read(device, bytes, size);
  close(device);
  return count;
}

ssize_t getrandom(void* bytes, size_t size, unsigned flags) {
  const long count = syscall(SYS_getrandom, bytes, size, flags);
  return count < 0 && errno == ENOSYS ? read_random_device(bytes, size) : count;
}

int getentropy(void* bytes, size_t size) {
  char* at = bytes;
  if (size > 256) {
    errno = EIO;
    return -1;
  }
  while (size > 0) {
    const ssize_t count = getrandom(at, size, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    at += count;
    size -= (size_t)count;
  }
  return 0;
}

// libcrypt's salts, which we never make, would take it.
void arc4random_buf(void* bytes, size_t size);
void arc4random_buf(void* bytes, size_t size) {
  if (getentropy(bytes, size) != 0) abort();
}

// ---- Wiping: the compiler may not leave it out
// ------------------------------------------------------------------------

void explicit_bzero(void* bytes, size_t size) {
  memset(bytes, 0, size);
  __asm__ __volatile__("" : : "r"(bytes) : "memory");
}

void __explicit_bzero_chk(void* bytes, size_t size, size_t room);
void __explicit_bzero_chk(void* bytes, size_t size, size_t room) {
  if (size > room) __builtin_trap();
  explicit_bzero(bytes, size);
}

// ---- New names or new versions of old functions
// -----------------------------------------------------------------------

int fcntl64(int descriptor, int command, ...);
int fcntl64(int descriptor, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return fcntl(descriptor, command, argument);
}

// The linker sends calls of log here (--wrap=log); the old version differs in errno only.
#define OLD_VERSION(name)             \
  extern __typeof__(name) old_##name; \
  __asm__(".symver old_" #name ", " #name "@GLIBC_2.2.5");

double log(double);
double exp(double);
double pow(double, double);
OLD_VERSION(log)
OLD_VERSION(exp)
OLD_VERSION(pow)
double __wrap_log(double x);
double __wrap_log(double x) {
  return old_log(x);
}
double __wrap_exp(double x);
double __wrap_exp(double x) {
  return old_exp(x);
}
double __wrap_pow(double x, double y);
double __wrap_pow(double x, double y) {
  return old_pow(x, y);
}

// ---- Waiting by the monotonic clock
// ----------------------------------------------------------------------------------- The old function only
// knows the wall clock, which may be set. So it is let wait for a second at most, and the caller is told that
// it woke up early, as any wait may; it looks at its own clock and waits again.

static const long nanoseconds_of_a_second = 1000000000;

static struct timespec plus(struct timespec time, long nanoseconds) {
  time.tv_nsec += nanoseconds;
  time.tv_sec += time.tv_nsec / nanoseconds_of_a_second;
  time.tv_nsec %= nanoseconds_of_a_second;
  return time;
}

static long long nanoseconds_until(clockid_t clock, const struct timespec* deadline) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (long long)(deadline->tv_sec - now.tv_sec) * nanoseconds_of_a_second +
         (deadline->tv_nsec - now.tv_nsec);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const struct timespec* deadline) {
  const long long left = nanoseconds_until(clock, deadline);
  if (left <= 0) return ETIMEDOUT;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const int whole = left <= nanoseconds_of_a_second;
  const struct timespec until = plus(now, whole ? (long)left : nanoseconds_of_a_second);
  const int outcome = pthread_cond_timedwait(condition, mutex, &until);
  return outcome == ETIMEDOUT && !whole ? 0 : outcome;
}
