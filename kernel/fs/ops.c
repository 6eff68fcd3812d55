/*
 * The calls that modify the file system.
 *
 * Each has two parts.  The inner one does the work between begin_op and
 * end_op; it returns as soon as anything is wrong.  The outer one finds the
 * directories before, and afterwards takes back what failed, unlocks, and
 * waits until all is durable.
 *
 * Only one call is between begin_op and end_op at a time.  Others hold one
 * inode lock at most and wait for nothing but the disk while they do, so this
 * call may lock as many as it needs, in any order.
 */
#include "fs/ops.h"

#include "core/panic.h"
#include "fs/dir.h"
#include "fs/log.h"
#include "fs/path.h"
#include "fs/super.h"

/* The most blocks that each call changes. */
enum {
    GROW = 4,           // a directory: its inode, indirect block, block, bitmap
    CREATE_BLOCKS = GROW + 1 + 3,   // a second bitmap; inode, block, bitmap
    LINK_BLOCKS = GROW + 1 + 1,     // a second bitmap; inode
    UNLINK_BLOCKS = 3,              // two inodes, block; and the whole bitmap
    RENAME_BLOCKS = GROW + 1 + 5,   // a second bitmap; three inodes, two blocks
    WRITE_BLOCKS = 3,               // inode, indirect block, a partial block
};
_Static_assert(RENAME_BLOCKS + NBITMAP_MAX <= LOG_MAX &&
               WRITE_MAX / BSIZE + 1 + WRITE_BLOCKS + NBITMAP_MAX <= LOG_MAX,
               "each fits a transaction");

/* The inodes that the call in progress has locked. */
enum { MAX_HELD = 4 };
static struct inode *held[MAX_HELD];
static unsigned nheld;

static bool
is_held(const struct inode *ip)
{
    for (unsigned i = 0; i < nheld; i++) {
        if (held[i] == ip)
            return true;
    }
    return false;
}

/* Locks ip until the call ends, if it has not done so yet. */
static int
hold(struct inode *ip)
{
    if (is_held(ip))
        return 0;
    assert(nheld < MAX_HELD);
    if (inode_lock(ip) < 0)
        return -1;
    held[nheld++] = ip;
    return 0;
}

/*
 * Ends the call; returns what it returns, given the result of its inner part.
 */
static int
finish(int result)
{
    if (result < 0)
        undo_op();
    while (nheld > 0)
        inode_unlock(held[--nheld]);
    return end_op() < 0 ? -1 : result;
}

/*
 * Locks dir, looks for a name in it, and if it is there also locks what it
 * names, setting *ip, with a reference, and *off, the entry's offset.  Returns
 * 1 if the name is there, 0 if not, -1 on an error; *ip may be set in any
 * case.
 */
static int
find(struct inode *dir, const struct name *name, struct inode **ip,
     uint32_t *off)
{
    uint32_t inum;

    if (hold(dir) < 0 || dir->type != T_DIR || dir->nlink == 0)
        return -1;
    int found = dir_find(dir, name->bytes, &inum, off);
    if (found != 1)
        return found;
    *ip = inode_get(inum);
    if (*ip == NULL || hold(*ip) < 0)
        return -1;
    if ((*ip)->nlink == 0 || (name->slash && (*ip)->type != T_DIR))
        return -1;
    return 1;
}

/* Fills a new directory. */
static int
make_directory(struct inode *ip, struct inode *parent)
{
    if (parent->nlink >= NLINK_MAX)
        return -1;
    parent->nlink++;                        // named by the new one's ".."
    if (inode_update(parent) < 0 ||
        dir_add(ip, dir_self, inode_number(ip)) < 0)
        return -1;
    return dir_add(ip, dir_parent, inode_number(parent));
}

static int
create(struct inode *dir, const struct name *name, struct inode **ip,
       const struct dinode *kind)
{
    uint32_t off;
    int found = find(dir, name, ip, &off);

    if (found != 0)
        return found == 1 && kind->type == T_FILE ? 0 : -1;
    if (name->slash && kind->type != T_DIR)
        return -1;
    *ip = inode_alloc(kind->type, kind->major, kind->minor);
    if (*ip == NULL || hold(*ip) < 0)
        return -1;
    (*ip)->nlink = 1;
    if (kind->type == T_DIR && make_directory(*ip, dir) < 0)
        return -1;
    if (inode_update(*ip) < 0)
        return -1;
    return dir_add(dir, name->bytes, inode_number(*ip));
}

