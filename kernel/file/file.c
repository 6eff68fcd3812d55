/*
 * Open files.
 *
 * Locking: ftable.lock guards the references and the list of free entries.  A
 * file's `turn` is held while its offset is used, so that of two processes that
 * share it, neither overwrites what the other writes.  It comes before all locks
 * of fs/.  A device is read and written without it: that may take for ever.
 */
#include "file/file.h"

#include <stdbool.h>

#include "fcntl.h"
#include "lib/limits.h"
#include "lib/string.h"
#include "core/panic.h"
#include "core/spinlock.h"
#include "sched/sleeplock.h"
#include "dev/device.h"
#include "fs/inode.h"
#include "fs/ops.h"
#include "fs/path.h"
#include "file/pipe.h"

struct file {
    unsigned refs;              // [ftable] descriptors; 0 if the entry is free
    struct file *next;          // [ftable] in the list of free entries
    bool readable, writable;    // [const]
    bool append;                // [const] each write goes to the end
    struct pipe *pipe;          // [const] NULL for an inode
    struct inode *ip;           // [const] NULL for a pipe
    const struct device *device;    // [const] of a device node, else NULL
    struct sleeplock turn;
    uint32_t off;               // [turn] where the next read or write begins
};

static struct {
    struct spinlock lock;
    struct file files[NFILE];
    unsigned nused;             // [lock] entries that were ever in use
    struct file *free;          // [lock] those that are free again
} ftable = { .lock = SPINLOCK("file table", RANK_FTABLE) };

/* Returns a cleared entry, open for what the flags say; NULL if there is none. */
static struct file *
file_alloc(int flags)
{
    int mode = flags & O_ACCMODE;

    acquire(&ftable.lock);
    struct file *f = ftable.free;
    if (f != NULL)
        ftable.free = f->next;
    else if (ftable.nused < NFILE)
        f = &ftable.files[ftable.nused++];
    if (f != NULL) {
        memset(f, 0, sizeof(*f));
        f->refs = 1;
    }
    release(&ftable.lock);
    if (f == NULL)
        return NULL;
    sleeplock_init(&f->turn, "file");
    f->readable = mode != O_WRONLY;
    f->writable = mode != O_RDONLY;
    f->append = (flags & O_APPEND) != 0;
    return f;
}

struct file *
file_dup(struct file *f)
{
    acquire(&ftable.lock);
    assert(f->refs > 0);
    f->refs++;
    release(&ftable.lock);
    return f;
}

int
file_close(struct file *f)
{
    acquire(&ftable.lock);
    assert(f->refs > 0);
    bool last = f->refs == 1;
    if (!last)
        f->refs--;
    release(&ftable.lock);
    if (!last)
        return 0;
    if (f->pipe != NULL)
        pipe_close(f->pipe, f->writable);
    inode_put(f->ip);
    acquire(&ftable.lock);
    f->refs = 0;
    f->next = ftable.free;
    ftable.free = f;
    release(&ftable.lock);
    return 0;
}

static bool
flags_are_good(int flags)
{
    int mode = flags & O_ACCMODE;

    if ((flags & ~(O_ACCMODE | O_CREATE | O_TRUNC | O_APPEND)) != 0)
        return false;
    if (mode != O_RDONLY && mode != O_WRONLY && mode != O_RDWR)
        return false;
    return (flags & O_TRUNC) == 0 || mode != O_RDONLY;
}

/* Checks that f->ip can be opened so, and notes the device if it is one. */
static int
check_inode(struct file *f, int flags)
{
    if (inode_lock(f->ip) < 0)
        return -1;
    uint16_t type = f->ip->type;
    uint16_t major = f->ip->major;
    inode_unlock(f->ip);
    if (type == T_DIR)
        return flags == O_RDONLY ? 0 : -1;
    if (type != T_DEV)
        return 0;
    f->device = device_find(major);
    return f->device != NULL ? 0 : -1;
}

