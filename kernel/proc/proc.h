/* The life of a process: made, forked, ended, waited for; exec replaces it. */
#pragma once

#include "sched/proc.h"

/*
 * Takes a free entry of the process table: state EMBRYO, a new pid, and a
 * kernel stack on which the process will start in forkret.  Returns NULL if
 * there is no entry or no memory.
 */
struct proc *allocproc(void);

/* Makes the first process, which runs initcode.  Called once. */
void userinit(void);

/*
 * Makes a copy of the running process.  Returns the child's pid, or -1 if there
 * is no entry or no memory; the child returns 0 from its own system call.
 */
int fork(void);

/*
 * Ends the running process; its parent learns the status from wait.  Status -1
 * stands for one that was killed.  May sleep.
 */
void exit(int status) __attribute__((noreturn));

/*
 * Waits until a child exits.  Returns its pid and sets *status, or returns -1
 * if there are no children or the caller is killed.  Sleeps.
 */
int wait(int *status);

/*
 * Grows or shrinks the heap by n bytes.  Returns where it ended before, or -1
 * if memory is out or the size is not possible.
 */
int growproc(int n);

/*
 * Replaces the running process's memory by the program in the file path and
 * lets it start at its entry point.  argv is the address, in the old memory, of
 * the arguments: pointers to strings, the last one NULL; at most MAXARG of
 * them, and one page of bytes.  Returns 0, or -1 and then the process is as
 * before: no such file, not an ELF program for this machine, bad arguments, or
 * no memory.  Sleeps.
 */
int exec(const char *path, uintptr_t argv);
