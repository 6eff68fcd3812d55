/*
 * The invariants of an image, one function each.
 *
 *   1. The partition table: every partition lies inside the image, no two
 *      overlap, and one is a file system.
 *   2. The superblock: it has all blocks of its partition, and the parts lie
 *      where the sizes say.
 *   3. The log: no transaction that must be replayed is missing.
 *   4. Inodes: type and size are possible.  A block that one names lies in the
 *      data area and within the file's size, and nothing else names it.
 *   5. The bitmap: a block is marked used if and only if it is.
 *   6. Directories: "." and ".." come first and are right; names are legal and
 *      unique; an entry names an allocated inode.
 *   7. The tree: a path leads from the root to every allocated inode, and just
 *      one to every directory.
 *   8. Link counts: nlink is the number of entries that name an inode, but a
 *      directory's "." does not count.
 *
 * An inode with a link count of 0 and no name is no violation: the power went
 * while a program had a removed file open, and the next mount frees it.
 *
 * The order matters: what a check has found right, the next ones rely on.  Each
 * repair is at its check.  None throws away what a file may contain: of what
 * contradicts itself the smaller part goes.  An inode that no name leads to
 * gets one in the root, lost.N.
 */

#include "check.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "replay.h"
#include "stat.h"
#include "tree.h"

struct check {
    struct volume *v;
    enum check_mode mode;
    unsigned nviolations;
    uint32_t *owner;        // of each block: the inode that uses it, 0 if none
    uint32_t *nnames;       // of each inode: entries that name it but its "."
    bool *reached;          // of each inode: a path leads to it
    uint32_t *queue;        // reached directories, in this order to be read
    uint32_t *parent;       // of each in the queue: where its name is
    uint32_t nqueue, nread;
};

enum { MAX_PASSES = 10 };
enum { ENTRY_SIZE = sizeof(struct dirent), DOTS_SIZE = 2 * ENTRY_SIZE };

/*
 * Reports a violation.  `repair` says what is done about it, NULL if nothing
 * can be.  Returns true if the caller is to do it.
 */
static bool __attribute__((format(printf, 3, 4)))
violation(struct check *c, const char *repair, const char *fmt, ...)
{
    va_list args;

    c->nviolations++;
    if (c->mode != CHECK_QUIET) {
        printf("fsck: ");
        va_start(args, fmt);
        vprintf(fmt, args);
        va_end(args);
        if (c->mode == CHECK_REPAIR)
            printf(": %s", repair != NULL ? repair : "cannot be repaired");
        printf("\n");
    }
    return c->mode == CHECK_REPAIR && repair != NULL;
}

/* 1. The partition table. */

static bool
overlap(const struct partition *a, const struct partition *b)
{
    return a->start < (uint64_t)b->start + b->nsectors &&
           b->start < (uint64_t)a->start + a->nsectors;
}

static void
check_partition(struct check *c, const struct image *image, int i)
{
    struct partition partition = image_partition(image, i);
    uint64_t end = (uint64_t)partition.start + partition.nsectors;

    if (partition.type == 0)
        return;
    if (partition.start < KERNEL_SECTOR)
        violation(c, NULL, "partition %d begins inside the boot block", i + 1);
    if (end > image->size / SECTOR_SIZE)
        violation(c, NULL, "partition %d goes beyond the image's end", i + 1);
    for (int j = 0; j < i; j++) {
        struct partition other = image_partition(image, j);

        if (other.type != 0 && overlap(&partition, &other))
            violation(c, NULL, "partitions %d and %d overlap", j + 1, i + 1);
        if (other.type == partition.type)
            violation(c, NULL, "partitions %d and %d have the same type %#x",
                      j + 1, i + 1, partition.type);
    }
}

static void
check_partition_table(struct check *c, const struct image *image)
{
    static const uint8_t right[] = { MBR_SIGNATURE & 0xff, MBR_SIGNATURE >> 8 };
    uint8_t *signature = image->bytes + SECTOR_SIZE - sizeof(right);
    struct partition partition;
    bool is_ours = volume_find(image, &partition) == NULL;

    if (memcmp(signature, right, sizeof(right)) != 0 &&
        violation(c, is_ours ? "corrected" : NULL,
                  "sector 0 does not end with 0xaa55"))
        memcpy(signature, right, sizeof(right));
    for (int i = 0; i < MBR_NPARTS; i++)
        check_partition(c, image, i);
}

/* 2. The superblock. */

/*
 * The two sizes say what all else must be.  If just one field contradicts them,
 * it is that field that is damaged, and not a size.
 */
