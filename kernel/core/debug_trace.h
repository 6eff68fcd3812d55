/* The trace points of the TRACE build; files include core/debug.h instead. */
#pragma once

#include <stdint.h>

/*
 * What happens, and the numbers a and b of its record:
 *
 *   SWITCH    a process goes on: its pid; with its name
 *   LEAVE     it gives up the CPU: its new state, the channel it sleeps on
 *   RUNNABLE  a process may go on: its pid, the channel it slept on
 *   TRAP      into the kernel: vector and %eax
 *   RETURN    and out of it: vector and %eax; with the name of the process, if
 *             it goes back to user mode
 *   LOCK      another look at a lock that is not free: its address; with its
 *             name
 *   DISK      a command to the disk: sector, command << 8 | pages
 *   DISK_END  it has ended: whether it failed
 *   ALLOC     a page is handed out: its address, or 0 if there was none
 *   FREE      a page comes back: its address
 */
enum trace_kind {
    TRACE_SWITCH, TRACE_LEAVE, TRACE_RUNNABLE, TRACE_TRAP, TRACE_RETURN,
    TRACE_LOCK, TRACE_DISK, TRACE_DISK_END, TRACE_ALLOC, TRACE_FREE
};

/*
 * Writes a record: with the name, or the callers if that is NULL.  May be
 * called anywhere, with any lock held.
 */
void trace_write(enum trace_kind kind, uint32_t a, uint32_t b,
                 const char *name);
#define trace(kind, a, b, name) \
    trace_write(TRACE_##kind, (uint32_t)(a), (uint32_t)(b), (name))
