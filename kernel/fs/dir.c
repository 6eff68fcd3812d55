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
    // Most names differ in the first byte: spare the call then.
    return name[0] == other[0] && memcmp(name, other, DIRSIZ) == 0;
}

/* Is this the entry that is looked for? */
typedef bool dir_test(const struct dirent *entry, const char name[DIRSIZ]);

static bool
has_name(const struct dirent *entry, const char name[DIRSIZ])
{
    return entry->inum != 0 && dir_name_is(entry->name, name);
}

static bool
is_unused(const struct dirent *entry, const char name[DIRSIZ])
{
    (void)name;
    return entry->inum == 0;
}

static bool
is_real(const struct dirent *entry, const char name[DIRSIZ])
{
    (void)name;
    return entry->inum != 0 && !dir_name_is(entry->name, dir_self) &&
           !dir_name_is(entry->name, dir_parent);
}

/*
 * Finds the first entry that passes the test, and says where it is.  Returns 1, or
 * 0 if there is none, or -1 on an error.  Inline, so that each test is a loop
 * without calls.
 */
static inline int
search(struct inode *dir, dir_test *test, const char name[DIRSIZ],
       uint32_t *inum, uint32_t *off)
{
    for (*off = 0; *off < dir->size;) {
        uint32_t end = *off + BSIZE < dir->size ? *off + BSIZE : dir->size;
        uint32_t block;
        if (bmap(dir, *off / BSIZE, false, &block) < 0 || block == 0)
            return -1;
        struct buf *buf = cache_read(block, 1);
        if (buf == NULL)
            return -1;
        const struct dirent *entry = buf->data;
        while (*off < end && !test(entry, name)) {
            entry++;
            *off += ENTRY;
        }
        if (*off < end)
            *inum = entry->inum;
        cache_put(buf);
        if (*off < end)
            return 1;
    }
    return 0;
}

int
dir_find(struct inode *dir, const char name[DIRSIZ], uint32_t *inum,
         uint32_t *off)
{
    return search(dir, has_name, name, inum, off);
}

int
dir_is_empty(struct inode *dir)
{
    uint32_t inum, off;
    int found = search(dir, is_real, NULL, &inum, &off);

    return found < 0 ? -1 : !found;
}

static int
write_entry(struct inode *dir, uint32_t off, const struct dirent *entry)
{
    return inode_write(dir, NULL, (uintptr_t)entry, off, ENTRY) == ENTRY ? 0
                                                                         : -1;
}

int
dir_set(struct inode *dir, uint32_t off, const char name[DIRSIZ], uint32_t inum)
{
    struct dirent entry = { .inum = (uint16_t)inum };

    memcpy(entry.name, name, DIRSIZ);
    return write_entry(dir, off, &entry);
}

int
dir_clear(struct inode *dir, uint32_t off)
{
    struct dirent entry = { .inum = 0 };

    return write_entry(dir, off, &entry);
}

int
dir_add(struct inode *dir, const char name[DIRSIZ], uint32_t inum)
{
    uint32_t unused, off;

    // If no entry is unused, off is the end: the directory grows.
    if (search(dir, is_unused, NULL, &unused, &off) < 0)
        return -1;
    return dir_set(dir, off, name, inum);
}
