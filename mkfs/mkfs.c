/*
 * mkfs: makes a disk image, puts files into one, copies a file out of one.
 *
 *   mkfs [-b NBLOCKS] [-i NINODES] [-B BOOTBLOCK] [-K KERNEL]
 *        IMAGE [SRC[:NAME]...]
 *   mkfs -u [-B BOOTBLOCK] [-K KERNEL] IMAGE [SRC[:NAME]...]
 *   mkfs -g /PATH IMAGE
 *
 * The first makes IMAGE anew.  The second replaces in an existing image what it
 * names and keeps all else.  SRC is a file, or a folder that is copied with all
 * below it; NAME is its path in the image, by default the last part of SRC in
 * the root.  The same arguments give the same bytes.
 *
 * An error is one line on stderr and exit status 1, and leaves IMAGE as it was.
 */

#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "check.h"
#include "folder.h"
#include "image.h"
#include "replay.h"
#include "tree.h"
#include "volume.h"

enum {
    DEFAULT_NBLOCKS = 8192,
    DEFAULT_NINODES = 2000,
    BOOTBLOCK_MAX = KERNEL_SECTOR * SECTOR_SIZE,
    SIGNATURE = SECTOR_SIZE - 2,        // offset of MBR_SIGNATURE
    BOOTABLE = 0x80,                    // a partition's status
    DEPTH_MAX = 32,                     // folders in folders; ends link loops
};

struct options {
    uint32_t nblocks, ninodes;
    const char *bootblock, *kernel;     // files, or NULL
    const char *get;                    // path in the image, or NULL
    bool update;
};

static struct image image;
static struct volume volume;
static bool given[NINODES_MAX + 1];     // files that this run has written

static _Noreturn void
usage(void)
{
    die("usage: mkfs [-u] [-b NBLOCKS] [-i NINODES] [-B BOOTBLOCK] [-K KERNEL] "
        "IMAGE [SRC[:NAME]...], or mkfs -g /PATH IMAGE");
}

static uint32_t
parse_number(const char *s)
{
    char *end;
    unsigned long n;

    errno = 0;
    n = strtoul(s, &end, 10);
    if (s[0] < '0' || s[0] > '9' || *end != '\0' || errno != 0 ||
        n > UINT32_MAX)
        die("%s: not a number", s);
    return n;
}

/* The last part of a path, with slashes it may end in. */
static const char *
base_name(const char *path)
{
    size_t start = strlen(path);

    while (start > 0 && path[start - 1] == '/')
        start--;
    while (start > 0 && path[start - 1] != '/')
        start--;
    return path + start;
}

/*
 * Takes the next part off a path.  Returns it and stores its length, 0 at the
 * end of the path.
 */
static const char *
next_part(const char **path, size_t *n)
{
    const char *part = *path + strspn(*path, "/");

    *n = strcspn(part, "/");
    *path = part + *n;
    return part;
}

/* The directory called name in dir, made if there is none. */
static uint32_t
open_directory(uint32_t dir, const char *name, size_t n)
{
    uint32_t inum = tree_lookup(&volume, dir, name, n);
    const char *error = tree_check_name(name, n);

    if (error == NULL && inum == 0)
        error = tree_create_directory(&volume, dir, name, n, &inum);
    if (error != NULL)
        die("%.*s: %s", (int)n, name, error);
    if (!tree_is_directory(&volume, inum))
        die("%.*s: a file with this name is in the way", (int)n, name);
    return inum;
}

/* Writes the host's file src to `name` in dir. */
static void
add_file(const char *src, uint32_t dir, const char *name, size_t n)
{
    uint32_t inum = tree_lookup(&volume, dir, name, n);
    const char *error = NULL;
    struct image contents;

    image_load(&contents, src);
    if (inum == 0)
        error = tree_create_file(&volume, dir, name, n, &inum);
    else if (given[inum])
        error = "two files get this name";
    else if (!tree_is_file(&volume, inum))
        error = "what has this name in the image is not a file";
    if (error == NULL)
        error = tree_write(&volume, inum, contents.bytes, contents.size);
    if (error != NULL)
        die("%s as \"%.*s\": %s", src, (int)n, name, error);
    given[inum] = true;
    free(contents.bytes);
}

static void add(const char *src, uint32_t dir, const char *name, size_t n,
                int depth);

