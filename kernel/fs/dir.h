/*
 * Directories: files of 16-byte entries (struct dirent).
 *
 * Names are passed as they lie on the disk: DIRSIZ bytes, padded with zeros.
 * The caller has locked dir, a directory; to change it, it is in a
 * transaction.
 */
#pragma once

#include "fs/inode.h"

/* The two names that every directory has, and the one that no file has. */
extern const char dir_self[DIRSIZ];         // "."
extern const char dir_parent[DIRSIZ];       // ".."
extern const char dir_unused[DIRSIZ];       // ""

/*
 * Looks for a name, or for an unused entry.  Returns 1 and sets *inum and *off,
 * the entry's offset; 0 if it is not there, and then *off is the end; -1 on an
 * error.
 */
int dir_find(struct inode *dir, const char name[DIRSIZ], uint32_t *inum,
             uint32_t *off);

/* Adds an entry; the name is not there yet.  Returns 0, or -1 (full, error). */
int dir_add(struct inode *dir, const char name[DIRSIZ], uint32_t inum);

/* Sets the entry at offset off; dir_unused and 0 clear it.  0 or -1. */
int dir_set(struct inode *dir, uint32_t off, const char name[DIRSIZ],
            uint32_t inum);

/* Is there nothing but "." and ".."?  False on an error. */
bool dir_is_empty(struct inode *dir);
