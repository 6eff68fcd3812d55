/*
 * Images to damage, and damage.
 *
 * An image is small and has one of everything.  Damage prefers what is used,
 * the numbers that code may well get wrong, and all kinds of blocks alike.
 */
#include "damage.h"

#include "fcntl.h"      // before stdio.h, which makes macros of its names

#include <stdio.h>
#include <string.h>

#include "replay.h"
#include "stat.h"
#include "fs/inode.h"
#include "fs/log.h"
#include "fs/ops.h"
#include "file/file.h"
#include "host.h"
#include "power.h"
#include "run.h"

enum {
    NBLOCKS = 330,
    NINODES = 128,
    NLINKS = 260,               // that once were in a directory: two blocks
};

static uint64_t image_seed;

/* The image. */

static char bytes[24 * BSIZE];

static void
make_file(const char *path, int off, size_t n)
{
    struct file *file = file_open(path, O_RDWR | O_CREATE);

    if (file == NULL || file_seek(file, off, SEEK_SET) != off ||
        file_transfer(file, true, NULL, (uintptr_t)bytes, n) != (int)n)
        fail("%s cannot be made", path);
    file_close(file);
}

static void
make_node(const char *path, uint16_t type)
{
    struct inode *ip = fs_create(path, type, type == T_DEV, 0);

    if (ip == NULL)
        fail("%s cannot be made", path);
    inode_put(ip);
}

/* A directory that once had more names. */
static void
make_many(void)
{
    char path[32];

    make_node("/many", T_DIR);
    for (int i = 0; i < NLINKS; i++) {
        sprintf(path, "/many/%d", i);
        if (fs_link("/a", path) < 0)
            fail("%s cannot be made", path);
    }
    for (int i = 0; i < NLINKS; i++) {
        sprintf(path, "/many/%d", i);
        if (i % 16 != 3 && fs_unlink(path) < 0)
            fail("%s cannot be removed", path);
    }
}

/* Ends with some calls that only the log has, and a file removed while open. */
static void
image_body(void)
{
    struct random random = random_from(image_seed, 20);

    initlog();
    memset(bytes, 'x', sizeof(bytes));
    make_node("/d", T_DIR);
    make_node("/d/e", T_DIR);
    make_node("/d/e/f", T_DIR);
    make_node("/device", T_DEV);
    make_file("/a", 0, 5 * BSIZE + 100);
    make_file("/big", 0, 20 * BSIZE);
    make_file("/sparse", 14 * BSIZE, 10);
    make_file("/d/b", 0, 300);
    make_file("/d/e/c", 0, 1);
    make_file("/gone", 0, 2 * BSIZE);
    make_many();
    struct file *gone = file_open("/gone", O_RDWR);
    if (gone == NULL || fs_unlink("/gone") < 0)
        fail("/gone cannot be removed");
    for (uint32_t n = draw(&random, 2 * LOG_SLOTS); n > 0; n--)
        make_file("/d/b", 100 * n, 1000);
}

/* Where each kind of block is. */

enum area {
    PARTITIONS, SUPER, HEADERS, CONTENTS, INODES, BITMAP, DIRECTORIES, INDIRECT,
    NAREAS
};

/* The places that a kind of block has in the image. */
static struct {
    uint8_t *at[LOG_BLOCKS];
    unsigned n;
} areas[NAREAS];

static void
add(enum area area, uint8_t *at)
{
    areas[area].at[areas[area].n++] = at;
}

static void
add_blocks_of(const struct volume *v, const struct dinode *inode)
{
    uint32_t block;

    if (inode->type == 0)
        return;
    if (volume_is_data(v, inode->addrs[NDIRECT]))
        add(INDIRECT, volume_block(v, inode->addrs[NDIRECT]));
    for (uint32_t i = 0; inode->type == T_DIR && i < MAXFILE; i++) {
        block = inode_block(v, inode, i);
        if (block != 0)
            add(DIRECTORIES, volume_block(v, block));
    }
}

static void
survey(const struct volume *v)
{
    memset(areas, 0, sizeof(areas));
    add(PARTITIONS, disk_bytes);
    add(SUPER, v->blocks);
    for (uint32_t slot = 0; slot < LOG_SLOTS; slot++) {
        uint32_t first = v->super.log_start + slot * LOG_SLOT_BLOCKS;
        add(HEADERS, volume_block(v, first));
        for (uint32_t i = 1; i < 4; i++)
            add(CONTENTS, volume_block(v, first + i));
    }
    for (uint32_t b = v->super.inode_start; b < v->super.bitmap_start; b++)
        add(INODES, volume_block(v, b));
    add(BITMAP, volume_block(v, v->super.bitmap_start));
    for (uint32_t inum = 1; inum < v->super.ninodes; inum++)
        add_blocks_of(v, volume_inode(v, inum));
}

/* The file system on our disk, not damaged yet. */
static struct volume
open_disk(void)
{
    struct image image = { .bytes = disk_bytes, .size = disk_size };
    struct volume volume;

    if (volume_open(&volume, &image) != NULL)
        fail("the image is damaged from the start");
    return volume;
}

