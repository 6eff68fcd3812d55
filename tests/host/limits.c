/* Limits: each is reached, tried once more, and left again. */
#include "limits.h"

#include "fcntl.h"      // before stdio.h, which makes macros of its names

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"
#include "lib/limits.h"
#include "fs/cache.h"
#include "fs/inode.h"
#include "fs/log.h"
#include "fs/ops.h"
#include "fs/super.h"
#include "file/file.h"
#include "calls.h"
#include "host.h"
#include "run.h"
#include "tree.h"

static char big[256 * 1024];

void
count_used(unsigned *blocks, unsigned *inodes)
{
    const uint8_t *fs = disk_bytes + (size_t)block_sector(0) * SECTOR_SIZE;
    const uint8_t *bitmap = fs + super.bitmap_start * BSIZE;
    const struct dinode *table =
        (const void *)(fs + super.inode_start * BSIZE);

    *blocks = *inodes = 0;
    if (log_checkpoint() < 0)
        fail("no checkpoint");
    for (uint32_t i = 0; i < nbitmap * BSIZE; i++)
        *blocks += __builtin_popcount(bitmap[i]);
    for (uint32_t i = 0; i < super.ninodes; i++)
        *inodes += table[i].type != 0;
}

/* Runs body on a mounted disk; afterwards all is free again. */
static void
leaves_nothing(void (*body)(void))
{
    unsigned blocks, inodes, blocks_after, inodes_after;

    initlog();
    count_used(&blocks, &inodes);
    body();
    remove_all();
    // The root directory keeps the blocks that it has grown to.
    struct inode *root = inode_get(ROOT_INO);
    if (inode_lock(root) < 0)
        fail("no root");
    unsigned grown = (root->d.size + BSIZE - 1) / BSIZE - 1;
    grown += root->d.addrs[NDIRECT] != 0;
    inode_unlock(root);
    inode_put(root);
    count_used(&blocks_after, &inodes_after);
    if (blocks_after != blocks + grown || inodes_after != inodes)
        fail("%u blocks, %u inodes in use, must be %u, %u", blocks_after,
             inodes_after, blocks + grown, inodes);
}

/* Copies all that is on the disk behind the log, when all is home. */
static uint8_t *
snapshot(void)
{
    size_t size = (super.nblocks - super.inode_start) * (size_t)BSIZE;
    uint8_t *copy = malloc(size);

    if (log_checkpoint() < 0)
        fail("no checkpoint");
    memcpy(copy, disk_bytes +
                 (size_t)block_sector(super.inode_start) * SECTOR_SIZE, size);
    return copy;
}

/* Makes a call that must fail and leave each byte on the disk as it was. */
static void
must_fail(const char *what, int call(const char *path), const char *path)
{
    uint8_t *before = snapshot();

    if (call(path) != -1)
        fail("%s, but %s is done", what, path);
    uint8_t *after = snapshot();
    if (memcmp(before, after,
               (super.nblocks - super.inode_start) * (size_t)BSIZE) != 0)
        fail("%s, and the call on %s leaves something", what, path);
    free(before);
    free(after);
}

static int
make(const char *path, int type)
{
    struct inode *ip = fs_create(path, type, 0, 0);

    inode_put(ip);
    return ip != NULL ? 0 : -1;
}

static int
make_file(const char *path)
{
    return make(path, T_FILE);
}

static int
make_directory(const char *path)
{
    return make(path, T_DIR);
}

/* Gives /f one more name. */
static int
link_f(const char *path)
{
    return fs_link("/f", path);
}

static int
append_byte(const char *path)
{
    struct file *file = file_open(path, O_WRONLY | O_APPEND);
    int n = file_transfer(file, true, NULL, (uintptr_t)big, 1);

    file_close(file);
    return n;
}

static struct file *
must_open(const char *path, int flags)
{
    struct file *file = file_open(path, flags);

    if (file == NULL)
        fail("%s cannot be opened", path);
    return file;
}