struct file *
file_open(const char *path, int flags)
{
    struct file *f = flags_are_good(flags) ? file_alloc(flags) : NULL;

    if (f == NULL)
        return NULL;
    f->ip = path_lookup(path);
    if (f->ip == NULL && (flags & O_CREATE) != 0)
        f->ip = fs_create(path, T_FILE, 0, 0);
    if (f->ip == NULL || check_inode(f, flags) < 0)
        goto close;
    if ((flags & O_TRUNC) != 0 && fs_truncate(f->ip) < 0)
        goto close;
    return f;
close:
    file_close(f);
    return NULL;
}

int
pipe_create(struct file **reader, struct file **writer)
{
    *reader = file_alloc(O_RDONLY);
    *writer = *reader != NULL ? file_alloc(O_WRONLY) : NULL;
    struct pipe *pipe = *writer != NULL ? pipe_alloc() : NULL;
    if (pipe != NULL) {
        (*reader)->pipe = pipe;
        (*writer)->pipe = pipe;
        return 0;
    }
    if (*writer != NULL)
        file_close(*writer);
    if (*reader != NULL)
        file_close(*reader);
    return -1;
}

/* Reads or writes a device, which may not know offsets: then nobody minds. */
static int
use_device(struct file *f, bool write, pde_t *pgdir, uintptr_t va, size_t n)
{
    sleeplock_acquire(&f->turn);
    uint32_t off = f->off;
    sleeplock_release(&f->turn);
    int count = write ? f->device->write(pgdir, va, off, n)
                      : f->device->read(pgdir, va, off, n);
    if (count > 0) {
        sleeplock_acquire(&f->turn);
        f->off = off + (uint32_t)count;
        sleeplock_release(&f->turn);
    }
    return count;
}

static int
read_inode(struct file *f, pde_t *pgdir, uintptr_t dst, size_t n)
{
    int count = -1;

    sleeplock_acquire(&f->turn);
    if (inode_lock(f->ip) == 0) {
        count = inode_read(f->ip, pgdir, dst, f->off, n);
        inode_unlock(f->ip);
    }
    if (count > 0)
        f->off += (uint32_t)count;
    sleeplock_release(&f->turn);
    return count;
}

int
file_read(struct file *f, pde_t *pgdir, uintptr_t dst, size_t n)
{
    if (!f->readable || n > INT32_MAX)
        return -1;
    if (n == 0)
        return 0;
    if (f->pipe != NULL)
        return pipe_read(f->pipe, pgdir, dst, n);
    if (f->device != NULL)
        return use_device(f, false, pgdir, dst, n);
    return read_inode(f, pgdir, dst, n);
}

int
file_write(struct file *f, pde_t *pgdir, uintptr_t src, size_t n)
{
    if (!f->writable || n > INT32_MAX)
        return -1;
    if (n == 0)
        return 0;
    if (f->pipe != NULL)
        return pipe_write(f->pipe, pgdir, src, n);
    if (f->device != NULL)
        return use_device(f, true, pgdir, src, n);
    sleeplock_acquire(&f->turn);
    int count = fs_write(f->ip, pgdir, src, &f->off, f->append, n);
    sleeplock_release(&f->turn);
    return count;
}

int
file_stat(struct file *f, struct stat *st)
{
    memset(st, 0, sizeof(*st));
    if (f->pipe != NULL) {
        st->dev = -1;
        return 0;
    }
    if (inode_lock(f->ip) < 0)
        return -1;
    inode_stat(f->ip, st);
    inode_unlock(f->ip);
    return 0;
}

int
file_seek(struct file *f, int offset, int whence)
{
    struct stat st;
    int start = 0, target;

    if (f->pipe != NULL || f->device != NULL || file_stat(f, &st) < 0)
        return -1;
    sleeplock_acquire(&f->turn);
    if (whence == SEEK_CUR)
        start = (int)f->off;
    else if (whence == SEEK_END)
        start = (int)st.size;
    else if (whence != SEEK_SET)
        start = -1;
    if (start < 0 || __builtin_add_overflow(start, offset, &target) ||
        target < 0)
        target = -1;
    else
        f->off = (uint32_t)target;
    sleeplock_release(&f->turn);
    return target;
}
