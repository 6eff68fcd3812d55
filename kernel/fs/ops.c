/*
 * The calls that modify the file system.
 *
 * Each has an inner part, which does the work between begin_op and end_op, and
 * returns as soon as anything is wrong.  What is around it finds the
 * directories before, and afterwards takes back what failed, unlocks, and
 * waits until all is durable.
 *
 * Only one call is between begin_op and end_op at a time.  Others hold one
 * inode lock at most and wait for nothing but the disk while they do, so this
 * call may lock as many as it needs, in any order.
 */
#include "fs/ops.h"

#include "lib/string.h"
#include "core/panic.h"
#include "fs/dir.h"
#include "fs/log.h"
#include "fs/path.h"
#include "fs/super.h"

/* The most blocks that a call changes, besides the bitmap's. */
enum {
    // A rename: four inodes, two blocks of entries and one with "..", and the
    // indirect block of a directory that grows.
    NAME_BLOCKS = 4 + 3 + 1,
    // The inode, its indirect block, and one at each end that is only partly
    // written; the others are as many as the bytes fill.
    WRITE_BLOCKS = 1 + 1 + 2,
};
_Static_assert(NAME_BLOCKS + NBITMAP_MAX <= LOG_MAX &&
               WRITE_BLOCKS + WRITE_MAX / BSIZE + NBITMAP_MAX <= LOG_MAX,
               "each fits a transaction");

/* A name in a directory. */
struct place {
    struct inode *dir;          // NULL if there is no such directory
    struct name name;
    struct inode *ip;           // what is there, or NULL
    uint32_t off;               // the entry's offset in dir
};

/* A call with one or two paths. */
struct call {
    struct place from, to;
    struct dinode model;        // of what it makes
};

/* The inodes that the call in progress has locked. */
enum { MAX_HELD = 4 + 1 };
static struct inode *held[MAX_HELD];
static unsigned nheld;

/* Locks ip until the call ends, if it has not done so yet. */
static int
hold(struct inode *ip)
{
    for (unsigned i = 0; i < nheld; i++)
        if (held[i] == ip)
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
    while (nheld > 0) {
        struct inode *ip = held[--nheld];
        if (result < 0)
            inode_load(ip);
        inode_unlock(ip);
    }
    return end_op() < 0 ? -1 : result;
}

/*
 * Locks the place's directory, looks for the name in it, and if it is there
 * also locks what it names.  Returns 1 if the name is there, 0 if not, -1 on an
 * error; place->ip may be set in any case.
 */
static int
find(struct place *place)
{
    struct inode *dir = place->dir;
    uint32_t inum;

    if (dir == NULL || hold(dir) < 0 || dir->d.type != T_DIR ||
        dir->d.nlink == 0)
        return -1;
    int found = dir_find(dir, place->name.bytes, &inum, &place->off);
    if (found != 1)
        return found;
    struct inode *ip = place->ip = inode_get(inum);
    if (ip == NULL || hold(ip) < 0 || ip->d.nlink == 0 ||
        (place->name.slash && ip->d.type != T_DIR))
        return -1;
    return 1;
}

/* Changes an inode's link count.  Returns -1 if it cannot be like that. */
static int
add_links(struct inode *ip, int n)
{
    int nlink = ip->d.nlink + n;

    if (nlink < 0 || nlink > NLINK_MAX)
        return -1;
    ip->d.nlink = (uint16_t)nlink;
    return inode_update(ip);
}

static int
create(struct call *call)
{
    struct place *to = &call->to;
    uint16_t type = call->model.type;
    int found = find(to);

    if (found != 0)
        return found == 1 && type == T_FILE ? 0 : -1;
    if (to->name.slash && type != T_DIR)
        return -1;
    struct inode *ip = to->ip = inode_get(inode_alloc(&call->model));
    if (ip == NULL || hold(ip) < 0)
        return -1;
    // A damaged disk may have named it before, and somebody may have looked.
    inode_load(ip);
    if (type == T_DIR && (add_links(to->dir, 1) < 0 ||      // for its ".."
                          dir_add(ip, dir_self, inode_number(ip)) < 0 ||
                          dir_add(ip, dir_parent, inode_number(to->dir)) < 0))
        return -1;
    return dir_add(to->dir, to->name.bytes, inode_number(ip));
}

static int
add_name(struct call *call)
{
    struct place *from = &call->from, *to = &call->to;

    if (find(from) != 1 || from->ip->d.type == T_DIR || to->name.slash ||
        find(to) != 0 || add_links(from->ip, 1) < 0)
        return -1;
    return dir_add(to->dir, to->name.bytes, inode_number(from->ip));
}

/* Are these the names that belong to the directory itself? */
static bool
is_dots(const struct name *name)
{
    return memcmp(name->bytes, dir_self, DIRSIZ) == 0 ||
           memcmp(name->bytes, dir_parent, DIRSIZ) == 0;
}

/*
 * Takes one name away from what is at the place, a directory only if it is
 * empty.  If it was the last one and nobody has the file open, frees it.
 */
