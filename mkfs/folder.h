/* Folders of the host.  Its struct dirent and ours cannot meet in one file. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* True if path names a folder; dies if it names nothing. */
bool is_folder(const char *path);

/*
 * The names in a folder but . and .., sorted by their bytes: hosts give them in
 * any order.  An array of allocated strings that ends with NULL.
 */
char **folder_names(const char *path);
