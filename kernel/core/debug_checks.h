/* The checks of the DEBUG build; files include core/debug.h instead. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "x86/memlayout.h"
#include "x86/mmu.h"
#include "core/debug_fail.h"
#include "core/spinlock.h"

struct context;
struct proc;
struct table;
struct trapframe;

/* Panics if taking lock now breaks the lock order or takes it twice. */
void debug_acquire(struct spinlock *lock);
void debug_release(struct spinlock *lock);

/* Panics if this CPU holds any spinlock but `allowed` (may be NULL). */
void debug_no_locks_but(struct spinlock *allowed);

/* Fills a page that is about to be freed with a pattern. */
void debug_poison_page(void *page);

/* Panics if a page has been written since it was freed; then spoils it anew. */
void debug_check_page(void *page);

/* Must this taking of the resource fail, if the caller can have it or not? */
bool debug_fails(enum resource resource);

/* The number of the system call for which a program has set %eax. */
uint32_t debug_call_number(uint32_t eax);

/*
 * The schedule that comes from a seed, in sched/debug_sched.c.  Without a seed
 * nothing of the following does anything.
 */
extern bool debug_seeded;
extern uint32_t debug_seed;

/* Where another process may go on: any place where interrupts are on. */
void debug_point(void);

/* What debug_point calls in a process.  Set when the schedule begins. */
extern void (*debug_switch)(void);

/*
 * Returns the link to the process that runs next; the queue is not empty.
 * Panics if something is wrong in it.
 */
struct proc **debug_choose(struct proc **queue, struct proc *const *end);

/* For debug_trap: the clock has ticked.  No lock is held. */
void debug_schedule_tick(void);

/*
 * The machine's disk is a copy of its image at this physical address; kinit
 * leaves it alone, by this limit to the end of what it frees.
 */
enum { DEBUG_RAMDISK = 0xc00000 };
paddr_t debug_ram_end(paddr_t end);

/* Does what a request asks of the disk, and returns true.  May sleep. */
bool debug_ramdisk(bool writing, uint32_t sector, void *const pages[],
                   size_t npages);

/* Called again and again while lock is waited for; panics after too long. */
void debug_spin(struct spinlock *lock);

/* Prints which spinlocks this CPU holds, and who took them. */
void debug_list_locks(void);

/* Prints how many pages nothing refers to, and who allocated them. */
void debug_list_leaks(void);

/* Panics if something is wrong in the page table this CPU is to have. */
void debug_check_pgdir(const pde_t *pgdir);

/* Starts the clock that asks whether the CPUs still take interrupts. */
void debug_watchdog_start(void);

/*
 * For debug_trap: counts the ticks, and looks whether they come if this is that
 * clock's non-maskable interrupt; then returns true.
 */
bool debug_watchdog(const struct trapframe *tf);

/*
 * Called first at each trap: panics if its frame is not what and where it should
 * be, and looks after the clocks.  Returns whether that is all there is to do.
 */
bool debug_trap(const struct trapframe *tf);

/* Prints where each process is.  Nobody else changes that meanwhile. */
void debug_print_processes(void);

/* Panics if something is wrong in the run queue.  Starts that clock, too. */
void debug_check_queue(const struct proc *queue, struct proc *const *end);

/*
 * swtch, between two checks: it must get a stack pointer that belongs to whom it
 * is to go on with, and must give back the registers as they were.  Before a
 * process goes on its page table is looked at, too.
 */
void debug_swtch(struct context **old, struct context *new);
#define swtch(old, new) debug_swtch(old, new)

/* Before the return to user mode: panics if the kernel is not done. */
void debug_return_to_user(const struct trapframe *tf);

/* Panics if something is wrong in the block cache, or the table of inodes. */
void debug_check_table(const struct table *table);