static void
check_layout(struct check *c, struct superblock *super,
             const struct superblock *right)
{
    const struct {
        const char *name;
        uint32_t *value, right;
    } fields[] = {
        { "magic", &super->magic, right->magic },
        { "log_start", &super->log_start, right->log_start },
        { "inode_start", &super->inode_start, right->inode_start },
        { "bitmap_start", &super->bitmap_start, right->bitmap_start },
        { "data_start", &super->data_start, right->data_start },
    };
    enum { NFIELDS = sizeof(fields) / sizeof(fields[0]) };
    int nwrong = 0;

    for (int i = 0; i < NFIELDS; i++)
        nwrong += *fields[i].value != fields[i].right;
    for (int i = 0; i < NFIELDS; i++) {
        if (*fields[i].value != fields[i].right &&
            violation(c, nwrong == 1 ? "corrected" : NULL,
                      "superblock: %s is %u, must be %u", fields[i].name,
                      *fields[i].value, fields[i].right))
            *fields[i].value = fields[i].right;
    }
}

/* True if the sizes can be believed. */
static bool
check_superblock(struct check *c, const struct image *image)
{
    struct partition partition;
    struct superblock super, right;
    const char *error = volume_find(image, &partition);

    if (error != NULL) {
        violation(c, NULL, "%s", error);
        return false;
    }
    uint8_t *block = image->bytes + (size_t)partition.start * SECTOR_SIZE;
    memcpy(&super, block, sizeof(super));
    if (!super_layout(&right, super.nblocks, super.ninodes)) {
        violation(c, NULL, "superblock: there cannot be %u blocks, %u inodes",
                  super.nblocks, super.ninodes);
        return false;
    }
    if (super.nblocks != partition.nsectors / SECTORS_PER_BLOCK) {
        violation(c, NULL, "superblock: %u blocks, but the partition has %u",
                  super.nblocks, partition.nsectors / SECTORS_PER_BLOCK);
        return false;
    }
    check_layout(c, &super, &right);
    memcpy(block, &super, sizeof(super));
    return true;
}

/* 3. The log. */

static void
check_log(struct check *c)
{
    uint64_t missing;
    int replayed = log_replay(c->v, &missing);

    if (replayed < 0)
        violation(c, "log dropped",
                  "log: transaction %llu is missing, later ones are there",
                  (unsigned long long)missing);
    if (c->mode != CHECK_REPAIR)
        return;
    if (replayed > 0)
        printf("fsck: log: %d transactions replayed\n", replayed);
    log_clear(c->v);
}

/* 4. Inodes. */

static void
check_type(struct check *c, uint32_t inum, struct dinode *inode)
{
    if (inode->type > T_DEV &&
        violation(c, "freed", "inode %u: type %u does not exist", inum,
                  inode->type))
        memset(inode, 0, sizeof(*inode));
}

static void
check_size(struct check *c, uint32_t inum, struct dinode *inode)
{
    if (inode->type == T_DEV && inode->size != 0 &&
        violation(c, "set to 0", "inode %u: a device with size %u", inum,
                  inode->size))
        inode->size = 0;
    if (inode->size > MAXFILE * BSIZE &&
        violation(c, "set to the largest", "inode %u: size %u is too large",
                  inum, inode->size))
        inode->size = MAXFILE * BSIZE;
    if (inode->type == T_DIR && inode->size % ENTRY_SIZE != 0 &&
        violation(c, "rounded down", "inode %u: size %u ends inside an entry",
                  inum, inode->size))
        inode->size -= inode->size % ENTRY_SIZE;
}

/*
 * Checks a block number in an inode, at `index` of its file, and notes whose
 * the block is.  Returns true if it may be used.
 */
static bool
claim(struct check *c, uint32_t inum, uint32_t *number, uint32_t index)
{
    const struct dinode *inode = volume_inode(c->v, inum);

    if (*number == 0)
        return false;
    if (!volume_is_data(c->v, *number)) {
        if (violation(c, "removed",
                      "inode %u: block %u is not in the data area", inum,
                      *number))
            *number = 0;
        return false;
    }
    if (c->owner[*number] != 0) {
        if (violation(c, "removed here",
                      "inode %u: block %u is used twice (also by inode %u)",
                      inum, *number, c->owner[*number]))
            *number = 0;
        return false;
    }
    if (index >= blocks_of(inode->size) &&
        violation(c, "removed", "inode %u: block %u is behind the file's end",
                  inum, *number)) {
        *number = 0;
        return false;
    }
    c->owner[*number] = inum;
    return true;
}