/* Copies all that lies in the host's folder src into directory dir. */
static void
add_folder(const char *src, uint32_t dir, int depth)
{
    char **names = folder_names(src);

    if (depth == DEPTH_MAX)
        die("%s: folders are nested too deeply", src);
    for (int i = 0; names[i] != NULL; i++) {
        size_t n = strlen(names[i]);
        char *path = allocate(strlen(src) + 1 + n + 1);

        strcpy(path, src);
        strcat(path, "/");
        strcat(path, names[i]);
        add(path, dir, names[i], n, depth + 1);
        free(path);
        free(names[i]);
    }
    free(names);
}

/*
 * Copies the host's file or folder src to `name`, of n bytes, in dir.  Without
 * a name what lies in a folder goes into dir itself.
 */
static void
add(const char *src, uint32_t dir, const char *name, size_t n, int depth)
{
    if (!is_folder(src))
        add_file(src, dir, name, n);
    else if (n == 0)
        add_folder(src, dir, depth);
    else
        add_folder(src, open_directory(dir, name, n), depth);
}

/*
 * Finds the directory for a path's last part, and makes what is missing on the
 * way.  Stores the last part and its length.
 */
static uint32_t
open_parent(const char *path, const char **last, size_t *n)
{
    uint32_t dir = ROOT_INO;
    const char *next;
    size_t next_n;

    *last = next_part(&path, n);
    for (next = next_part(&path, &next_n); next_n > 0;
         next = next_part(&path, &next_n)) {
        dir = open_directory(dir, *last, *n);
        *last = next;
        *n = next_n;
    }
    return dir;
}

/* Copies what an argument SRC[:NAME] names. */
static void
add_argument(const char *argument)
{
    const char *colon = strrchr(argument, ':');
    size_t src_n = colon != NULL ? (size_t)(colon - argument)
                                 : strlen(argument);
    char *src = allocate(src_n + 1);
    const char *name;
    uint32_t dir;
    size_t n;

    memcpy(src, argument, src_n);
    src[src_n] = '\0';
    dir = open_parent(colon != NULL ? colon + 1 : base_name(src), &name, &n);
    add(src, dir, name, n, 0);
    free(src);
}

/* Writes sector 0's partition table into an empty image. */
static void
put_partition_table(uint32_t nblocks)
{
    const struct partition table[MBR_NPARTS] = {
        {
            .status = BOOTABLE, .type = PART_KERNEL, .start = KERNEL_SECTOR,
            .nsectors = FS_SECTOR - KERNEL_SECTOR,
        }, {
            .type = PART_FS, .start = FS_SECTOR,
            .nsectors = nblocks * SECTORS_PER_BLOCK,
        },
    };
    const uint16_t signature = MBR_SIGNATURE;

    memcpy(image.bytes + MBR_TABLE, table, sizeof(table));
    memcpy(image.bytes + SIGNATURE, &signature, sizeof(signature));
}

/* Replaces the boot block by a file's contents, but for the partition table. */
static void
put_bootblock(const char *path)
{
    struct partition table[MBR_NPARTS];
    uint16_t signature = 0;
    struct image file;

    image_load(&file, path);
    if (file.size > BOOTBLOCK_MAX)
        die("%s: longer than the boot block's %d bytes", path, BOOTBLOCK_MAX);
    if (file.size >= SECTOR_SIZE)
        memcpy(&signature, file.bytes + SIGNATURE, sizeof(signature));
    if (signature != MBR_SIGNATURE)
        die("%s: not a boot block: no signature 0xaa55", path);
    memcpy(table, image.bytes + MBR_TABLE, sizeof(table));
    memset(image.bytes, 0, BOOTBLOCK_MAX);
    memcpy(image.bytes, file.bytes, file.size);
    memcpy(image.bytes + MBR_TABLE, table, sizeof(table));
    free(file.bytes);
}

/* The image's partition for the kernel. */
static struct partition
kernel_partition(void)
{
    for (int i = 0; i < MBR_NPARTS; i++) {
        struct partition partition = image_partition(&image, i);

        if (partition.type == PART_KERNEL)
            return partition;
    }
    die("the image has no partition for the kernel");
}

static void
put_kernel(const char *path)
{
    struct partition partition = kernel_partition();
    size_t size = (size_t)partition.nsectors * SECTOR_SIZE;
    uint8_t *bytes = image.bytes + (size_t)partition.start * SECTOR_SIZE;
    struct image file;

    image_load(&file, path);
    if (file.size > size)
        die("%s: longer than the kernel's partition, %zu bytes", path, size);
    memset(bytes, 0, size);
    memcpy(bytes, file.bytes, file.size);
    free(file.bytes);
}