/* Writes until nothing more goes; returns the size. */
static uint32_t
write_all(const char *path, size_t piece)
{
    struct file *file = must_open(path, O_WRONLY | O_CREATE);
    uint32_t size = 0;
    int n;

    // A piece that does not fit is not written at all: then try a smaller one.
    for (; piece > 0; piece /= 2)
        while ((n = file_transfer(file, true, NULL, (uintptr_t)big, piece)) > 0)
            size += n;
    struct stat st;
    if (file_stat(file, &st) < 0 || st.size != size)
        fail("%s has size %u, must have %u", path, st.size, size);
    file_close(file);
    return size;
}

/*
 * With few blocks left, a write takes all it can use: the 13th block of a file
 * needs two, as an indirect block comes with it.
 */
static void
use_last_blocks(void)
{
    char path[32];

    for (int i = 0; i < 16; i++) {
        sprintf(path, "/s%d", i);
        if (fs_unlink(path) < 0)
            fail("%s cannot be removed", path);
        uint32_t left = i + 1;
        uint32_t expected = left <= NDIRECT ? left : left - 1;
        uint32_t size = write_all("/b", 50000);
        if (size != expected * BSIZE)
            fail("%u bytes fit into %u blocks", size, left);
        check_disk("a disk with nothing left");
        if (fs_unlink("/b") < 0)
            fail("/b cannot be removed");
    }
}

static void
fill_disk(void)
{
    char path[32];

    for (int i = 0; i < 16; i++) {
        sprintf(path, "/s%d", i);
        struct file *file = must_open(path, O_WRONLY | O_CREATE);
        if (file_transfer(file, true, NULL, (uintptr_t)big, 1) != 1)
            fail("%s cannot be written", path);
        file_close(file);
    }
    inode_put(fs_create("/b", T_FILE, 0, 0));
    write_all("/a", 65536);
    must_fail("the disk is full", append_byte, "/b");
    must_fail("the disk is full", append_byte, "/a");
    must_fail("the disk is full", make_directory, "/d");
    if (fs_unlink("/b") < 0)
        fail("/b cannot be removed");
    use_last_blocks();
}

static void
full_disk(void)
{
    leaves_nothing(fill_disk);
}

static void
fill_inodes(void)
{
    char path[32];
    unsigned n = 0;

    for (struct inode *ip = NULL; n == 0 || ip != NULL; n++) {
        inode_put(ip);
        sprintf(path, "/f%u", n);
        ip = fs_create(path, n % 2 ? T_FILE : T_DIR, 0, 0);
    }
    if (n != super.ninodes - 1)
        fail("%u inodes of %u could be used", n, super.ninodes);
    must_fail("all inodes are in use", make_file, "/more");
    must_fail("all inodes are in use", make_directory, "/f0/more");
    if (fs_unlink("/f1") < 0 || write_all("/f1", 100000) == 0)
        fail("a full table of inodes could not be used again");
}

static void
full_inodes(void)
{
    leaves_nothing(fill_inodes);
}

static void
fill_file(void)
{
    if (write_all("/a", sizeof(big)) != MAXFILE * BSIZE)
        fail("a file cannot get as large as it should");
    if (write_all("/b", 4097) != MAXFILE * BSIZE)
        fail("another file cannot get as large as it should");
    struct file *file = must_open("/c", O_RDWR | O_CREATE);
    if (file_seek(file, MAXFILE * BSIZE - 1, SEEK_SET) < 0 ||
        file_transfer(file, true, NULL, (uintptr_t)big, 2) != 1 ||
        file_transfer(file, true, NULL, (uintptr_t)big, 1) != -1 ||
        file_seek(file, -1, SEEK_SET) != -1 ||
        file_seek(file, INT32_MAX, SEEK_CUR) != -1 ||
        file_seek(file, INT32_MAX, SEEK_SET) != INT32_MAX ||
        file_transfer(file, true, NULL, (uintptr_t)big, 1) != -1)
        fail("the end of the largest file");
    file_close(file);
    must_fail("the file has its largest size", append_byte, "/a");
    must_fail("the file has its largest size", append_byte, "/c");
}

static void
full_file(void)
{
    leaves_nothing(fill_file);
}

