/*
 * Open files: what a descriptor stands for.  dup and fork make several
 * descriptors stand for the same one, which then share its offset.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "stat.h"
#include "x86/mmu.h"

struct file;

/*
 * Opens what path names; flags are those of fcntl.h.  Returns NULL if that is
 * not possible, or if the table of open files is full.
 */
struct file *file_open(const char *path, int flags);

/* Makes a pipe and opens both ends.  Returns 0, or -1 and both are NULL. */
int pipe_create(struct file **reader, struct file **writer);

/* Returns f, which then has to be closed once more. */
struct file *file_dup(struct file *f);

/* Closes f, unless it is NULL; returns 0.  May sleep: caller has no lock. */
int file_close(struct file *f);

/*
 * Moves up to n bytes between the file and an address in pgdir's memory.
 * Returns the count, 0 at end of file or for n = 0, or -1.  May sleep.
 */
int file_transfer(struct file *f, bool writing, pde_t *pgdir, uintptr_t va,
                  size_t n);

/* Fills *st.  Returns 0 or -1. */
int file_stat(struct file *f, struct stat *st);

/* Sets the offset, as lseek, and returns it; -1 if that is not possible. */
int file_seek(struct file *f, int offset, int whence);
