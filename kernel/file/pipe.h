/*
 * Pipe: a bounded queue of bytes with a reading end and a writing end.
 *
 * Bytes leave in the order they entered.  What one call writes stays together,
 * even if it is more than the pipe holds and other writers wait.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "x86/mmu.h"

struct pipe;

/* Returns a new pipe with both ends open, or NULL if there is no memory. */
struct pipe *pipe_alloc(void);

/* Closes one end; with the second one the pipe is gone. */
void pipe_close(struct pipe *pipe, bool writing_end);

/*
 * Reads: moves up to n bytes to va in pgdir's memory, first waiting until there
 * is one to move or no writer left.  Returns the count, 0 at end of file, -1 if
 * the caller is killed or va is bad.
 *
 * Writes: moves n bytes from va, waiting for room as often as needed.  Returns
 * n, or what was written before the last reader went, the caller was killed or
 * va turned out to be bad; -1 if that is nothing.
 *
 * May sleep: the caller holds no spinlock.
 */
int pipe_transfer(struct pipe *pipe, bool writing, pde_t *pgdir, uintptr_t va,
                  size_t n);