struct inode *
fs_create(const char *path, uint16_t type, uint16_t major, uint16_t minor)
{
    struct dinode kind = { .type = type, .major = major, .minor = minor };
    struct inode *ip = NULL;
    struct name name;
    struct inode *dir = path_parent(path, &name);
    int result = -1;

    if (dir != NULL && begin_op(CREATE_BLOCKS) == 0)
        result = finish(create(dir, &name, &ip, &kind));
    inode_put(dir);
    if (result == 0)
        return ip;
    inode_put(ip);
    return NULL;
}

static int
add_link(struct inode *ip, struct inode *dir, const struct name *name,
         struct inode **other)
{
    uint32_t off;

    if (hold(ip) < 0 || ip->type == T_DIR || name->slash)
        return -1;
    if (ip->nlink == 0 || ip->nlink >= NLINK_MAX)
        return -1;
    if (find(dir, name, other, &off) != 0)
        return -1;
    ip->nlink++;
    if (inode_update(ip) < 0)
        return -1;
    return dir_add(dir, name->bytes, inode_number(ip));
}

int
fs_link(const char *from, const char *to)
{
    struct inode *other = NULL;
    struct name name;
    struct inode *ip = path_lookup(from);
    struct inode *dir = ip != NULL ? path_parent(to, &name) : NULL;
    int result = -1;

    if (dir != NULL && begin_op(LINK_BLOCKS) == 0)
        result = finish(add_link(ip, dir, &name, &other));
    inode_put(other);
    inode_put(dir);
    inode_put(ip);
    return result;
}

/* Are these the names that belong to the directory itself? */
static bool
is_dots(const struct name *name)
{
    return dir_name_is(name->bytes, dir_self) ||
           dir_name_is(name->bytes, dir_parent);
}

/*
 * Takes one name away from ip, which dir has.  If it was the last one and
 * nobody has the file open, frees it.
 */
static int
remove_link(struct inode *dir, struct inode *ip)
{
    ip->nlink--;
    if (ip->type == T_DIR) {
        if (ip->nlink != 0 || dir->nlink < 2)
            return -1;                      // a damaged disk
        dir->nlink--;                       // its ".." is gone
        if (inode_update(dir) < 0)
            return -1;
    }
    if (ip->nlink == 0 && inode_is_unshared(ip))
        return inode_free(ip);
    return inode_update(ip);
}

static int
remove_name(struct inode *dir, const struct name *name, struct inode **ip)
{
    uint32_t off;

    if (is_dots(name) || find(dir, name, ip, &off) != 1)
        return -1;
    if ((*ip)->type == T_DIR && !dir_is_empty(*ip))
        return -1;
    if (dir_clear(dir, off) < 0)
        return -1;
    return remove_link(dir, *ip);
}

int
fs_unlink(const char *path)
{
    struct inode *ip = NULL;
    struct name name;
    struct inode *dir = path_parent(path, &name);
    int result = -1;

    if (dir != NULL && begin_op(UNLINK_BLOCKS + nbitmap) == 0)
        result = finish(remove_name(dir, &name, &ip));
    inode_put(ip);
    inode_put(dir);
    return result;
}

/* A rename: from one directory's entry to another's. */
struct move {
    struct inode *from_dir, *to_dir;
    struct name from, to;
    struct inode *ip;           // what is renamed
    struct inode *target;       // what is replaced, NULL if nothing
    uint32_t from_off, to_off;  // offsets of their entries
};

/* Returns the number of the parent of directory inum, 0 on an error. */
static uint32_t
parent_of(uint32_t inum)
{
    uint32_t parent = 0, off;
    struct inode *dir = inode_get(inum);

    if (dir == NULL)
        return 0;
    bool was_held = is_held(dir);
    if (was_held || inode_lock(dir) == 0) {
        if (dir->type != T_DIR || dir_find(dir, dir_parent, &parent, &off) != 1)
            parent = 0;
        if (!was_held)
            inode_unlock(dir);
    }
    inode_drop(dir);
    return parent;
}

