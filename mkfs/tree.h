/*
 * Making and changing files and directories in a volume whose log is empty.
 *
 * Functions that can fail return NULL, or a message that says what is wrong.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "volume.h"

/* Makes an empty file system with these sizes out of zeros. */
void tree_format(struct volume *v, uint8_t *blocks,
                 const struct superblock *super);

/* Makes the root directory, empty, in inode ROOT_INO whatever that holds. */
const char *tree_make_root(const struct volume *v);

/* NULL if a directory entry can have this name of n bytes. */
const char *tree_check_name(const char *name, size_t n);

/* The inode that `name`, of n bytes, has in directory dir; 0 if none. */
uint32_t tree_lookup(const struct volume *v, uint32_t dir, const char *name,
                     size_t n);

/* Adds an entry to directory dir; its inode's link count is left alone. */
const char *tree_add_entry(const struct volume *v, uint32_t dir,
                           const char *name, size_t n, uint32_t inum);

/* Makes an empty file in directory dir and stores its inode number. */
const char *tree_create_file(const struct volume *v, uint32_t dir,
                             const char *name, size_t n, uint32_t *inum);

/* The same with an empty directory. */
const char *tree_create_directory(const struct volume *v, uint32_t dir,
                                  const char *name, size_t n, uint32_t *inum);

bool tree_is_file(const struct volume *v, uint32_t inum);
bool tree_is_directory(const struct volume *v, uint32_t inum);

/* Gives a file new contents. */
const char *tree_write(const struct volume *v, uint32_t inum, const void *data,
                       size_t size);
