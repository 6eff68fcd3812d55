/* Reading directories, and taking paths apart. */
#pragma once

#include <fs.h>
#include <stat.h>
#include <stdbool.h>
#include <stddef.h>

enum { NAME_SIZE = DIRSIZ + 1 };        // a name, with its terminating zero

/*
 * Reads the next name in the directory open as fd.  Returns its inode's number,
 * 0 after the last one, or -1 if the directory cannot be read.
 */
int dir_next(int fd, char name[NAME_SIZE]);

/*
 * Like stat, but of whatever has a name.  A device without a driver cannot be
 * opened; what its directory tells is enough for 0, with all of *st zero.
 */
int look_at(const char *path, struct stat *st);

/* Returns whether there is a file, of any type, at path. */
bool is_there(const char *path);

/* Returns whether path is a directory. */
bool is_directory(const char *path);

/* Returns what follows the last '/' of path. */
const char *base_name(const char *path);

/* Takes the slashes from the end of path, unless it is the root. */
void cut_slashes(char *path);

/*
 * Writes "dir/name" to buf.  Returns 0, or -1 if that does not fit into size
 * bytes.
 */
int join_path(char *buf, size_t size, const char *dir, const char *name);
