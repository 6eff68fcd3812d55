/* Paths. */
#include "fs/path.h"

#include "lib/string.h"
#include "sched/proc.h"
#include "fs/dir.h"

/* Returns a reference to what name is in dir, or NULL. */
static struct inode *
step(struct inode *dir, const struct name *name)
{
    struct inode *ip = NULL;
    uint32_t inum, off;

    if (inode_lock(dir) < 0)
        return NULL;
    // In a directory that was removed while in use, nothing is found.
    if (dir->d.type == T_DIR && dir->d.nlink > 0 &&
        dir_find(dir, name->bytes, &inum, &off) == 1)
        ip = inode_get(inum);
    inode_unlock(dir);
    return ip;
}

struct inode *
path_parent(const char *path, struct name *last)
{
    if (*path == '\0')
        return NULL;
    struct inode *dir = *path == '/' ? inode_get(ROOT_INO)
                                     : inode_dup(proc->cwd);
    // The root is its own parent, and "/" the same as "/./".
    while (*path == '/')
        path++;
    if (*path == '\0')
        path = "./";
    while (dir != NULL) {
        struct inode *next = NULL;
        unsigned length = 0;
        memset(last, 0, sizeof(*last));
        while (*path != '/' && *path != '\0' && length < DIRSIZ)
            last->bytes[length++] = *path++;
        bool ok = *path == '/' || *path == '\0';
        last->slash = *path == '/';
        while (*path == '/')
            path++;
        if (ok && *path == '\0')
            break;
        if (ok)
            next = step(dir, last);
        inode_put(dir);
        dir = next;
    }
    return dir;
}

struct inode *
path_lookup(const char *path)
{
    struct name last;
    struct inode *dir = path_parent(path, &last);
    struct inode *ip = dir != NULL ? step(dir, &last) : NULL;

    inode_put(dir);
    if (ip != NULL && last.slash && inode_type(ip) != T_DIR) {
        inode_put(ip);
        ip = NULL;
    }
    return ip;
}
