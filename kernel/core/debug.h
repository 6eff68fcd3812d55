/*
 * Checks of the DEBUG build: each is one call in the code it checks, and
 * nothing in a normal build.
 */
#pragma once

#ifdef DEBUG
#include "core/spinlock.h"

/* Panics if taking lock now breaks the lock order or takes it twice. */
void debug_acquire(struct spinlock *lock);
void debug_release(struct spinlock *lock);

/* Panics if this CPU holds any spinlock but `allowed` (may be NULL). */
void debug_no_locks_but(struct spinlock *allowed);

/* Fills a page that is about to be freed with a pattern. */
void debug_poison_page(void *page);

/* Panics if a page has been written since it was freed; then spoils it anew. */
void debug_check_page(void *page);
#else
#define debug_acquire(lock) ((void)(lock))
#define debug_release(lock) ((void)(lock))
#define debug_no_locks_but(allowed) ((void)(allowed))
#define debug_poison_page(page) ((void)(page))
#define debug_check_page(page) ((void)(page))
#endif
