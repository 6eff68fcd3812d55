/* The sizes of the kernel's tables: every limit that is ours to choose. */
#pragma once

enum {
    NCPU = 8,               // CPUs used; more are left halted
    NPROC = 256,            // processes
    NOFILE = 16,            // open files of one process
    NFILE = 512,            // open files in all
    NINODE = 512,           // inodes held in memory
    NBUF_MIN = 400,         // blocks cached at least; the log pins up to 248
    NBUF_MAX = 2048,        // blocks cached at most
    NDEV = 8,               // major device numbers, 0 is none
    MAXARG = 64,            // arguments of exec
    MAXPATH = 256,          // bytes in a path, with its terminating zero
    PROC_NAME = 16,         // bytes in a process's name, with its zero
    USER_STACK_PAGES = 4,   // of a program; the page below is a guard
    HZ = 100,               // clock ticks a second
    DISK_TIMEOUT_TICKS = 10 * HZ,
};
