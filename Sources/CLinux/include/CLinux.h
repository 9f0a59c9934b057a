// What Swift's Glibc module leaves out: whole headers that it does not list, and calls that need
// _GNU_SOURCE or have no wrapper in the C library. Calls named tailship_* fail as the system's do:
// -1 with errno set.
#pragma once

#include <stddef.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/types.h>

/// Flags of open(2) and the *at calls that only _GNU_SOURCE declares.
extern const int tailship_o_path;
extern const int tailship_o_noatime;
extern const int tailship_at_empty_path;

/// What statx(2) tells of a file; times are nanoseconds since 1970, held within int64.
struct tailship_status {
    uint64_t device;
    uint64_t inode;
    uint64_t size;
    uint64_t links;
    int64_t modified;
    int64_t changed;
    uint32_t mode;
    uint32_t owner;
};

/// statx(2) without mounting anything.
int tailship_status(int directory, const char *path, int flags, struct tailship_status *status);

/// openat2(2) that stays beneath `directory` and follows no link of any kind.
int tailship_open_beneath(int directory, const char *path, int flags, unsigned mode);

/// getdents64(2): records of the kernel's `linux_dirent64`.
ssize_t tailship_directory_entries(int directory, void *buffer, size_t size);

/// accept4(2), non-blocking and closed on exec.
int tailship_accept(int listener, void *address, unsigned *length);

/// ioprio_set(2) for the calling thread: best effort, the lowest of its eight levels.
int tailship_lowest_io_priority(void);

/// Names the calling thread; at most 15 bytes.
int tailship_name_thread(const char *name);

/// The symbol of an error number ("ENOENT"); NULL for an unknown one.
const char *tailship_error_name(int number);

/// syncfs(2).
int tailship_syncfs(int descriptor);

/// pipe2(2), closed on exec; `ends` has room for two.
int tailship_pipe(int *ends);

/// adjtimex(2): 1 where the clock is kept right, 0 where not, negative where the kernel does not say.
int tailship_clock_is_synchronized(void);

/// realpath(3) into a buffer of `size` bytes; 0, or -1 with errno.
int tailship_real_path(const char *path, char *resolved, size_t size);
