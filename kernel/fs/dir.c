/* Directories. */
#include "fs/dir.h"

#include "lib/string.h"

enum { ENTRY = sizeof(struct dirent) };

const char dir_self[DIRSIZ] = ".";
const char dir_parent[DIRSIZ] = "..";
const char dir_unused[DIRSIZ];

/* Most names differ in the first byte: the rest is looked at only if not. */
static inline bool
matches(const struct dirent *entry, const char name[DIRSIZ])
{
    if (name[0] == '\0')
        return entry->inum == 0;
    return entry->name[0] == name[0] && entry->inum != 0 &&
           memcmp(entry->name, name, DIRSIZ) == 0;
}

int
dir_find(struct inode *dir, const char name[DIRSIZ], uint32_t *inum,
         uint32_t *off)
{
    for (*off = 0; *off < dir->d.size;) {
        struct buf *buf = inode_read_block(dir, *off / BSIZE);
        if (buf == NULL)
            return -1;
        uint32_t rest = dir->d.size - *off;
        uint32_t n = (rest < BSIZE ? rest : BSIZE) / ENTRY;
        const struct dirent *entry = buf->data, *end = entry + n;
        for (; entry < end && !matches(entry, name); entry++)
            *off += ENTRY;
        bool found = entry < end;
        *inum = found ? entry->inum : 0;
        cache_put(buf);
        if (found)
            return 1;
    }
    return 0;
}

bool
dir_is_empty(struct inode *dir)
{
    struct dirent entry;

    for (uint32_t off = 2 * ENTRY; off < dir->d.size; off += ENTRY)
        if (inode_read(dir, NULL, (uintptr_t)&entry, off, ENTRY) != ENTRY ||
            entry.inum != 0)
            return false;
    return true;
}

int
dir_set(struct inode *dir, uint32_t off, const char name[DIRSIZ], uint32_t inum)
{
    struct dirent entry = { .inum = (uint16_t)inum };

    memcpy(entry.name, name, DIRSIZ);
    int n = inode_write(dir, NULL, (uintptr_t)&entry, off, ENTRY);
    return n == ENTRY ? 0 : -1;
}

int
dir_add(struct inode *dir, const char name[DIRSIZ], uint32_t inum)
{
    uint32_t none, off;

    // If no entry is unused, off is the end: the directory grows.
    if (dir_find(dir, dir_unused, &none, &off) < 0)
        return -1;
    return dir_set(dir, off, name, inum);
}