static void
check_blocks(struct check *c, uint32_t inum, struct dinode *inode)
{
    for (uint32_t i = 0; i < NDIRECT; i++)
        claim(c, inum, &inode->addrs[i], i);
    if (claim(c, inum, &inode->addrs[NDIRECT], NDIRECT)) {
        uint32_t *indirect = volume_block(c->v, inode->addrs[NDIRECT]);

        for (uint32_t i = 0; i < NINDIRECT; i++)
            claim(c, inum, &indirect[i], NDIRECT + i);
    }
}

/* A hole is good in a file only. */
static void
check_holes(struct check *c, uint32_t inum, struct dinode *inode)
{
    for (uint32_t i = 0; i < blocks_of(inode->size) && i < MAXFILE; i++) {
        if (inode_block(c->v, inode, i) != 0)
            continue;
        if (violation(c, "cut there", "inode %u: a directory without block %u",
                      inum, i))
            inode->size = i * BSIZE;
        return;
    }
}

/* Inode 0 is never used, and the root is always there. */
static void
check_first_inodes(struct check *c)
{
    struct dinode *zero = volume_inode(c->v, 0);
    struct dinode *root = volume_inode(c->v, ROOT_INO);

    if (zero->type != 0 && violation(c, "freed", "inode 0: it is allocated"))
        memset(zero, 0, sizeof(*zero));
    if (root->type != T_DIR &&
        violation(c, "made one", "inode %u: the root is not a directory",
                  ROOT_INO))
        root->type = T_DIR;
}

static void
check_inodes(struct check *c)
{
    for (uint32_t inum = 1; inum < c->v->super.ninodes; inum++) {
        struct dinode *inode = volume_inode(c->v, inum);

        check_type(c, inum, inode);
        if (inode->type == 0 || inode->type > T_DEV)
            continue;
        check_size(c, inum, inode);
        check_blocks(c, inum, inode);
        if (inode->type == T_DIR)
            check_holes(c, inum, inode);
    }
}

/* 5. The bitmap. */

static bool
in_use(const struct check *c, uint32_t number)
{
    return number < c->v->super.data_start || c->owner[number] != 0;
}

/* Reports neighbours that are wrong in the same way on one line. */
static void
check_bitmap(struct check *c)
{
    uint32_t nblocks = c->v->super.nblocks;
    uint32_t first, end;

    for (first = 0; first < nblocks; first = end) {
        bool marked = bitmap_get(c->v, first);

        end = first + 1;
        if (marked == in_use(c, first))
            continue;
        while (end < nblocks && bitmap_get(c->v, end) == marked &&
               in_use(c, end) != marked)
            end++;
        if (violation(c, "corrected", "blocks %u to %u are marked %s", first,
                      end - 1, marked ? "used, but nothing uses them"
                                      : "free, but are used")) {
            for (uint32_t b = first; b < end; b++)
                bitmap_set(c->v, b, !marked);
        }
    }
}

/* The bits behind the last block's, up to the end of the bitmap. */
static void
check_bitmap_end(struct check *c)
{
    uint32_t end =
        (c->v->super.data_start - c->v->super.bitmap_start) * BITS_PER_BLOCK;

    for (uint32_t b = c->v->super.nblocks; b < end; b++) {
        if (!bitmap_get(c->v, b))
            continue;
        if (!violation(c, "corrected",
                       "the bitmap marks block %u, behind the last one, used",
                       b))
            return;
        bitmap_set(c->v, b, false);
    }
}

/* 6. Directories. */

/* True if a directory has its first two entries, right or not. */
static bool
check_has_dots(struct check *c, uint32_t dir)
{
    struct dinode *inode = volume_inode(c->v, dir);

    if (inode_entry(c->v, inode, 1) != NULL)
        return true;
    if (violation(c, dir == ROOT_INO ? "made anew" : "freed",
                  "inode %u: a directory without . and ..", dir)) {
        memset(inode, 0, sizeof(*inode));
        if (dir == ROOT_INO)
            tree_make_root(c->v);
    }
    return false;
}

/* Checks that entry i of directory dir is `name`, for inode inum. */
static void
check_dot(struct check *c, uint32_t dir, uint32_t i, const char *name,
          uint32_t inum)
{
    struct dirent *entry = inode_entry(c->v, volume_inode(c->v, dir), i);
    struct dirent right = { .inum = inum };

    memcpy(right.name, name, strlen(name));
    if (memcmp(entry, &right, sizeof(right)) != 0 &&
        violation(c, "corrected", "inode %u: entry %u is not %s for inode %u",
                  dir, i, name, inum))
        *entry = right;
}