void
make_damageable(uint64_t seed)
{
    struct random all = { 1 };
    uint64_t missing;

    image_seed = seed;
    create_disk(NBLOCKS, NINODES);
    record->nevents = 0;
    record->nbytes = 0;
    expect_success("making an image", image_body);
    for (size_t i = 0; i < record->nevents; i++)
        apply_sectors(&record->events[i], &all, 1);
    struct volume volume = open_disk();
    survey(&volume);
    // Most have no log, or its replay would mend what is damaged elsewhere.
    if (seed % 4 != 0) {
        log_replay(&volume, &missing);
        log_clear(&volume);
    }
}

/* Damage. */

/* A number that code may well get wrong. */
static uint32_t
interesting(struct random *random)
{
    static const uint32_t numbers[] = {
        0, 1, 2, 3, 4, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff,
        0x80000000, 0xfffffff0, 0xffffffff, 0x10000000, BSIZE - 1, BSIZE,
        BSIZE + 1, MAXFILE, MAXFILE * BSIZE, MAXFILE * BSIZE + 1,
        MAXFILE * BSIZE - 16, NLINK_MAX, NLINK_MAX + 1, NBLOCKS - 1, NBLOCKS,
        NBLOCKS + 1, NINODES - 1, NINODES, LOG_MAX, LOG_MAX + 1, LOG_BLOCKS,
        LOG_BLOCKS + 1, LOG_BLOCKS + 3, LOG_BLOCKS + 4, LOG_MAGIC, FS_MAGIC,
    };

    return numbers[draw(random, sizeof(numbers) / sizeof(numbers[0]))];
}

/* Chooses a place in a block: mostly one that is used. */
static uint8_t *
choose_word(struct random *random, uint8_t *block)
{
    uint8_t *at = block;
    uint32_t word = 0;

    for (int i = 0; i < 100 && word == 0; i++) {
        at = block + draw(random, BSIZE / 4) * 4;
        memcpy(&word, at, 4);
    }
    return at;
}

static void
damage_word(struct random *random, uint8_t *at, uint8_t *other)
{
    uint32_t word, half = draw(random, 2) * 2;
    uint32_t bits = 1 + draw(random, 255);

    memcpy(&word, at, 4);
    switch (draw(random, 6)) {
    case 0: word = draw(random, UINT32_MAX); break;
    case 1: word = interesting(random); break;
    case 2: word += draw(random, 3) - 1; break;
    case 3: memcpy(&word, other, 4); break;
    case 4: word ^= bits << 8 * draw(random, 4); break;
    default: word ^= 1u << draw(random, 32); break;
    }
    if (draw(random, 3) == 0)
        memcpy(at + half, &word, 2);
    else
        memcpy(at, &word, 4);
}

static uint8_t *
choose_block(struct random *random, enum area area)
{
    return areas[area].at[draw(random, areas[area].n)];
}

static void
swap_blocks(uint8_t *a, uint8_t *b)
{
    uint8_t saved[BSIZE];

    memcpy(saved, a, BSIZE);
    memmove(a, b, BSIZE);
    memcpy(b, saved, BSIZE);
}

/* The last word of the first sector's code, the table and the signature. */
static void
damage_partitions(struct random *random)
{
    uint8_t *at = disk_bytes + MBR_TABLE - 2 +
                  draw(random, (SECTOR_SIZE - MBR_TABLE + 2) / 4) * 4;

    damage_word(random, at, disk_bytes + MBR_TABLE + 8);
}

static void
damage_block(struct random *random, enum area area)
{
    uint8_t *block = choose_block(random, area);
    uint8_t *word = choose_word(random, block);
    uint8_t *other_word = choose_word(random, block);
    uint8_t value = draw(random, 2) == 0 ? 0 : draw(random, 256);
    enum area other = SUPER + draw(random, NAREAS - SUPER);

    switch (draw(random, 12)) {
    case 0:
        swap_blocks(block, choose_block(random, other));
        break;
    case 1:
        memmove(block, choose_block(random, area), BSIZE);
        break;
    case 2:
        memset(block + draw(random, 8) * SECTOR_SIZE, value, SECTOR_SIZE);
        break;
    default:
        damage_word(random, word, other_word);
    }
}

/* Makes the checksums in the log right, so that what is wrong there counts. */
static void
forge_checksums(const struct volume *v)
{
    for (uint32_t slot = 0; slot < LOG_SLOTS; slot++) {
        uint32_t first = v->super.log_start + slot * LOG_SLOT_BLOCKS;
        struct log_header *header = volume_block(v, first);
        void *pages[LOG_SLOT_BLOCKS];
        uint32_t checksum[2];

        if (header->magic != LOG_MAGIC || header->count > LOG_MAX)
            continue;
        for (uint32_t i = 0; i < LOG_SLOT_BLOCKS; i++)
            pages[i] = volume_block(v, first + i);
        memset(header->checksum, 0, sizeof(checksum));
        slot_checksum(pages, 1 + header->count, checksum);
        memcpy(header->checksum, checksum, sizeof(checksum));
    }
}

void
damage(uint64_t seed)
{
    struct random random = random_from(seed, 21);
    struct volume volume = open_disk();

    for (int n = draw(&random, 3); n >= 0; n--) {
        enum area area = draw(&random, NAREAS);
        if (area == PARTITIONS)
            damage_partitions(&random);
        else
            damage_block(&random, area);
    }
    if (draw(&random, 2) == 0)
        forge_checksums(&volume);
}
