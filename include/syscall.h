/*
 * The system calls: SYSCALL(number, result, name, (parameters)).
 *
 * This list is the only place that knows a call's number, result and
 * parameters.  The kernel's table, the user prototypes and the assembly stubs
 * are all made from it: define SYSCALL, then include this file.
 *
 * A program puts the number in %eax, has its arguments on its stack as for a C
 * call, and executes `int $64`.  The result comes back in %eax.
 */

SYSCALL(1, int, fork, (void))
SYSCALL(2, void, exit, (int status))
SYSCALL(3, int, wait, (int *status))
SYSCALL(4, int, pipe, (int fds[2]))
SYSCALL(5, int, read, (int fd, void *buf, size_t n))
SYSCALL(6, int, kill, (int pid))
SYSCALL(7, int, exec, (const char *path, char *const argv[]))
SYSCALL(8, int, fstat, (int fd, struct stat *st))
SYSCALL(9, int, chdir, (const char *path))
SYSCALL(10, int, dup, (int fd))
SYSCALL(11, int, getpid, (void))
SYSCALL(12, void *, sbrk, (int n))
SYSCALL(13, int, sleep, (int ticks))
SYSCALL(14, int, uptime, (void))
SYSCALL(15, int, open, (const char *path, int flags))
SYSCALL(16, int, write, (int fd, const void *buf, size_t n))
SYSCALL(17, int, mknod, (const char *path, int major, int minor))
SYSCALL(18, int, unlink, (const char *path))
SYSCALL(19, int, link, (const char *from, const char *to))
SYSCALL(20, int, mkdir, (const char *path))
SYSCALL(21, int, close, (int fd))
SYSCALL(22, int, halt, (int code))
SYSCALL(23, int, fsync, (int fd))
SYSCALL(24, int, lseek, (int fd, int offset, int whence))
SYSCALL(25, int, rename, (const char *from, const char *to))
