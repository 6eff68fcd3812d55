/* What the file system sees of a process, in the place of kernel/sched/proc.h. */
#pragma once

#include "core/spinlock.h"

struct inode;

struct proc {
    int pid;
    struct inode *cwd;
};

extern struct proc *proc;

/* Of the process table, the lock alone. */
extern struct ptable {
    struct spinlock lock;
} ptable;