static int
remove_link(struct place *place)
{
    struct inode *ip = place->ip;

    // Its ".." is a link to the directory above, which has its own name left.
    if (ip->d.type == T_DIR &&
        (!dir_is_empty(ip) || ip->d.nlink != 1 || place->dir->d.nlink < 2 ||
         add_links(place->dir, -1) < 0))
        return -1;
    // Whoever has it open closes it later and then sees that it has no name.
    // Nobody can open it while we have its directory locked.
    if (ip->d.nlink == 1 && ip->entry.refs == 1)
        return inode_free(ip);
    return add_links(ip, -1);
}

static int
remove_name(struct call *call)
{
    struct place *from = &call->from;

    if (is_dots(&from->name) || find(from) != 1 ||
        dir_set(from->dir, from->off, dir_unused, 0) < 0)
        return -1;
    return remove_link(from);
}

/* Is dir neither the directory ip nor anywhere below it?  False on an error. */
static bool
is_outside(const struct inode *dir, const struct inode *ip)
{
    uint32_t inum = inode_number(dir), self = inode_number(ip), off;

    // On a damaged disk the way up may be a circle.
    for (uint32_t i = 0; i < super.ninodes && inum != ROOT_INO; i++) {
        unsigned others = nheld;
        struct inode *above = inum != self ? inode_get(inum) : NULL;
        if (above == NULL)
            return false;
        inum = 0;
        if (hold(above) == 0 && above->d.type == T_DIR)
            dir_find(above, dir_parent, &inum, &off);
        if (nheld > others)
            inode_unlock(held[--nheld]);
        inode_drop(above);
    }
    return inum == ROOT_INO && inum != self;
}

static int
move(struct call *call)
{
    struct place *from = &call->from, *to = &call->to;

    if (is_dots(&from->name) || is_dots(&to->name) || find(from) != 1)
        return -1;
    struct inode *ip = from->ip;
    bool is_dir = ip->d.type == T_DIR;
    int found = find(to);
    if (found < 0 || (to->name.slash && !is_dir))
        return -1;
    if (ip == to->ip)
        return 0;
    if ((found == 1 && is_dir != (to->ip->d.type == T_DIR)) ||
        (is_dir && !is_outside(to->dir, ip)))
        return -1;
    int result = found == 1
        ? dir_set(to->dir, to->off, to->name.bytes, inode_number(ip))
        : dir_add(to->dir, to->name.bytes, inode_number(ip));
    // What had the name goes.
    if (result < 0 || (found == 1 && remove_link(to) < 0) ||
        dir_set(from->dir, from->off, dir_unused, 0) < 0)
        return -1;
    if (!is_dir || from->dir == to->dir)
        return 0;
    // Its ".." has to be a link to the other directory.
    uint32_t inum, off;
    if (from->dir->d.nlink < 2 || add_links(from->dir, -1) < 0 ||
        add_links(to->dir, 1) < 0 || dir_find(ip, dir_parent, &inum, &off) != 1)
        return -1;
    return dir_set(ip, off, dir_parent, inode_number(to->dir));
}

/* Makes a call whose inner part is `work`; a path may be NULL. */
static int
make_call(struct call *call, const char *from, const char *to,
          int (*work)(struct call *))
{
    int result = -1;

    if (from != NULL)
        call->from.dir = path_parent(from, &call->from.name);
    if (to != NULL)
        call->to.dir = path_parent(to, &call->to.name);
    if (begin_op(NAME_BLOCKS + nbitmap) == 0)
        result = finish(work(call));
    inode_put(call->from.ip);
    inode_put(call->from.dir);
    inode_put(call->to.dir);
    // What is created is the caller's.
    if (result < 0 || work != create)
        inode_put(call->to.ip);
    return result;
}

struct inode *
fs_create(const char *path, uint16_t type, uint16_t major, uint16_t minor)
{
    struct call call = {
        .model = { .type = type, .major = major, .minor = minor, .nlink = 1 },
    };

    return make_call(&call, NULL, path, create) == 0 ? call.to.ip : NULL;
}

int
fs_link(const char *from, const char *to)
{
    return make_call(&(struct call){ 0 }, from, to, add_name);
}

int
fs_unlink(const char *path)
{
    return make_call(&(struct call){ 0 }, path, NULL, remove_name);
}

int
fs_rename(const char *from, const char *to)
{
    return make_call(&(struct call){ 0 }, from, to, move);
}

int
fs_truncate(struct inode *ip)
{
    int result = 0;

    if (begin_op(1 + nbitmap) < 0)
        return -1;
    if (hold(ip) < 0 || (ip->d.type == T_FILE && inode_truncate(ip) < 0))
        result = -1;
    return finish(result);
}

int
fs_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t *off,
         bool append, size_t n)
{
    size_t done = 0, piece;
    int written;

    do {
        piece = n - done < WRITE_MAX ? n - done : WRITE_MAX;
        written = -1;
        if (begin_op(WRITE_BLOCKS + piece / BSIZE + nbitmap) < 0)
            break;
        if (hold(ip) == 0) {
            uint32_t at = append ? ip->d.size : *off;
            written = inode_write(ip, pgdir, src + done, at, piece);
            if (written > 0)
                *off = at + (uint32_t)written;
        }
        written = finish(written);
        if (written > 0)
            done += (size_t)written;
    } while (written == (int)piece && done < n);
    return done > 0 ? (int)done : -1;
}
