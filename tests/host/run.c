/* Disks, and trying things on them. */
#include "run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "host.h"
#include "tree.h"

enum { TIME_LIMIT = 60 };       // seconds, of one process

struct count count;
unsigned long long round_seed;

void
create_disk(uint32_t nblocks, uint32_t ninodes)
{
    struct partition partition = { .type = PART_FS, .start = FIRST_SECTOR };
    struct superblock layout;
    struct volume volume;

    partition.nsectors = nblocks * SECTORS_PER_BLOCK;
    disk_size = (size_t)(FIRST_SECTOR + partition.nsectors) * SECTOR_SIZE;
    disk_bytes = calloc(1, disk_size);
    if (disk_bytes == NULL || !super_layout(&layout, nblocks, ninodes))
        fail("no image of %u blocks, %u inodes", nblocks, ninodes);
    memcpy(disk_bytes + MBR_TABLE, &partition, sizeof(partition));
    disk_bytes[510] = MBR_SIGNATURE & 0xff;
    disk_bytes[511] = MBR_SIGNATURE >> 8;
    tree_format(&volume, disk_bytes + FIRST_SECTOR * SECTOR_SIZE, &layout);
}

void
drop_disk(void)
{
    free(disk_bytes);
}

void
check_disk(const char *when)
{
    struct image image = { .bytes = disk_bytes, .size = disk_size };
    struct volume volume;

    if (check_image(&image, &volume, CHECK_QUIET) > 0) {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        check_image(&image, &volume, CHECK_REPORT);
        fail("%s: fsck finds something", when);
    }
}

int
run_apart(void (*body)(void))
{
    int status;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(TIME_LIMIT);
        body();
        exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        fail("no process");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
expect_success(const char *what, void (*body)(void))
{
    int status = run_apart(body);

    if (status == 0)
        return;
    count.bad++;
    fprintf(stderr, "hostfs: round %llu: %s %s\n", round_seed, what,
            status == EXIT_REFUSED ? "cannot be mounted" : "failed");
}

void
expect_no_harm(const char *what, void (*body)(void))
{
    int status = run_apart(body);

    if (status == EXIT_REFUSED) {
        count.refused++;
    } else if (status != 0) {
        count.bad++;
        fprintf(stderr, "hostfs: round %llu: %s failed\n", round_seed, what);
    }
}
