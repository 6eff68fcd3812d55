/*
 * What inodes contain: the bytes of files and the blocks that hold them.
 *
 * The first NDIRECT blocks are named in the inode, the others in an indirect
 * block.  A number that came from the disk is used only if it is a data block's.
 */
#include "fs/inode.h"

#include "lib/string.h"
#include "mem/usermem.h"
#include "fs/bitmap.h"
#include "fs/cache.h"
#include "fs/log.h"
#include "fs/super.h"

enum { MAX_SIZE = MAXFILE * BSIZE };

static const uint8_t zeros[BSIZE];

static size_t
min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many of n bytes from offset off on lie in the same block? */
static size_t
bytes_in_block(uint32_t off, size_t n)
{
    return min(n, BSIZE - off % BSIZE);
}

/* Takes a block, near the given one if possible, and zeroes it; 0 if none. */
static uint32_t
new_block(uint32_t near)
{
    uint32_t block = bitmap_alloc(near);

    if (block == 0)
        return 0;
    struct buf *buf = cache_overwrite(block);
    log_modify(buf);
    memset(buf->data, 0, BSIZE);
    cache_put(buf);
    return block;
}

/* Reads the indirect block, which ip has; NULL if that fails. */
static struct buf *
read_indirect(const struct inode *ip)
{
    uint32_t block = ip->addrs[NDIRECT];

    return is_data_block(block) ? cache_read(block, 1) : NULL;
}

/* bmap for entry `index` of the indirect block, which ip has. */
static int
map_indirect(struct inode *ip, uint32_t index, bool allocate, uint32_t *block)
{
    struct buf *buf = read_indirect(ip);

    if (buf == NULL)
        return -1;
    uint32_t *entry = (uint32_t *)buf->data + index;
    *block = *entry;
    if (*block == 0 && allocate) {
        *block = new_block((index > 0 ? entry[-1] : ip->addrs[NDIRECT]) + 1);
        if (*block != 0) {
            log_modify(buf);
            *entry = *block;
        }
    }
    cache_put(buf);
    return *block == 0 && allocate ? -1 : 0;
}

/* The same for an inode that has no indirect block yet: allocates both. */
static int
map_first_indirect(struct inode *ip, uint32_t index, uint32_t *block)
{
    ip->addrs[NDIRECT] = new_block(ip->addrs[NDIRECT - 1] + 1);
    if (ip->addrs[NDIRECT] == 0)
        return -1;
    if (map_indirect(ip, index, true, block) == 0)
        return 0;
    // The blocks before this one may stay, so only this step is taken back.
    bitmap_free(ip->addrs[NDIRECT]);
    ip->addrs[NDIRECT] = 0;
    return -1;
}

static int
map_direct(struct inode *ip, uint32_t index, bool allocate, uint32_t *block)
{
    uint32_t *entry = &ip->addrs[index];

    if (*entry == 0 && allocate) {
        *entry = new_block(index > 0 ? entry[-1] + 1 : 0);
        if (*entry == 0)
            return -1;
    }
    *block = *entry;
    return 0;
}

int
bmap(struct inode *ip, uint32_t index, bool allocate, uint32_t *block)
{
    int result = 0;

    *block = 0;
    if (index < NDIRECT)
        result = map_direct(ip, index, allocate, block);
    else if (ip->addrs[NDIRECT] != 0)
        result = map_indirect(ip, index - NDIRECT, allocate, block);
    else if (allocate)
        result = map_first_indirect(ip, index - NDIRECT, block);
    if (result == 0 && *block != 0 && !is_data_block(*block))
        result = -1;
    return result;
}

/*
 * How many blocks of the file, from `index` on, follow each other on the disk,
 * where the first one is `block`?  READ_AHEAD at most.
 */
static unsigned
run_length(struct inode *ip, uint32_t index, uint32_t block)
{
    uint32_t nblocks = (ip->size + BSIZE - 1) / BSIZE;
    unsigned n = 1;

    for (; n < READ_AHEAD && index + n < nblocks; n++) {
        uint32_t next;
        if (bmap(ip, index + n, false, &next) < 0 || next != block + n)
            break;
    }
    return n;
}

/* inode_read for bytes in one block, all of which the file has.  0 or -1. */
static int
read_part(struct inode *ip, pde_t *pgdir, uintptr_t dst, uint32_t off, size_t n)
{
    uint32_t index = off / BSIZE, block;

    if (bmap(ip, index, false, &block) < 0)
        return -1;
    if (block == 0)
        return copyout(pgdir, dst, zeros, n);
    struct buf *buf = cache_find(block);
    if (buf == NULL)
        buf = cache_read(block, run_length(ip, index, block));
    if (buf == NULL)
        return -1;
    int result = copyout(pgdir, dst, (char *)buf->data + off % BSIZE, n);
    cache_put(buf);
    return result;
}

int
inode_read(struct inode *ip, pde_t *pgdir, uintptr_t dst, uint32_t off,
           size_t n)
{
    size_t done = 0;

    if (off >= ip->size)
        return 0;
    n = min(n, ip->size - off);
    while (done < n) {
        size_t part = bytes_in_block(off, n - done);
        if (read_part(ip, pgdir, dst + done, off, part) < 0)
            return done > 0 ? (int)done : -1;
        done += part;
        off += part;
    }
    return (int)done;
}

/* Returns a buffer to write n bytes at offset off to, or NULL. */
static struct buf *
get_for_write(struct inode *ip, uint32_t off, size_t n)
{
    uint32_t block;

    if (bmap(ip, off / BSIZE, true, &block) < 0)
        return NULL;
    return n == BSIZE ? cache_overwrite(block) : cache_read(block, 1);
}

int
inode_write(struct inode *ip, pde_t *pgdir, uintptr_t src, uint32_t off,
            size_t n)
{
    size_t done = 0;

    if (off >= MAX_SIZE)
        return -1;
    n = min(n, MAX_SIZE - off);
    while (done < n) {
        size_t part = bytes_in_block(off, n - done);
        struct buf *buf = get_for_write(ip, off, part);
        if (buf == NULL)
            break;
        log_modify(buf);
        int result = copyin(pgdir, (char *)buf->data + off % BSIZE,
                            src + done, part);
        cache_put(buf);
        if (result < 0)
            return -1;
        done += part;
        off += part;
    }
    if (done > 0 && off > ip->size)
        ip->size = off;
    return inode_update(ip) == 0 && done > 0 ? (int)done : -1;
}

static int
free_blocks(const uint32_t blocks[], unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (blocks[i] != 0 && bitmap_free(blocks[i]) < 0)
            return -1;
    }
    return 0;
}

int
inode_truncate(struct inode *ip)
{
    if (ip->addrs[NDIRECT] != 0) {
        struct buf *buf = read_indirect(ip);
        if (buf == NULL)
            return -1;
        int result = free_blocks(buf->data, NINDIRECT);
        cache_put(buf);
        if (result < 0)
            return -1;
    }
    if (free_blocks(ip->addrs, NDIRECT + 1) < 0)
        return -1;
    memset(ip->addrs, 0, sizeof(ip->addrs));
    ip->size = 0;
    return inode_update(ip);
}
