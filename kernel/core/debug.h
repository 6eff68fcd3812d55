/*
 * Checks of the DEBUG build: each is one call in the code it checks, and
 * nothing in a normal build.
 */
#pragma once

#ifdef DEBUG
#include "core/debug_checks.h"
#else
#include <stdbool.h>

#define debug_acquire(lock) ((void)(lock))
#define debug_release(lock) ((void)(lock))
#define debug_no_locks_but(allowed) ((void)(allowed))
#define debug_poison_page(page) ((void)(page))
#define debug_check_page(page) ((void)(page))
#define debug_spin(lock) trace(LOCK, lock, 0, (lock)->name)
#define debug_list_locks() ((void)0)
#define debug_list_leaks() ((void)0)
#define debug_trap(tf) ((void)(tf), false)
#define debug_return_to_user(tf) ((void)(tf))
#define debug_check_table(table) ((void)(table))
#define debug_fails(resource) false
#define debug_call_number(eax) (eax)
#define debug_point() ((void)0)
#define debug_choose(queue, end) ((void)(end), (queue))
#define debug_ram_end(end) (end)
#define debug_ramdisk(writing, sector, pages, npages) false
#endif

/* What the TRACE build writes down as it happens. */
#ifdef TRACE
#include "core/debug_trace.h"
#else
#define trace(kind, a, b, name) ((void)0)
#endif