static void
fill_links(void)
{
    char path[32];
    int n = 1;

    inode_put(fs_create("/f", T_FILE, 0, 0));
    do
        sprintf(path, "/%d", n++);
    while (fs_link("/f", path) == 0);
    if (n - 1 != NLINK_MAX)
        fail("%d links, must be %d", n - 1, NLINK_MAX);
    must_fail("the file has the most links", link_f, path);
    if (fs_unlink("/1") < 0 || fs_link("/f", path) < 0)
        fail("a name that was given back cannot be used again");
    check_disk("a file with the most links");
}

static void
full_links(void)
{
    leaves_nothing(fill_links);
}

/*
 * A directory to its last entry.  To fill it call by call would take for ever,
 * so mkfs does it.  The entries name nine files: one cannot have so many names.
 */

enum { ENTRIES = MAXFILE * (BSIZE / sizeof(struct dirent)), NTARGETS = 9 };

static void
make_full_directory(void)
{
    struct dirent *entries = calloc(ENTRIES, sizeof(*entries));
    struct image image = { .bytes = disk_bytes, .size = disk_size };
    struct volume v;
    uint32_t targets[NTARGETS], dir;
    char name[DIRSIZ + 1];

    if (volume_open(&v, &image) != NULL ||
        tree_create_directory(&v, ROOT_INO, "d", 1, &dir) != NULL)
        fail("no directory can be made");
    for (int i = 0; i < NTARGETS; i++) {
        sprintf(name, "f%d", i);
        if (tree_create_file(&v, ROOT_INO, name, 2, &targets[i]) != NULL)
            fail("no file can be made");
    }
    entries[0] = (struct dirent){ .inum = dir, .name = "." };
    entries[1] = (struct dirent){ .inum = ROOT_INO, .name = ".." };
    for (uint32_t i = 2; i < ENTRIES; i++) {
        entries[i].inum = targets[i % NTARGETS];
        memcpy(entries[i].name, name, sprintf(name, "%u", i));
        volume_inode(&v, entries[i].inum)->nlink++;
    }
    if (tree_write(&v, dir, entries, MAXFILE * BSIZE) != NULL)
        fail("the directory cannot be filled");
    free(entries);
}

static int
link_f0(const char *path)
{
    return fs_link("/f0", path);
}

static int
rename_f0(const char *path)
{
    return fs_rename("/f0", path);
}

static void
full_directory(void)
{
    make_full_directory();
    check_disk("a full directory");
    initlog();
    must_fail("the directory is full", make_file, "/d/x");
    must_fail("the directory is full", make_directory, "/d/x");
    must_fail("the directory is full", link_f0, "/d/x");
    must_fail("the directory is full", rename_f0, "/d/x");
    if (fs_unlink("/d/200000") < 0 || make_file("/d/x") < 0)
        fail("an entry that was given back cannot be used again");
    must_fail("the directory is full again", make_file, "/d/y");
    check_disk("a full directory");
}

/*
 * A file with blocks in every part of the bitmap, on a disk of the largest
 * size.
 */
static void
scatter(void)
{
    uint8_t *bitmap = disk_bytes + (size_t)block_sector(super.bitmap_start) *
                                       SECTOR_SIZE;

    for (uint32_t b = super.data_start + 500; b < super.nblocks; b++) {
        if (b % 400 != 0)
            bitmap[b / 8] |= 1u << b % 8;
    }
    write_all("/a", 65536);
    if (fs_unlink("/a") < 0)
        fail("a scattered file cannot be removed");
    write_all("/a", sizeof(big));
    inode_put(fs_create("/b", T_FILE, 0, 0));
    if (fs_rename("/b", "/a") < 0)
        fail("a scattered file cannot be replaced");
    write_all("/a", 4095);
    file_close(must_open("/a", O_WRONLY | O_TRUNC));
    for (uint32_t b = super.data_start + 500; b < super.nblocks; b++) {
        if (b % 400 != 0)
            bitmap[b / 8] &= ~(1u << b % 8);
    }
}

static void
scattered(void)
{
    initlog();
    scatter();
}

