/*
 * The file system as it should be: a tree in memory, as simple as can be.
 *
 * A world is what one process sees: its own directory with all below it, its
 * current directory, its open files.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs.h"

enum { MAX_OPEN = 3, MAX_BYTES = MAXFILE * BSIZE };

struct node {
    int type;
    int major;
    int nlink;
    struct node *parent;        // of a directory
    struct child *children;     // of a directory
    uint8_t *data;              // of a file
    uint32_t size;
    uint64_t hash;              // of data, 0 if not computed yet
};

struct child {
    char name[DIRSIZ + 1];
    struct node *node;
    struct child *next;
};

struct world {
    struct node *root, *cwd;
    const char *root_path;      // the root is a directory of the file system
};

void world_create(struct world *w, const char *root_path);

/* A number that stands for the whole state: names, types, links, contents. */
uint64_t world_hash(struct node *node);

/* What is in a hash, of a file or device, and of an entry. */
uint64_t hash_bytes(const void *data, size_t size);
uint64_t hash_inode(int type, int nlink, int major, uint32_t size,
                    uint64_t contents);
uint64_t hash_entry(const char *name, uint64_t inode);

/*
 * The calls, each with the result of the real one: 0, or -1 if it must fail.
 * model_open sets *node.
 */
struct node *model_lookup(struct world *w, const char *path);
int model_open(struct world *w, const char *path, int flags,
               struct node **node);
int model_make(struct world *w, const char *path, int type, int major);
int model_link(struct world *w, const char *from, const char *to);
int model_unlink(struct world *w, const char *path);
int model_rename(struct world *w, const char *from, const char *to);
int model_chdir(struct world *w, const char *path);
int model_write(struct node *node, const uint8_t *src, uint32_t off, size_t n);

/*
 * Does the way of this path lead out of the world?  Then it must not be used.
 */
bool model_leaves(struct world *w, const char *path);
