/*
 * Open files.
 *
 * Locking: ftable.lock guards the references.
 * The offset in an inode is guarded by that inode's lock, so that of two
 * processes that share a file, neither overwrites what the other writes.  A
 * device is used with no lock held: that may take for ever.
 */
#include "file/file.h"

#include "fcntl.h"
#include "lib/limits.h"
#include "lib/string.h"
#include "core/debug.h"
#include "core/panic.h"
#include "core/spinlock.h"
#include "dev/device.h"
#include "fs/inode.h"
#include "fs/ops.h"
#include "fs/path.h"
#include "file/pipe.h"

struct file {
    unsigned refs;              // [ftable] descriptors; 0 if the entry is free
    bool readable, writable;    // [const]
    bool append;                // [const] each write goes to the end
    struct pipe *pipe;          // [const] NULL for an inode
    struct inode *ip;           // [const] NULL for a pipe
    const struct device *device;    // [const] of a device node, else NULL
    uint32_t off;               // [ip] or, of a device, changed atomically
};

static struct {
    struct spinlock lock;
    struct file files[NFILE];
    unsigned cursor;            // [lock] where to look for a free entry
} ftable = { .lock = SPINLOCK("file table", RANK_FTABLE) };

/* Returns an entry, open for what the flags say; NULL if there is none. */
static struct file *
file_alloc(int flags)
{
    int mode = flags & O_ACCMODE;
    struct file *f = NULL;

    acquire(&ftable.lock);
    for (unsigned i = 0; i < NFILE && f == NULL; i++) {
        ftable.cursor = (ftable.cursor + 1) % NFILE;
        if (ftable.files[ftable.cursor].refs == 0)
            f = &ftable.files[ftable.cursor];
    }
    if (debug_fails(FAIL_FILE))
        f = NULL;
    if (f != NULL)
        *f = (struct file){
            .refs = 1,
            .readable = mode != O_WRONLY,
            .writable = mode != O_RDONLY,
            .append = (flags & O_APPEND) != 0,
        };
    release(&ftable.lock);
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
    if (f == NULL)
        return 0;
    acquire(&ftable.lock);
    assert(f->refs > 0);
    struct file last = *f;
    f->refs--;
    release(&ftable.lock);
    if (last.refs > 1)
        return 0;
    if (last.pipe != NULL)
        pipe_close(last.pipe, last.writable);
    inode_put(last.ip);
    return 0;
}

struct file *
file_open(const char *path, int flags)
{
    int mode = flags & O_ACCMODE;
    int known = O_ACCMODE | O_CREATE | O_TRUNC | O_APPEND;

    if ((flags & ~known) != 0 || mode == O_ACCMODE ||
        ((flags & O_TRUNC) != 0 && mode == O_RDONLY))
        return NULL;
    struct file *f = file_alloc(flags);
    if (f == NULL)
        return NULL;
    f->ip = path_lookup(path);
    if (f->ip == NULL && (flags & O_CREATE) != 0)
        f->ip = fs_create(path, T_FILE, 0, 0);
    int type = f->ip != NULL ? inode_type(f->ip) : -1;
    bool ok = type == T_FILE || (type == T_DIR && flags == O_RDONLY);
    if (type == T_DEV) {
        f->device = device_find(f->ip->d.major);
        ok = f->device != NULL;
    }
    if (ok && (flags & O_TRUNC) != 0)
        ok = fs_truncate(f->ip) == 0;
    if (ok)
        return f;
    file_close(f);
    return NULL;
}

int
pipe_create(struct file **reader, struct file **writer)
{
    *reader = file_alloc(O_RDONLY);
    *writer = file_alloc(O_WRONLY);
    bool both = *reader != NULL && *writer != NULL;
    struct pipe *pipe = both ? pipe_alloc() : NULL;
    if (pipe != NULL) {
        (*reader)->pipe = (*writer)->pipe = pipe;
        return 0;
    }
    file_close(*reader);
    file_close(*writer);
    *reader = *writer = NULL;
    return -1;
}

int
file_transfer(struct file *f, bool writing, pde_t *pgdir, uintptr_t va,
              size_t n)
{
    const struct device *device = f->device;

    if (!(writing ? f->writable : f->readable) || n > INT32_MAX)
        return -1;
    if (n == 0)
        return 0;
    if (f->pipe != NULL)
        return pipe_transfer(f->pipe, writing, pgdir, va, n);
    if (device == NULL && writing)
        return fs_write(f->ip, pgdir, va, &f->off, f->append, n);
    if (device == NULL && inode_lock(f->ip) < 0)
        return -1;
    int count = device == NULL ? inode_read(f->ip, pgdir, va, f->off, n)
              : !writing ? device->read(pgdir, va, f->off, n)
              : device->write != NULL ? device->write(pgdir, va, f->off, n)
              : -1;
    if (count > 0)
        __atomic_fetch_add(&f->off, count, __ATOMIC_RELAXED);
    if (device == NULL)
        inode_unlock(f->ip);
    return count;
}

int
file_stat(struct file *f, struct stat *st)
{
    // Also clears the padding, which would tell the user what lay there before.
    memset(st, 0, sizeof(*st));
    if (f->pipe != NULL) {
        st->dev = -1;
        return 0;
    }
    if (inode_lock(f->ip) < 0)
        return -1;
    st->type = (int16_t)f->ip->d.type;
    st->ino = inode_number(f->ip);
    st->nlink = (int16_t)f->ip->d.nlink;
    st->size = f->ip->d.size;
    inode_unlock(f->ip);
    return 0;
}

int
file_seek(struct file *f, int offset, int whence)
{
    int target;

    if (f->ip == NULL || f->device != NULL || whence < SEEK_SET ||
        whence > SEEK_END || inode_lock(f->ip) < 0)
        return -1;
    uint32_t start = whence == SEEK_SET ? 0
                   : whence == SEEK_CUR ? f->off : f->ip->d.size;
    bool ok = !__builtin_add_overflow(start, offset, &target) && target >= 0;
    if (ok)
        f->off = (uint32_t)target;
    inode_unlock(f->ip);
    return ok ? target : -1;
}
