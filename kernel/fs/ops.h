/*
 * The calls that modify the file system.  Each is atomic: it happens in full
 * or, when it returns -1 or NULL, not at all.  When it returns, what it did is
 * durable.  The caller holds no inode lock and is in no transaction; each may
 * sleep.
 */
#pragma once

#include "fs/inode.h"

/* Most bytes that one transaction writes to a file. */
enum { WRITE_MAX = 64 * 1024 };

/*
 * Makes a file, directory or device node.  Returns a reference to it, or NULL.
 * With T_FILE, whatever has that name already is returned as it is; with
 * another type that is an error.
 */
struct inode *fs_create(const char *path, uint16_t type, uint16_t major,
                        uint16_t minor);

/* Gives the file `from` a second name. */
int fs_link(const char *from, const char *to);

/* Removes a name; the file too if it was the last, or an empty directory. */
int fs_unlink(const char *path);

/*
 * Renames a file or directory.  A file that is called `to` is replaced by a
 * file, an empty directory by a directory.
 */
int fs_rename(const char *from, const char *to);

/* Empties a file; other inodes stay as they are. */
int fs_truncate(struct inode *ip);

/*
 * Writes n bytes, not 0, from src in pgdir's memory to offset *off, or, to
 * append, to the end; then *off is where they end.  Each piece of WRITE_MAX is
 * written whole or, on a full disk or an error, not at all; ip is locked while
 * it uses and moves *off.  Returns the count: less than n if a piece failed or
 * the file is as large as can be, -1 if nothing was written.
 */
int fs_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t *off,
             bool append, size_t n);
