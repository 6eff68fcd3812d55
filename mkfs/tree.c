/*
 * Making and changing files.
 *
 * Blocks and inodes are taken lowest number first, so that the same calls give
 * the same image.
 */

#include "tree.h"

#include <string.h>
#include "stat.h"

/* Takes a free block and fills it with zeros.  Returns 0 if there is none. */
static uint32_t
allocate_block(const struct volume *v)
{
    for (uint32_t b = v->super.data_start; b < v->super.nblocks; b++) {
        if (!bitmap_get(v, b)) {
            bitmap_set(v, b, true);
            memset(volume_block(v, b), 0, BSIZE);
            return b;
        }
    }
    return 0;
}

static void
free_block(const struct volume *v, uint32_t *number)
{
    if (volume_is_data(v, *number))
        bitmap_set(v, *number, false);
    *number = 0;
}

/* Makes *number name a block, a new one if it names none.  False if full. */
static bool
ensure_block(const struct volume *v, uint32_t *number)
{
    if (*number == 0)
        *number = allocate_block(v);
    return *number != 0;
}

/* The block of a file at an index, allocated where needed; NULL if full. */
static uint8_t *
file_block(const struct volume *v, struct dinode *inode, uint32_t index)
{
    uint32_t *number;

    if (index < NDIRECT) {
        number = &inode->addrs[index];
    } else {
        if (!ensure_block(v, &inode->addrs[NDIRECT]))
            return NULL;
        number = volume_block(v, inode->addrs[NDIRECT]);
        number += index - NDIRECT;
    }
    return ensure_block(v, number) ? volume_block(v, *number) : NULL;
}

static const char *
append(const struct volume *v, uint32_t inum, const void *data, size_t size)
{
    struct dinode *inode = volume_inode(v, inum);
    const uint8_t *from = data;

    if (size > (size_t)MAXFILE * BSIZE - inode->size)
        return "it is larger than a file can be (4144 KiB)";
    while (size > 0) {
        uint32_t offset = inode->size % BSIZE;
        size_t n = size < BSIZE - offset ? size : BSIZE - offset;
        uint8_t *block = file_block(v, inode, inode->size / BSIZE);

        if (block == NULL)
            return "the file system is full (mkfs -b)";
        memcpy(block + offset, from, n);
        inode->size += n;
        from += n;
        size -= n;
    }
    return NULL;
}

static void
truncate_file(const struct volume *v, uint32_t inum)
{
    struct dinode *inode = volume_inode(v, inum);

    if (volume_is_data(v, inode->addrs[NDIRECT])) {
        uint32_t *indirect = volume_block(v, inode->addrs[NDIRECT]);

        for (uint32_t i = 0; i < NINDIRECT; i++)
            free_block(v, &indirect[i]);
    }
    for (uint32_t i = 0; i <= NDIRECT; i++)
        free_block(v, &inode->addrs[i]);
    inode->size = 0;
}

const char *
tree_write(const struct volume *v, uint32_t inum, const void *data, size_t size)
{
    truncate_file(v, inum);
    return append(v, inum, data, size);
}

const char *
tree_check_name(const char *name, size_t n)
{
    if (n == 0)
        return "a name is empty";
    if (n > DIRSIZ)
        return "a name has more than 14 bytes";
    if (memcmp(name, "..", n < 2 ? n : 2) == 0 && n <= 2)
        return "the names . and .. are taken";
    if (memchr(name, '/', n) != NULL || memchr(name, '\0', n) != NULL)
        return "a name holds a character that no name can have";
    return NULL;
}

/* True if an entry has this name of n bytes. */
static bool
has_name(const struct dirent *entry, const char *name, size_t n)
{
    return memcmp(entry->name, name, n) == 0 &&
           (n == DIRSIZ || entry->name[n] == '\0');
}