/* Fresh files are in one piece, and are read with few disk commands. */
static void
contiguous(void)
{
    initlog();
    write_all("/a", 65536);
    struct inode *ip = inode_get(2);
    uint32_t block, next, breaks = 0;
    if (inode_lock(ip) < 0 || bmap(ip, 0, false, &block) < 0)
        fail("no inode 2");
    for (uint32_t i = 1; i < MAXFILE; i++, block = next) {
        if (bmap(ip, i, false, &next) < 0)
            fail("no block %u", i);
        breaks += next != block + 1;
    }
    inode_unlock(ip);
    inode_put(ip);
    if (breaks > 1)
        fail("a file is in %u pieces", breaks + 1);
}

/* One process holds all buffers there are; the other waits for one. */

static void
hold_or_wait(int process)
{
    static struct buf *held[NBUF_MAX];

    if (process == 0) {
        for (int i = 0; i < NBUF_MAX; i++)
            held[i] = cache_read(1 + i);
        for (int i = 0; i < 1000; i++)
            preempt(1);
        for (int i = 0; i < NBUF_MAX; i++)
            cache_put(held[i]);
        return;
    }
    while (held[NBUF_MAX - 1] == NULL)
        preempt(1);
    for (uint32_t i = 0; i < 100; i++) {
        struct buf *buf = cache_read(400 + i);
        if (buf == NULL)
            fail("no buffer");
        cache_put(buf);
    }
}

static void
no_buffers(void)
{
    initlog();
    run_processes(2, hold_or_wait, 1);
}

/* Makes the call 70 times, which is to take that many disk commands at most. */
static void
expect_commands(const char *what, unsigned most, bool call(struct file *file))
{
    struct file *file = must_open("/c", O_RDWR | O_CREATE);
    size_t before = record->nevents;
    unsigned nflushes = 0, nwrites = 0;

    for (int i = 0; i < 70; i++) {
        if (!call(file))
            fail("%s failed", what);
    }
    file_close(file);
    for (size_t i = before; i < record->nevents; i++) {
        nflushes += record->events[i].nsectors == FLUSH;
        nwrites += record->events[i].nsectors != FLUSH;
    }
    if (nflushes > 70 || nwrites > most)
        fail("%s: 70 calls need %u writes, %u flushes", what, nwrites,
             nflushes);
    if (fs_unlink("/c") < 0)
        fail("/c cannot be removed");
}

static bool
overwrite(struct file *file)
{
    return file_seek(file, 0, SEEK_SET) == 0 &&
           file_transfer(file, true, NULL, (uintptr_t)big, 16) == 16;
}

static bool
append_block(struct file *file)
{
    return file_transfer(file, true, NULL, (uintptr_t)big, BSIZE) == BSIZE;
}

static bool
write_piece(struct file *file)
{
    struct stat st;

    // Mostly the file grows; at the end it is overwritten.
    if (file_stat(file, &st) < 0 ||
        (st.size == MAXFILE * BSIZE / WRITE_MAX * WRITE_MAX &&
         file_seek(file, 0, SEEK_SET) < 0))
        return false;
    return file_transfer(file, true, NULL,
            (uintptr_t)big, WRITE_MAX) == WRITE_MAX;
}

/*
 * A call is one write to the log and one flush; home writes are shared by
 * many.
 */
static void
few_commands(void)
{
    initlog();
    expect_commands("write of 16 bytes", 70 + 2 * 10, overwrite);
    expect_commands("write of 4 KiB", 70 + 4 * 10, append_block);
    expect_commands("write of 64 KiB", 2 * 70, write_piece);
}

const struct limit limits[] = {
    { "a full disk", 600, 100, full_disk },
    { "no inodes left", 4000, 130, full_inodes },
    { "the largest file", 4000, 100, full_file },
    { "the most links", 2000, 100, full_links },
    { "a full directory", 1500, 100, full_directory },
    { "a scattered file", NBITMAP_MAX * BITS_PER_BLOCK, 100, scattered },
    { "a file in one piece", 4000, 100, contiguous },
    { "few disk commands", 4000, 100, few_commands },
    { "no buffers left", 2000, 100, no_buffers },
};
const unsigned nlimits = sizeof(limits) / sizeof(limits[0]);