/* Number of bytes in an entry's name. */
static size_t
name_length(const struct dirent *entry)
{
    const char *end = memchr(entry->name, '\0', DIRSIZ);

    return end != NULL ? (size_t)(end - entry->name) : DIRSIZ;
}

static void
check_name(struct check *c, uint32_t dir, struct dirent *entry)
{
    size_t n = name_length(entry);
    const char *error = tree_check_name(entry->name, n);

    if (error != NULL) {
        if (violation(c, "entry dropped", "inode %u: an entry for inode %u: %s",
                      dir, entry->inum, error))
            memset(entry, 0, sizeof(*entry));
        return;
    }
    for (size_t i = n; i < DIRSIZ; i++) {
        if (entry->name[i] == '\0')
            continue;
        if (violation(c, "padded", "inode %u: %.*s is not padded with zeros",
                      dir, (int)n, entry->name))
            memset(entry->name + n, 0, DIRSIZ - n);
        return;
    }
}

static int
compare_names(const void *a, const void *b)
{
    const struct dirent *x = *(struct dirent *const *)a;
    const struct dirent *y = *(struct dirent *const *)b;

    return strncmp(x->name, y->name, DIRSIZ);
}

static void
check_names_unique(struct check *c, uint32_t dir)
{
    const struct dinode *inode = volume_inode(c->v, dir);
    uint32_t n = 0;
    struct dirent **entries =
        allocate(inode->size / ENTRY_SIZE * sizeof(entries[0]));

    for (uint32_t i = 0; i < inode->size / ENTRY_SIZE; i++) {
        struct dirent *entry = inode_entry(c->v, inode, i);

        if (entry != NULL && entry->inum != 0)
            entries[n++] = entry;
    }
    qsort(entries, n, sizeof(entries[0]), compare_names);
    for (uint32_t i = 1; i < n; i++) {
        if (compare_names(&entries[i - 1], &entries[i]) == 0 &&
            violation(c, "one dropped", "inode %u: the name %.*s stands twice",
                      dir, DIRSIZ, entries[i]->name))
            memset(entries[i - 1], 0, ENTRY_SIZE);
    }
    free(entries);
}

/* True if an entry of dir can be followed. */
static bool
check_target(struct check *c, uint32_t dir, struct dirent *entry)
{
    const char *error = NULL;

    if (entry->inum >= c->v->super.ninodes)
        error = "does not exist";
    else if (volume_inode(c->v, entry->inum)->type == 0)
        error = "is free";
    else if (c->reached[entry->inum] &&
             volume_inode(c->v, entry->inum)->type == T_DIR)
        error = "is a directory that has another name";
    if (error == NULL)
        return true;
    if (violation(c, "entry dropped", "inode %u: %.*s: inode %u %s", dir,
                  DIRSIZ, entry->name, entry->inum, error))
        memset(entry, 0, sizeof(*entry));
    return false;
}

/* 7. The tree. */

/* Notes that an entry of directory dir names inode inum. */
static void
reach(struct check *c, uint32_t inum, uint32_t dir)
{
    c->nnames[inum]++;
    c->reached[inum] = true;
    if (volume_inode(c->v, inum)->type == T_DIR) {
        c->queue[c->nqueue] = inum;
        c->parent[c->nqueue] = dir;
        c->nqueue++;
    }
}

static void
check_directory(struct check *c, uint32_t dir, uint32_t parent)
{
    const struct dinode *inode = volume_inode(c->v, dir);

    c->nnames[parent]++;            // by ".."
    if (!check_has_dots(c, dir))
        return;
    check_dot(c, dir, 0, ".", dir);
    check_dot(c, dir, 1, "..", parent);
    check_names_unique(c, dir);
    for (uint32_t i = 2; i < inode->size / ENTRY_SIZE; i++) {
        struct dirent *entry = inode_entry(c->v, inode, i);

        if (entry != NULL && entry->inum != 0)
            check_name(c, dir, entry);
        if (entry != NULL && entry->inum != 0 && check_target(c, dir, entry))
            reach(c, entry->inum, dir);
    }
}

/* Reads directories until all that they lead to is reached. */
static void
walk(struct check *c)
{
    while (c->nread < c->nqueue) {
        uint32_t i = c->nread++;

        check_directory(c, c->queue[i], c->parent[i]);
    }
}

