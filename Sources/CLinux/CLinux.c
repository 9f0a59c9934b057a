#define _GNU_SOURCE
#include "CLinux.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timex.h>
#include <unistd.h>

const int tailship_o_path = O_PATH;
const int tailship_o_noatime = O_NOATIME;
const int tailship_at_empty_path = AT_EMPTY_PATH;

static int64_t nanoseconds(struct statx_timestamp time) {
    int64_t total;
    if (__builtin_mul_overflow(time.tv_sec, (int64_t)1000000000, &total)
        || __builtin_add_overflow(total, (int64_t)time.tv_nsec, &total)) {
        return time.tv_sec < 0 ? INT64_MIN : INT64_MAX;
    }
    return total;
}

int tailship_status(int directory, const char *path, int flags, struct tailship_status *status) {
    struct statx facts;
    if (statx(directory, path, flags | AT_NO_AUTOMOUNT, STATX_BASIC_STATS, &facts) != 0) {
        return -1;
    }
    status->device = makedev(facts.stx_dev_major, facts.stx_dev_minor);
    status->inode = facts.stx_ino;
    status->size = facts.stx_size;
    status->links = facts.stx_nlink;
    status->modified = nanoseconds(facts.stx_mtime);
    status->changed = nanoseconds(facts.stx_ctime);
    status->mode = facts.stx_mode;
    status->owner = facts.stx_uid;
    return 0;
}

int tailship_open_beneath(int directory, const char *path, int flags, unsigned mode) {
    struct open_how how;
    memset(&how, 0, sizeof how);
    how.flags = (uint64_t)(unsigned)flags;
    how.mode = mode;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

ssize_t tailship_directory_entries(int directory, void *buffer, size_t size) {
    return getdents64(directory, buffer, size);
}

int tailship_accept(int listener, void *address, unsigned *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int tailship_lowest_io_priority(void) {
    // The C library declares neither the call nor these: IOPRIO_WHO_PROCESS is 1, the class
    // IOPRIO_CLASS_BE (2) stands above 13 bits of level, of which 7 is the lowest.
    return (int)syscall(SYS_ioprio_set, 1, 0, (2 << 13) | 7);
}

int tailship_name_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

const char *tailship_error_name(int number) { return strerrorname_np(number); }

int tailship_syncfs(int descriptor) { return syncfs(descriptor); }

int tailship_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

int tailship_clock_is_synchronized(void) {
    struct timex state = {0};
    if (adjtimex(&state) < 0) return -1;
    return (state.status & STA_UNSYNC) == 0;
}

int tailship_real_path(const char *path, char *resolved, size_t size) {
    char *found = realpath(path, NULL);
    if (found == NULL) return -1;
    size_t length = strlen(found) + 1;
    if (length > size) {
        errno = ENAMETOOLONG;
    } else {
        memcpy(resolved, found, length);
    }
    free(found);
    return length > size ? -1 : 0;
}
