/*
 * What inodes contain: the bytes of files and the blocks that hold them.
 *
 * The first NDIRECT blocks are named in the inode, the others in an indirect
 * block.  A number that came from the disk is used only if it is a data
 * block's.
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

/*
 * bmap for a place in the inode (buf is NULL) or in the indirect block that buf
 * holds.  A new block is to be `near`.
 */
static int
map(uint32_t *entry, struct buf *buf, bool allocate, uint32_t near,
    uint32_t *block)
{
    *block = *entry;
    if (*block == 0 && allocate) {
        *block = new_block(near);
        if (*block != 0 && buf != NULL)
            log_modify(buf);
        *entry = *block;
    }
    if (*block == 0)
        return allocate ? -1 : 0;
    return is_data_block(*block) ? 0 : -1;
}

int
bmap(struct inode *ip, uint32_t index, bool allocate, uint32_t *block)
{
    uint32_t *addrs = ip->addrs;

    if (index < NDIRECT)
        return map(&addrs[index], NULL, allocate,
                   index > 0 ? addrs[index - 1] + 1 : 0, block);
    bool is_first = addrs[NDIRECT] == 0;
    if (map(&addrs[NDIRECT], NULL, allocate, addrs[NDIRECT - 1] + 1, block) < 0)
        return -1;
    if (*block == 0)
        return 0;
    struct buf *buf = read_indirect(ip);
    if (buf == NULL)
        return -1;
    uint32_t *entry = (uint32_t *)buf->data + index - NDIRECT;
    uint32_t near = (index > NDIRECT ? entry[-1] : addrs[NDIRECT]) + 1;
    int result = map(entry, buf, allocate, near, block);
    cache_put(buf);
    if (result < 0 && is_first) {
        // The blocks written before this one may stay, so this must not.
        bitmap_free(addrs[NDIRECT]);
        addrs[NDIRECT] = 0;
    }
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
