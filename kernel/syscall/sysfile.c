/* System calls about files: they turn descriptors and strings into objects. */
#include "syscall/syscall.h"

#include "core/debug.h"
#include "mem/usermem.h"
#include "fs/ops.h"
#include "fs/path.h"
#include "file/file.h"

/* Returns argument n if it is the descriptor of an open file, else -1. */
static int
argfd(int n)
{
    int fd;

    return argint(n, &fd) == 0 && fd >= 0 && fd < NOFILE &&
           proc->ofile[fd] != NULL ? fd : -1;
}

/* Returns the lowest free descriptor from `first` on, -1 if there is none. */
static int
free_fd(int first)
{
    for (int fd = debug_fails(FAIL_DESCRIPTOR) ? NOFILE : first;
         fd < NOFILE; fd++)
        if (proc->ofile[fd] == NULL)
            return fd;
    return -1;
}

/*
 * read and write.  The whole range must be memory of the process, even where
 * less is moved in the end.
 */
static inline int
transfer(bool writing)
{
    struct {
        unsigned fd;
        uintptr_t address;
        int n;
    } args;

    // One copy for all three, and inlined: most calls are reads and writes.
    if (argcopy(0, &args, sizeof(args)) < 0 || args.n < 0 ||
        args.fd >= NOFILE || proc->ofile[args.fd] == NULL ||
        !user_range_ok(proc->pgdir, args.address, (size_t)args.n, !writing))
        return -1;
    return file_transfer(proc->ofile[args.fd], writing, proc->pgdir,
                         args.address, (size_t)args.n);
}

int
sys_read(void)
{
    return transfer(false);
}

int
sys_write(void)
{
    return transfer(true);
}

int
sys_open(void)
{
    char path[MAXPATH];
    int flags;
    int fd = free_fd(0);        // first: without one, nothing may be created

    if (fd < 0 || argstr(0, path, sizeof(path)) < 0 || argint(1, &flags) < 0)
        return -1;
    proc->ofile[fd] = file_open(path, flags);
    return proc->ofile[fd] != NULL ? fd : -1;
}

int
sys_close(void)
{
    int fd = argfd(0);

    if (fd < 0)
        return -1;
    struct file *file = proc->ofile[fd];
    proc->ofile[fd] = NULL;
    return file_close(file);
}

int
sys_dup(void)
{
    int old = argfd(0), new = free_fd(0);

    if (old < 0 || new < 0)
        return -1;
    proc->ofile[new] = file_dup(proc->ofile[old]);
    return new;
}

int
sys_fstat(void)
{
    struct stat st;
    int address, fd = argfd(0);

    if (fd < 0 || argint(1, &address) < 0 ||
        file_stat(proc->ofile[fd], &st) < 0)
        return -1;
    return copyout(proc->pgdir, (uintptr_t)address, &st, sizeof(st));
}

int
sys_lseek(void)
{
    int offset, whence, fd = argfd(0);

    if (fd < 0 || argint(1, &offset) < 0 || argint(2, &whence) < 0)
        return -1;
    return file_seek(proc->ofile[fd], offset, whence);
}

/* What has returned is on the disk already. */
int
sys_fsync(void)
{
    return argfd(0) < 0 ? -1 : 0;
}

int
sys_pipe(void)
{
    int address, first = free_fd(0);
    const int fds[2] = { first, free_fd(first + 1) };

    if (fds[0] < 0 || fds[1] < 0 || argint(0, &address) < 0 ||
        !user_range_ok(proc->pgdir, (uintptr_t)address, sizeof(fds), true) ||
        pipe_create(&proc->ofile[fds[0]], &proc->ofile[fds[1]]) < 0)
        return -1;
    return copyout(proc->pgdir, (uintptr_t)address, fds, sizeof(fds));
}

int
sys_link(void)
{
    char from[MAXPATH], to[MAXPATH];

    if (argstr(0, from, sizeof(from)) < 0 || argstr(1, to, sizeof(to)) < 0)
        return -1;
    return fs_link(from, to);
}

int
sys_rename(void)
{
    char from[MAXPATH], to[MAXPATH];

    if (argstr(0, from, sizeof(from)) < 0 || argstr(1, to, sizeof(to)) < 0)
        return -1;
    return fs_rename(from, to);
}

int
sys_unlink(void)
{
    char path[MAXPATH];

    if (argstr(0, path, sizeof(path)) < 0)
        return -1;
    return fs_unlink(path);
}

/* Makes a directory or a device node; neither may exist yet. */
static int
make_node(int type, int major, int minor)
{
    char path[MAXPATH];

    if (argstr(0, path, sizeof(path)) < 0)
        return -1;
    struct inode *ip = fs_create(path, type, major, minor);
    inode_put(ip);
    return ip != NULL ? 0 : -1;
}

int
sys_mkdir(void)
{
    return make_node(T_DIR, 0, 0);
}

int
sys_mknod(void)
{
    int major, minor;

    if (argint(1, &major) < 0 || argint(2, &minor) < 0 ||
        ((major | minor) & ~UINT16_MAX) != 0)
        return -1;
    return make_node(T_DEV, major, minor);
}

int
sys_chdir(void)
{
    char path[MAXPATH];

    if (argstr(0, path, sizeof(path)) < 0)
        return -1;
    struct inode *ip = path_lookup(path);
    bool is_dir = ip != NULL && inode_type(ip) == T_DIR;
    // One of the two directories is needed no more.
    inode_put(is_dir ? proc->cwd : ip);
    if (is_dir)
        proc->cwd = ip;
    return is_dir ? 0 : -1;
}
