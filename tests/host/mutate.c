/*
 * Damaged images: the kernel must bear them, and fsck must mend them.
 *
 * Each time another part of an image is damaged, and then
 *
 *  - the kernel mounts it, or refuses to; if it does, it tries each file and
 *    each call, all of which may fail;
 *  - fsck looks at it, and repairs it.  What it says is left then, it cannot
 *    repair.  If it says that nothing is, the kernel must mount it and be able
 *    to remove all files, and afterwards every block and inode is free.
 */
#include "mutate.h"

#include "fcntl.h"      // before stdio.h, which makes macros of its names

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "stat.h"
#include "fs/inode.h"
#include "fs/log.h"
#include "fs/ops.h"
#include "fs/super.h"
#include "file/file.h"
#include "calls.h"
#include "damage.h"
#include "host.h"
#include "limits.h"
#include "run.h"

enum {
    MAX_PATH = 160,
    MAX_DEPTH = 6,
    MAX_VISITS = 40,            // files that are tried
};

static uint64_t mutation_seed;

static void
start_damaged(void)
{
    record = NULL;
    damage(mutation_seed);
}

/* Trying everything. */

static unsigned nvisits;
static char bytes[5000];

static void
try_file(const char *path)
{
    struct file *file = file_open(path, O_RDWR);
    struct stat st;

    if (file == NULL)
        return;
    if (file_stat(file, &st) == 0) {
        uint32_t offs[] = { 0, st.size / 2, st.size - 1, st.size };
        for (int i = 0; i < 4; i++) {
            if (file_seek(file, offs[i], SEEK_SET) < 0)
                continue;
            file_transfer(file, false, NULL, (uintptr_t)bytes, sizeof(bytes));
            file_transfer(file, true, NULL, (uintptr_t)bytes, 20);
        }
    }
    file_close(file);
}

/* Tries what has this path, and all below it; then removes it. */
static void
try_path(char *path, int depth)
{
    size_t length = strlen(path);
    struct dirent entry;

    if (nvisits >= MAX_VISITS)
        return;
    nvisits++;
    try_file(path);
    struct file *dir = depth < MAX_DEPTH ? file_open(path, O_RDONLY) : NULL;
    struct stat st;
    if (dir != NULL && file_stat(dir, &st) == 0 && st.type == T_DIR) {
        while (file_transfer(dir, false, NULL,
                (uintptr_t)&entry, sizeof(entry)) > 0) {
            if (entry.inum == 0 || entry.name[0] == '.')
                continue;
            snprintf(path + length, MAX_PATH - length, "/%.*s", DIRSIZ,
                     entry.name);
            try_path(path, depth + 1);
            path[length] = '\0';
        }
    }
    if (dir != NULL)
        file_close(dir);
    if (depth > 0)
        fs_unlink(path);
}

static void
try_calls(void)
{
    static const char *const paths[] = { "/a", "/big", "/d", "/d/b", "/d/e",
                                         "/many/3", "/new", "/d/new" };
    enum { N = sizeof(paths) / sizeof(paths[0]) };
    struct random random = random_from(mutation_seed, 22);

    for (int i = 0; i < 40; i++) {
        const char *path = paths[draw(&random, N)];
        const char *path2 = paths[draw(&random, N)];
        switch (draw(&random, 6)) {
        case 0: inode_put(fs_create(path, T_DIR, 0, 0)); break;
        case 1: inode_put(fs_create(path, T_FILE, 0, 0)); break;
        case 2: fs_link(path, path2); break;
        case 3: fs_rename(path, path2); break;
        case 4: try_file(path); break;
        default: fs_unlink(path); break;
        }
    }
}

static void
kernel_body(void)
{
    char path[MAX_PATH] = "";

    start_damaged();
    initlog();
    try_calls();
    try_path(path, 0);
    log_checkpoint();
}

/* fsck. */

/* Repairs the disk; exits if it cannot. */
static void
mend(void)
{
    struct image image = { .bytes = disk_bytes, .size = disk_size };
    struct volume volume;

    // Looking replays the log, which may be done any number of times.
    unsigned found = check_image(&image, &volume, CHECK_REPORT);
    unsigned left = repair_image(&image, &volume);
    if (found == 0 && left != 0)
        fail("repairing a sound image makes %u violations", left);
    if (check_image(&image, &volume, CHECK_REPORT) != left)
        fail("fsck -r says that %u violations are left, fsck does not", left);
    if (left == 0)
        return;
    uint8_t *before = malloc(disk_size);
    memcpy(before, disk_bytes, disk_size);
    check_image(&image, &volume, CHECK_REPAIR);
    if (memcmp(before, disk_bytes, disk_size) != 0)
        fail("fsck -r leaves what it can repair");
    exit(EXIT_REFUSED);
}

/* What was repaired is as good as new. */
static void
repaired_body(void)
{
    char path[MAX_PATH] = "";
    unsigned blocks, inodes;

    start_damaged();
    mend();
    initlog();
    check_disk("a repaired image");
    try_calls();
    try_path(path, 0);
    remove_all();
    count_used(&blocks, &inodes);
    check_disk("after all was removed from a repaired image");
    struct inode *root = inode_get(ROOT_INO);
    if (inode_lock(root) < 0)
        fail("no root");
    blocks -= root->d.size / BSIZE + (root->d.size % BSIZE != 0);
    blocks -= root->d.addrs[NDIRECT] != 0;
    if (blocks != super.data_start || inodes != 1)
        fail("%u blocks and %u inodes stay in use", blocks, inodes);
}

static void
one_mutation(void)
{
    unsigned refused = count.refused;

    count.images++;
    expect_no_harm("a damaged image", kernel_body);
    unsigned by_kernel = count.refused;
    expect_no_harm("a repaired image", repaired_body);
    count.repaired += count.refused == by_kernel;
    count.refused = refused + (by_kernel != refused);
}

void
mutations(uint64_t seed)
{
    unsigned bad = count.bad;

    make_damageable(seed);
    for (int i = 0; i < MUTATIONS && count.bad == bad; i++) {
        mutation_seed = seed * MUTATIONS + i;
        round_seed = mutation_seed;
        one_mutation();
    }
    drop_disk();
}