uint32_t
tree_lookup(const struct volume *v, uint32_t dir, const char *name, size_t n)
{
    const struct dinode *inode = volume_inode(v, dir);

    if (n == 0 || n > DIRSIZ)
        return 0;
    for (uint32_t i = 0; i < inode->size / sizeof(struct dirent); i++) {
        const struct dirent *entry = inode_entry(v, inode, i);

        if (entry != NULL && entry->inum != 0 && has_name(entry, name, n))
            return entry->inum < v->super.ninodes ? entry->inum : 0;
    }
    return 0;
}

const char *
tree_add_entry(const struct volume *v, uint32_t dir, const char *name, size_t n,
               uint32_t inum)
{
    const struct dinode *inode = volume_inode(v, dir);
    struct dirent new = { .inum = inum };

    memcpy(new.name, name, n);
    for (uint32_t i = 0; i < inode->size / sizeof(new); i++) {
        struct dirent *entry = inode_entry(v, inode, i);

        if (entry != NULL && entry->inum == 0) {
            *entry = new;
            return NULL;
        }
    }
    return append(v, dir, &new, sizeof(new));
}

/* Makes inode inum a directory that holds "." and ".." only. */
static const char *
make_directory(const struct volume *v, uint32_t inum, uint32_t parent)
{
    struct dirent entries[] = {
        { .inum = inum, .name = "." },
        { .inum = parent, .name = ".." },
    };
    struct dinode *inode = volume_inode(v, inum);

    memset(inode, 0, sizeof(*inode));
    inode->type = T_DIR;
    inode->nlink = 1;
    return append(v, inum, entries, sizeof(entries));
}

const char *
tree_make_root(const struct volume *v)
{
    return make_directory(v, ROOT_INO, ROOT_INO);
}

/* Takes a free inode.  Returns 0 if there is none. */
static uint32_t
find_free_inode(const struct volume *v)
{
    for (uint32_t inum = ROOT_INO; inum < v->super.ninodes; inum++) {
        if (volume_inode(v, inum)->type == 0)
            return inum;
    }
    return 0;
}

/* Checks a new name and takes an inode for it; makes that a file. */
static const char *
make_inode(const struct volume *v, const char *name, size_t n, uint32_t *inum)
{
    const char *error = tree_check_name(name, n);
    struct dinode *inode;

    *inum = find_free_inode(v);
    if (error != NULL)
        return error;
    if (*inum == 0)
        return "there are more files than inodes (mkfs -i)";
    inode = volume_inode(v, *inum);
    memset(inode, 0, sizeof(*inode));
    inode->type = T_FILE;
    inode->nlink = 1;
    return NULL;
}

const char *
tree_create_file(const struct volume *v, uint32_t dir, const char *name,
                 size_t n, uint32_t *inum)
{
    const char *error = make_inode(v, name, n, inum);

    return error != NULL ? error : tree_add_entry(v, dir, name, n, *inum);
}

const char *
tree_create_directory(const struct volume *v, uint32_t dir, const char *name,
                      size_t n, uint32_t *inum)
{
    const char *error = make_inode(v, name, n, inum);

    if (error != NULL)
        return error;
    if (volume_inode(v, dir)->nlink == NLINK_MAX)
        return "a directory has too many directories";
    volume_inode(v, dir)->nlink++;          // for the new one's ".."
    error = make_directory(v, *inum, dir);
    return error != NULL ? error : tree_add_entry(v, dir, name, n, *inum);
}

bool
tree_is_file(const struct volume *v, uint32_t inum)
{
    return volume_inode(v, inum)->type == T_FILE;
}

bool
tree_is_directory(const struct volume *v, uint32_t inum)
{
    return volume_inode(v, inum)->type == T_DIR;
}

void
tree_format(struct volume *v, uint8_t *blocks, const struct superblock *super)
{
    v->blocks = blocks;
    v->super = *super;
    memcpy(volume_block(v, 0), super, sizeof(*super));
    for (uint32_t b = 0; b < super->data_start; b++)
        bitmap_set(v, b, true);
    tree_make_root(v);              // cannot fail: there is a data block
}
