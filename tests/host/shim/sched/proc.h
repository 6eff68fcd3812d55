/* What the file system sees of a process, in the place of kernel/sched/proc.h. */
#pragma once

struct inode;

struct proc {
    int pid;
    struct inode *cwd;
};

extern struct proc *proc;
