/*
 * recover - what the kernel's file system makes of an image after a power cut.
 *
 *     recover IMAGE
 *
 * Each line of the input is a command.  The image is looked at as it is at that
 * moment, and is not changed.
 *
 *     mount        fsck, mount, write everything home, fsck again, list
 *     mount LOG    also record, in LOG, what the mount wrote (dm-log-writes)
 *     look         fsck and list only
 *
 * The answer has a line for each plain file and directory,
 *
 *     PATH file NLINK SIZE SUM INODE
 *     PATH directory NLINK
 *
 * and ends with "good", or "bad" and what is wrong.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs.h"
#include "fs/log.h"
#include "check.h"
#include "host.h"
#include "stat.h"

enum { TIME_LIMIT = 60 };       // seconds of one command

static FILE *image;
static FILE *answers;
static struct volume volume;

/* A private view of the image: what is written to it is lost at our end. */
static void
open_disk(void)
{
    alarm(TIME_LIMIT);
    if (fseek(image, 0, SEEK_END) < 0)
        fail("the image has no size");
    disk_size = ftell(image);
    disk_bytes = mmap(NULL, disk_size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                      fileno(image), 0);
    if (disk_bytes == MAP_FAILED)
        fail("the image cannot be mapped");
}

/* Runs fsck's checks, which replay the log; exits if they find anything. */
static void
check(const char *when)
{
    struct image whole = { .bytes = disk_bytes, .size = disk_size };

    if (check_image(&whole, &volume, CHECK_QUIET) == 0)
        return;
    fprintf(answers, "fsck finds, %s:\n", when);
    fflush(NULL);
    dup2(fileno(answers), STDOUT_FILENO);
    check_image(&whole, &volume, CHECK_REPORT);
    fflush(stdout);
    exit(1);
}

/* The list. */

/* A sum over the contents in which each word has its own mask. */
static uint32_t
sum_contents(const struct dinode *inode)
{
    uint32_t sum = 0;

    for (uint32_t at = 0; at < inode->size; at += 4) {
        uint32_t block = inode_block(&volume, inode, at / BSIZE);
        uint32_t word = 0, left = inode->size - at;
        if (block != 0)
            memcpy(&word, (uint8_t *)volume_block(&volume, block) + at % BSIZE,
                   left < 4 ? left : 4);
        sum += word ^ (at / 4 + 1) * 2654435761u;
    }
    return sum;
}

static void list(uint32_t inum, const char *path);

static void
list_entries(const struct dinode *inode, const char *path)
{
    for (uint32_t i = 0; i < inode->size / sizeof(struct dirent); i++) {
        const struct dirent *entry = inode_entry(&volume, inode, i);
        char name[DIRSIZ + 1] = "", below[256];
        if (entry == NULL || entry->inum == 0)
            continue;
        memcpy(name, entry->name, DIRSIZ);
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        snprintf(below, sizeof(below), "%s/%s", path, name);
        list(entry->inum, below);
    }
}

static void
list(uint32_t inum, const char *path)
{
    const struct dinode *inode = volume_inode(&volume, inum);

    if (inode->type == T_DIR) {
        fprintf(answers, "%s directory %u\n", path, inode->nlink);
        list_entries(inode, path);
    } else if (inode->type == T_FILE) {
        fprintf(answers, "%s file %u %u %u %u\n", path, inode->nlink,
                inode->size, sum_contents(inode), inum);
    }
}

static void
list_all(void)
{
    for (uint32_t inum = 1; inum < volume.super.ninodes; inum++) {
        const struct dinode *inode = volume_inode(&volume, inum);
        if (inode->type != 0 && inode->nlink == 0 && inum != ROOT_INO)
            fprintf(answers, "inode %u has no name\n", inum);
    }
    list_entries(volume_inode(&volume, ROOT_INO), "");
}

/* The mount's own writes, as a log. */

struct log_entry {
    uint64_t sector, nsectors, flags, length;
    uint8_t rest[SECTOR - 32];
};

static void
save_record(const char *path)
{
    struct {
        uint64_t magic, version, count;
        uint32_t sector_size;
        uint8_t rest[SECTOR - 28];
    } __attribute__((packed)) head = { 0x6a736677736872, 1, record->nevents,
                                       SECTOR, { 0 } };
    FILE *file = fopen(path, "wb");

    if (file == NULL)
        fail("%s cannot be written", path);
    fwrite(&head, SECTOR, 1, file);
    for (size_t i = 0; i < record->nevents; i++) {
        const struct event *event = &record->events[i];
        struct log_entry entry = { event->sector, event->nsectors,
                                   event->nsectors == FLUSH, 0, { 0 } };
        fwrite(&entry, SECTOR, 1, file);
        fwrite(event->data, SECTOR, event->nsectors, file);
    }
    if (fclose(file) != 0)
        fail("%s cannot be written", path);
}

/* The commands, each run in a process of its own. */

static void
check_raw(const char *log)
{
    (void)log;
    open_disk();
    check("before a mount");
}

static void
look(const char *log)
{
    (void)log;
    open_disk();
    check("without a mount");
    list_all();
}

static void
mount_disk(const char *log)
{
    open_disk();
    if (log != NULL)
        record = record_create();
    initlog();
    if (log != NULL)
        save_record(log);
    record = NULL;
    if (log_checkpoint() < 0)
        fail("the log cannot be written home");
    check("after the mount");
    list_all();
}

static bool
run(void (*body)(const char *), const char *log)
{
    int status;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        body(log);
        exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        fail("no process");
    if (status == 0)
        return true;
    if (WIFSIGNALED(status))
        fprintf(answers, "bad: killed by signal %d\n", WTERMSIG(status));
    else
        fprintf(answers, "bad: %s\n", WEXITSTATUS(status) == EXIT_REFUSED
                ? "the mount is refused" : "see above");
    return false;
}

int
main(int argc, char *argv[])
{
    char line[512];

    image = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (image == NULL)
        fail("usage: recover IMAGE");
    // What the kernel prints goes nowhere.
    answers = fdopen(dup(STDOUT_FILENO), "w");
    if (answers == NULL || freopen("/dev/null", "w", stdout) == NULL)
        fail("no output");
    while (fgets(line, sizeof(line), stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *log = strchr(line, ' ');
        bool good = strcmp(line, "look") == 0 ? run(look, NULL)
            : run(check_raw, NULL) &&
              run(mount_disk, log != NULL ? log + 1 : NULL);
        if (good)
            fprintf(answers, "good\n");
        fflush(answers);
    }
    return 0;
}