static void
walk_from_root(struct check *c)
{
    if (volume_inode(c->v, ROOT_INO)->type != T_DIR)
        return;
    c->reached[ROOT_INO] = true;    // by no name: its ".." makes up for that
    c->queue[0] = ROOT_INO;
    c->parent[0] = ROOT_INO;
    c->nqueue = 1;
    walk(c);
}

/*
 * The order in which inodes without a path are given one: a directory brings
 * back all that is below it.  0 for one whose ".." is not such a directory
 * itself, then 1 for the other directories, which form circles, then 2.
 */
static int
rank(const struct check *c, uint32_t inum)
{
    const struct dinode *inode = volume_inode(c->v, inum);
    const struct dirent *dotdot;

    if (inode->type != T_DIR)
        return 2;
    dotdot = inode_entry(c->v, inode, 1);
    if (dotdot == NULL || dotdot->inum >= c->v->super.ninodes ||
        dotdot->inum == inum || c->reached[dotdot->inum])
        return 0;
    return volume_inode(c->v, dotdot->inum)->type == T_DIR ? 1 : 0;
}

/* Inode inum has no path: gives it a name in the root. */
static void
check_unreached(struct check *c, uint32_t inum)
{
    char name[sizeof("lost.4294967295")];

    if (volume_inode(c->v, inum)->nlink == 0) {
        if (c->mode == CHECK_REPORT)
            printf("fsck: note: inode %u was removed while open: "
                   "the next mount frees it\n", inum);
        return;
    }
    snprintf(name, sizeof(name), "lost.%u", inum);
    if (violation(c, "named lost.N in the root",
                  "inode %u: no path leads to it", inum) &&
        tree_add_entry(c->v, ROOT_INO, name, strlen(name), inum) == NULL) {
        reach(c, inum, ROOT_INO);
        walk(c);
    }
}

static void
check_all_reached(struct check *c)
{
    for (int turn = 0; turn <= 2; turn++) {
        for (uint32_t inum = 1; inum < c->v->super.ninodes; inum++) {
            if (volume_inode(c->v, inum)->type != 0 && !c->reached[inum] &&
                rank(c, inum) == turn)
                check_unreached(c, inum);
        }
    }
}

/* 8. Link counts. */

static void
check_link_counts(struct check *c)
{
    for (uint32_t inum = 1; inum < c->v->super.ninodes; inum++) {
        struct dinode *inode = volume_inode(c->v, inum);
        uint32_t right = c->nnames[inum];

        if (inode->type == 0 || !c->reached[inum])
            continue;
        if (right > NLINK_MAX)
            violation(c, NULL, "inode %u: %u entries name it, too many", inum,
                      right);
        else if (inode->nlink != right &&
                 violation(c, "corrected",
                           "inode %u: link count is %u, but %u entries name it",
                           inum, inode->nlink, right))
            inode->nlink = right;
    }
}

static void
check_volume(struct check *c)
{
    uint32_t ninodes = c->v->super.ninodes;

    c->owner = allocate_zeroed(c->v->super.nblocks, sizeof(c->owner[0]));
    c->nnames = allocate_zeroed(ninodes, sizeof(c->nnames[0]));
    c->reached = allocate_zeroed(ninodes, sizeof(c->reached[0]));
    c->queue = allocate_zeroed(ninodes, sizeof(c->queue[0]));
    c->parent = allocate_zeroed(ninodes, sizeof(c->parent[0]));
    check_first_inodes(c);
    check_inodes(c);
    check_bitmap(c);
    check_bitmap_end(c);
    walk_from_root(c);
    check_all_reached(c);
    check_link_counts(c);
    free(c->owner);
    free(c->nnames);
    free(c->reached);
    free(c->queue);
    free(c->parent);
}

unsigned
check_image(const struct image *image, struct volume *v, enum check_mode mode)
{
    struct check c = { .v = v, .mode = mode };

    if (image->size < SECTOR_SIZE) {
        violation(&c, NULL, "the image is shorter than a sector");
        return c.nviolations;
    }
    check_partition_table(&c, image);
    if (check_superblock(&c, image) && volume_open(v, image) == NULL) {
        check_log(&c);
        check_volume(&c);
    }
    return c.nviolations;
}

unsigned
repair_image(const struct image *image, struct volume *v)
{
    unsigned nviolations = 1;

    for (int i = 0; i < MAX_PASSES && nviolations > 0; i++)
        nviolations = check_image(image, v, CHECK_REPAIR);
    return nviolations;
}
