/*
 * What inodes contain: the bytes of files and the blocks that hold them.
 *
 * The first NDIRECT blocks are named in the inode, the others in an indirect
 * block.  A number that came from the disk is used only if it is a data
 * block's.  Which blocks are used stands in the bitmap, one bit a block.
 */
#include "fs/inode.h"

#include "lib/string.h"
#include "core/debug.h"
#include "mem/usermem.h"
#include "fs/log.h"
#include "fs/super.h"

enum { MAX_SIZE = MAXFILE * BSIZE };

static uint32_t
min(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/*
 * Marks a data block as used or free.  Returns 1, 0 if it was marked so before,
 * or -1 on a disk error.
 */
static int
mark(uint32_t block, bool used)
{
    struct buf *buf = cache_read(super.bitmap_start + block / BITS_PER_BLOCK);

    if (buf == NULL)
        return -1;
    uint32_t *word = (uint32_t *)buf->data + block / 32 % (BSIZE / 4);
    uint32_t bit = 1u << block % 32;
    bool changes = ((*word & bit) != 0) != used;
    if (changes) {
        log_modify(buf);
        *word ^= bit;
    }
    cache_put(buf);
    return changes;
}

/* Takes a data block.  Returns its number, or 0: disk full, or unreadable. */
static uint32_t
bitmap_alloc(void)
{
    static uint32_t next;       // what is written in one go lies together

    for (uint32_t i = 0; i < super.nblocks; i++) {
        uint32_t block = is_data_block(next) ? next : super.data_start;
        int marked = mark(block, true);
        next = block + 1;
        if (marked != 0)
            return marked > 0 ? block : 0;
    }
    return 0;
}

/* Frees a data block.  Returns -1 if it is none or free, or cannot be read. */
static int
bitmap_free(uint32_t block)
{
    return is_data_block(block) && mark(block, false) == 1 ? 0 : -1;
}

/*
 * Allocates a block of zeros for *entry, which lies in buf, or in the inode if
 * that is NULL, if it has none and is to have one.  Returns -1 if that fails,
 * or if the block it has cannot be one.  Inlined, as each block read passes by.
 */
static inline int
fill_entry(uint32_t *entry, struct buf *buf, bool allocate)
{
    if (*entry == 0 && allocate) {
        uint32_t block = debug_fails(FAIL_DISK_BLOCK) ? 0 : bitmap_alloc();
        if (block == 0)
            return -1;
        struct buf *new = cache_overwrite(block);
        log_modify(new);
        memset(new->data, 0, BSIZE);
        cache_put(new);
        if (buf != NULL)
            log_modify(buf);
        *entry = block;
    }
    return *entry == 0 || is_data_block(*entry) ? 0 : -1;
}

int
bmap(struct inode *ip, uint32_t index, bool allocate, uint32_t *block)
{
    uint32_t *entry = &ip->d.addrs[min(index, NDIRECT)];

    if (fill_entry(entry, NULL, allocate) < 0)
        return -1;
    *block = *entry;
    if (index < NDIRECT || *block == 0)
        return 0;
    struct buf *buf = cache_read(*block);
    if (buf == NULL)
        return -1;
    entry = (uint32_t *)buf->data + index - NDIRECT;
    int result = fill_entry(entry, buf, allocate);
    *block = *entry;
    cache_put(buf);
    return result;
}

struct buf *
inode_read_block(struct inode *ip, uint32_t index)
{
    uint32_t block;

    return bmap(ip, index, false, &block) == 0 ? cache_read(block) : NULL;
}

int
inode_read(struct inode *ip, pde_t *pgdir, uintptr_t dst, uint32_t off,
           size_t n)
{
    size_t done = 0, part;

    if (off >= ip->d.size)
        return 0;
    n = min(n, ip->d.size - off);
    for (; done < n; done += part, off += part) {
        struct buf *buf = inode_read_block(ip, off / BSIZE);
        if (buf == NULL)
            break;
        part = min(n - done, BSIZE - off % BSIZE);
        const char *from = (char *)buf->data + off % BSIZE;
        int result = copyout(pgdir, dst + done, from, part);
        cache_put(buf);
        if (result < 0)
            break;
    }
    return done > 0 || n == 0 ? (int)done : -1;
}

int
inode_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t off,
            size_t n)
{
    uint32_t block;

    if (off >= MAX_SIZE)
        return -1;
    n = min(n, MAX_SIZE - off);
    for (size_t done = 0, part; done < n; done += part, off += part) {
        if (bmap(ip, off / BSIZE, true, &block) < 0)
            return -1;
        part = min(n - done, BSIZE - off % BSIZE);
        struct buf *buf = part < BSIZE ? cache_read(block)
                                       : cache_overwrite(block);
        if (buf == NULL)
            return -1;
        log_modify(buf);
        char *to = (char *)buf->data + off % BSIZE;
        int result = copyin(pgdir, to, src + done, part);
        cache_put(buf);
        if (result < 0)
            return -1;
    }
    if (off > ip->d.size)
        ip->d.size = off;
    return inode_update(ip) == 0 ? (int)n : -1;
}

int
inode_truncate(struct inode *ip)
{
    uint32_t block, indirect = ip->d.addrs[NDIRECT];

    for (uint32_t i = 0; i * BSIZE < ip->d.size; i++)
        if (bmap(ip, i, false, &block) < 0 ||
            (block != 0 && bitmap_free(block) < 0))
            return -1;
    if (indirect != 0 && bitmap_free(indirect) < 0)
        return -1;
    memset(ip->d.addrs, 0, sizeof(ip->d.addrs));
    ip->d.size = 0;
    return inode_update(ip);
}