/* Is dir neither the directory ip nor anywhere below it?  False on an error. */
static bool
is_outside(const struct inode *dir, const struct inode *ip)
{
    uint32_t inum = inode_number(dir);

    // On a damaged disk the way up may be a circle.
    for (uint32_t steps = 0; steps < super.ninodes; steps++) {
        if (inum == inode_number(ip) || inum == 0)
            return false;
        if (inum == ROOT_INO)
            return true;
        inum = parent_of(inum);
    }
    return false;
}

/* May ip take the target's place? */
static bool
can_replace(struct inode *ip, struct inode *target)
{
    if (target->type == T_DIR)
        return ip->type == T_DIR && dir_is_empty(target);
    return ip->type != T_DIR;
}

/*
 * Makes the directory m->ip, whose entry has moved, a child of its new parent.
 */
static int
change_parent(struct move *m)
{
    uint32_t inum, off;

    if (m->from_dir->nlink < 2 || m->to_dir->nlink >= NLINK_MAX)
        return -1;
    m->from_dir->nlink--;
    m->to_dir->nlink++;
    if (inode_update(m->from_dir) < 0 || inode_update(m->to_dir) < 0)
        return -1;
    if (dir_find(m->ip, dir_parent, &inum, &off) != 1)
        return -1;
    return dir_set(m->ip, off, dir_parent, inode_number(m->to_dir));
}

/* Puts m->ip into the new place, and what was there out of it. */
static int
enter(struct move *m)
{
    if (m->target == NULL)
        return dir_add(m->to_dir, m->to.bytes, inode_number(m->ip));
    if (!can_replace(m->ip, m->target) ||
        dir_set(m->to_dir, m->to_off, m->to.bytes, inode_number(m->ip)) < 0)
        return -1;
    return remove_link(m->to_dir, m->target);
}

static int
move(struct move *m)
{
    if (is_dots(&m->from) || is_dots(&m->to))
        return -1;
    if (find(m->from_dir, &m->from, &m->ip, &m->from_off) != 1 ||
        find(m->to_dir, &m->to, &m->target, &m->to_off) < 0)
        return -1;
    if (m->to.slash && m->ip->type != T_DIR)
        return -1;
    if (m->ip == m->target)
        return 0;
    if (m->ip->type == T_DIR && !is_outside(m->to_dir, m->ip))
        return -1;
    if (enter(m) < 0 || dir_clear(m->from_dir, m->from_off) < 0)
        return -1;
    if (m->ip->type == T_DIR && m->from_dir != m->to_dir)
        return change_parent(m);
    return 0;
}

int
fs_rename(const char *from, const char *to)
{
    struct move m = { .ip = NULL };
    int result = -1;

    m.from_dir = path_parent(from, &m.from);
    if (m.from_dir != NULL)
        m.to_dir = path_parent(to, &m.to);
    if (m.to_dir != NULL && begin_op(RENAME_BLOCKS + nbitmap) == 0)
        result = finish(move(&m));
    inode_put(m.target);
    inode_put(m.ip);
    inode_put(m.to_dir);
    inode_put(m.from_dir);
    return result;
}

static int
truncate(struct inode *ip)
{
    if (hold(ip) < 0)
        return -1;
    return ip->type == T_FILE ? inode_truncate(ip) : 0;
}

int
fs_truncate(struct inode *ip)
{
    return begin_op(1 + nbitmap) == 0 ? finish(truncate(ip)) : -1;
}

static int
write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t *off,
      bool append, size_t n)
{
    if (hold(ip) < 0)
        return -1;
    uint32_t at = append ? ip->size : *off;
    int written = inode_write(ip, pgdir, src, at, n);
    if (written > 0)
        *off = at + (uint32_t)written;
    return written;
}

int
fs_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t *off,
         bool append, size_t n)
{
    size_t done = 0;

    while (done < n) {
        size_t piece = n - done < WRITE_MAX ? n - done : WRITE_MAX;
        int written = -1;
        if (begin_op(piece / BSIZE + 1 + WRITE_BLOCKS + nbitmap) == 0)
            written = finish(write(ip, pgdir, src + done, off, append, piece));
        if (written < 0)
            break;
        done += (size_t)written;
        if ((size_t)written < piece)
            break;
    }
    return done > 0 ? (int)done : -1;
}
