/* Directories. */
#include "fs/dir.h"

#include "lib/string.h"
#include "fs/cache.h"

enum { ENTRY = sizeof(struct dirent) };

const char dir_self[DIRSIZ] = ".";
const char dir_parent[DIRSIZ] = "..";

bool
dir_name_is(const char name[DIRSIZ], const char other[DIRSIZ])
{
    return memcmp(name, other, DIRSIZ) == 0;
}

/* What search looks for, besides names: an unused entry, any used one. */
static const char unused[DIRSIZ], used[DIRSIZ];

static inline bool
matches(const struct dirent *entry, const char name[DIRSIZ])
{
    if (name == unused)
        return entry->inum == 0;
    // Most names differ in the first byte: spare the call then.
    return entry->inum != 0 && (name == used || (entry->name[0] == name[0] &&
                                            dir_name_is(entry->name, name)));
}

/* Returns the first entry in [entry, end) that matches, or end. */
static inline const struct dirent *
scan(const struct dirent *entry, const struct dirent *end,
     const char name[DIRSIZ])
{
    while (entry < end && !matches(entry, name))
        entry++;
    return entry;
}

/*
 * Finds the first entry from offset *off on that matches, and sets *off to its
 * offset, or to the end.  Returns 1, or 0 if there is none, or -1 on an error.
 */
static inline int
search(struct inode *dir, const char name[DIRSIZ], uint32_t *inum,
       uint32_t *off)
{
    while (*off < dir->size) {
        uint32_t block, rest = dir->size - *off / BSIZE * BSIZE;
        if (bmap(dir, *off / BSIZE, false, &block) < 0 || block == 0)
            return -1;
        struct buf *buf = cache_read(block, 1);
        if (buf == NULL)
            return -1;
        const struct dirent *first = buf->data;
        const struct dirent *end = first + BSIZE / ENTRY;
        if (rest < BSIZE)
            end = first + rest / ENTRY;
        const struct dirent *found =
            scan(first + *off % BSIZE / ENTRY, end, name);
        *off = *off / BSIZE * BSIZE + (uint32_t)(found - first) * ENTRY;
        *inum = found < end ? found->inum : 0;
        cache_put(buf);
        if (found < end)
            return 1;
    }
    return 0;
}

int
dir_find(struct inode *dir, const char name[DIRSIZ], uint32_t *inum,
         uint32_t *off)
{
    *off = 0;
    return search(dir, name, inum, off);
}

bool
dir_is_empty(struct inode *dir)
{
    uint32_t inum, off = 2 * ENTRY;     // behind "." and ".."

    return search(dir, used, &inum, &off) == 0;
}

int
dir_set(struct inode *dir, uint32_t off, const char name[DIRSIZ], uint32_t inum)
{
    struct dirent entry = { .inum = (uint16_t)inum };

    memcpy(entry.name, name, DIRSIZ);
    return inode_write(dir, NULL, (uintptr_t)&entry, off, ENTRY) == ENTRY ? 0
                                                                          : -1;
}

int
dir_clear(struct inode *dir, uint32_t off)
{
    return dir_set(dir, off, unused, 0);
}

int
dir_add(struct inode *dir, const char name[DIRSIZ], uint32_t inum)
{
    uint32_t none, off = 0;

    // If no entry is unused, off is the end: the directory grows.
    if (search(dir, unused, &none, &off) < 0)
        return -1;
    return dir_set(dir, off, name, inum);
}
