/* The process and the process table. */
#pragma once

#include <stddef.h>

#include "lib/limits.h"
#include "x86/mmu.h"
#include "x86/trapframe.h"
#include "core/spinlock.h"

struct inode;
struct file;

/*
 * The registers that swtch saves on the stack of a kernel thread: the ones a
 * C function must preserve for its caller.  %eip is the return address that
 * the call of swtch pushed.
 */
struct context {
    uint32_t edi, esi, ebx, ebp, eip;
};

enum procstate { UNUSED, EMBRYO, SLEEPING, RUNNABLE, RUNNING, ZOMBIE };

/* What fxsave stores, and in it the control words of x87 and SSE. */
enum { FPU_CONTROL = 0, FPU_MXCSR = 6 };
struct fpu {
    uint32_t words[128];
} __attribute__((aligned(16)));

/*
 * A process.  [ptable] needs ptable.lock, [self] only the process itself while
 * it runs (or its creator before it runs), [const] is fixed while it lives.
 */
struct proc {
    int pid;                        // [const] 0 in an UNUSED entry
    enum procstate state;           // [ptable]
    pde_t *pgdir;                   // [self] page directory
    uint32_t sz;                    // [self] bytes of user memory, from 0
    uint32_t heap;                  // [self] where the heap begins; sz >= heap
    char *kstack;                   // [const] bottom of the kernel stack
    struct trapframe *tf;           // [self] user registers, on kstack
    struct context *context;        // [ptable] kernel registers; swtch() here
    const void *chan;               // [ptable] what it sleeps on, if SLEEPING
    struct proc *parent;            // [ptable]
    bool killed;                    // [ptable] set once; read without by [self]
    bool killable;                  // [self] kill ends its sleep; may be read
                                    // under ptable.lock while it is SLEEPING
    bool by_init;                   // [const] forked by init: spared by ^C
    int status;                     // [ptable] exit status of a ZOMBIE
    struct proc *children;          // [ptable] first child
    struct proc *sibling;           // [ptable] next child of the same parent
    struct proc *next;              // [ptable] in the queue of its state
    struct file *ofile[NOFILE];     // [self] open files
    struct inode *cwd;              // [self] current directory
    char name[PROC_NAME];           // [self] program's name, for messages
    struct fpu fpu;                 // [self] see sched/sched.h; the last one
};

/* Every process, and the lock of all their [ptable] fields. */
extern struct ptable {
    struct spinlock lock;
    struct proc proc[NPROC];
} ptable;

/* The process that runs on this CPU, NULL if none; at %gs:4. */
extern struct proc *__seg_gs proc;

/* The first process.  It adopts orphans and never exits. */
extern struct proc *initproc;
