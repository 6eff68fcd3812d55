/*
 * Open files.
 *
 * Locking: ftable.lock guards the references and the list of free entries.
 * The offset in an inode is guarded by that inode's lock, so that of two
 * processes that share a file, neither overwrites what the other writes.  A
 * device is used with no lock held: that may take for ever.
 */
#include "file/file.h"

#include <stdbool.h>

#include "fcntl.h"
#include "lib/limits.h"
#include "lib/string.h"
#include "core/panic.h"
#include "core/spinlock.h"
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
    uint32_t off;               // [ip] or, of a device, [ftable]
};

static struct {
    struct spinlock lock;
    struct file files[NFILE];
    unsigned nused;             // [lock] entries that were ever in use
    struct file *free;          // [lock] those that are free again
} ftable = { .lock = SPINLOCK("file table", RANK_FTABLE) };

/* Returns an entry, open for what the flags say; NULL if there is none. */
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
    release(&ftable.lock);
    if (f != NULL)
        *f = (struct file){
            .refs = 1,
            .readable = mode != O_WRONLY,
            .writable = mode != O_RDONLY,
            .append = (flags & O_APPEND) != 0,
        };
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
    struct file last = *f;
    f->refs--;
    if (last.refs == 1) {
        f->next = ftable.free;
        ftable.free = f;
    }
    release(&ftable.lock);
    if (last.refs > 1)
        return 0;
    if (last.pipe != NULL)
        pipe_close(last.pipe, last.writable);
    inode_put(last.ip);
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

/* Counts the bytes that a device has moved, for those that know an offset. */
static int
advance(struct file *f, int count)
{
    if (count > 0) {
        acquire(&ftable.lock);
        f->off += (uint32_t)count;
        release(&ftable.lock);
    }
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
        return advance(f, f->device->read(pgdir, dst, f->off, n));
    if (inode_lock(f->ip) < 0)
        return -1;
    int count = inode_read(f->ip, pgdir, dst, f->off, n);
    if (count > 0)
        f->off += (uint32_t)count;
    inode_unlock(f->ip);
    return count;
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
        return advance(f, f->device->write(pgdir, src, f->off, n));
    return fs_write(f->ip, pgdir, src, &f->off, f->append, n);
}

int
file_stat(struct file *f, struct stat *st)
{
    if (f->pipe != NULL) {
        memset(st, 0, sizeof(*st));
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
    int target = -1;

    if (f->pipe != NULL || f->device != NULL || whence < SEEK_SET ||
        whence > SEEK_END || inode_lock(f->ip) < 0)
        return -1;
    uint32_t start = whence == SEEK_SET ? 0
                   : whence == SEEK_CUR ? f->off : f->ip->size;
    if (!__builtin_add_overflow(start, offset, &target) && target >= 0)
        f->off = (uint32_t)target;
    else
        target = -1;
    inode_unlock(f->ip);
    return target;
}
