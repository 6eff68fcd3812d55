/*
 * Paths: from names to inodes.  A walk locks one directory at a time, so it is
 * made outside of any transaction and with no inode locked; it may sleep.
 */
#pragma once

#include "fs/inode.h"

/* One component of a path. */
struct name {
    char bytes[DIRSIZ];         // padded with zeros
    bool slash;                 // a slash follows: only a directory may have it
};

/*
 * Returns a reference to what the path names, from the root or, without a
 * slash in front, from the running process's directory; NULL if there is no
 * such thing.
 */
struct inode *path_lookup(const char *path);

/*
 * Returns a reference to the directory in which the path's last component is to
 * be found, and that component; NULL if there is none.
 */
struct inode *path_parent(const char *path, struct name *last);