/* Makes an empty image. */
static void
create_image(const struct options *options)
{
    struct superblock super;

    if (!super_layout(&super, options->nblocks, options->ninodes))
        die("a file system cannot have %u blocks and %u inodes: at most %d and "
            "%d, and room for both", options->nblocks, options->ninodes,
            NBITMAP_MAX * BITS_PER_BLOCK, NINODES_MAX);
    image_create(&image, (size_t)FS_SECTOR * SECTOR_SIZE +
                         (size_t)options->nblocks * BSIZE);
    put_partition_table(options->nblocks);
    tree_format(&volume, image.bytes + (size_t)FS_SECTOR * SECTOR_SIZE, &super);
}

/* Reads an image that is to be changed, and refuses a damaged one. */
static void
open_image(const char *path)
{
    image_load(&image, path);
    if (check_image(&image, &volume, CHECK_QUIET) != 0)
        die("%s: it is damaged: run fsck", path);
    log_clear(&volume);         // check_image has replayed it
}

/* The inode that a path of the image names. */
static uint32_t
look_up(const char *path)
{
    const char *rest = path;
    uint32_t inum = ROOT_INO;
    size_t n;

    for (const char *part = next_part(&rest, &n); n > 0;
         part = next_part(&rest, &n)) {
        if (tree_is_directory(&volume, inum))
            inum = tree_lookup(&volume, inum, part, n);
        else
            inum = 0;
        if (inum == 0)
            die("%s: no such file in the image", path);
    }
    return inum;
}

/* Writes a file of the image to stdout. */
static void
write_out(const struct dinode *inode)
{
    static const uint8_t zeros[BSIZE];

    for (uint32_t at = 0; at < inode->size; at += BSIZE) {
        uint32_t number = inode_block(&volume, inode, at / BSIZE);
        size_t n = inode->size - at < BSIZE ? inode->size - at : BSIZE;

        fwrite(number != 0 ? volume_block(&volume, number) : zeros, 1, n,
               stdout);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        die("stdout: it cannot be written");
}

static void
get_file(const char *path, const char *image_path)
{
    const char *error;
    uint64_t missing;

    image_load(&image, image_path);
    error = volume_open(&volume, &image);
    if (error != NULL)
        die("%s: %s", image_path, error);
    if (log_replay(&volume, &missing) < 0)
        die("%s: its log is damaged: run fsck", image_path);

    uint32_t inum = look_up(path);
    if (!tree_is_file(&volume, inum))
        die("%s: not a file", path);
    if (volume_inode(&volume, inum)->size > MAXFILE * BSIZE)
        die("%s: its inode is damaged: run fsck", path);
    write_out(volume_inode(&volume, inum));
}

/* Makes or updates an image as the arguments say: IMAGE [SRC[:NAME]...]. */
static void
put_files(const struct options *options, char *arguments[])
{
    if (options->update)
        open_image(arguments[0]);
    else
        create_image(options);
    if (options->bootblock != NULL)
        put_bootblock(options->bootblock);
    if (options->kernel != NULL)
        put_kernel(options->kernel);
    for (int i = 1; arguments[i] != NULL; i++)
        add_argument(arguments[i]);
    image_save(&image, arguments[0]);
}

/* Fills in the options.  Returns the index of the first other argument. */
static int
parse_options(int argc, char *argv[], struct options *options)
{
    bool sizes = false;
    int c;

    opterr = 0;
    for (c = getopt(argc, argv, "b:i:B:K:ug:"); c != -1;
         c = getopt(argc, argv, "b:i:B:K:ug:")) {
        if (c == 'b')
            options->nblocks = parse_number(optarg);
        else if (c == 'i')
            options->ninodes = parse_number(optarg);
        else if (c == 'B')
            options->bootblock = optarg;
        else if (c == 'K')
            options->kernel = optarg;
        else if (c == 'u')
            options->update = true;
        else if (c == 'g')
            options->get = optarg;
        else
            usage();
        sizes = sizes || c == 'b' || c == 'i';
    }
    if (sizes && options->update)
        die("-u keeps the sizes of the image: no -b, no -i");
    return optind;
}

int
main(int argc, char *argv[])
{
    struct options options = {
        .nblocks = DEFAULT_NBLOCKS, .ninodes = DEFAULT_NINODES,
    };
    int first;

    die_setup("mkfs", 1);
    first = parse_options(argc, argv, &options);
    if (first == argc || (options.get != NULL && first + 1 != argc))
        usage();
    if (options.get != NULL)
        get_file(options.get, argv[first]);
    else
        put_files(&options, argv + first);
    return 0;
}
