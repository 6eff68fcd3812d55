/*
 * fsck: checks a disk image.
 *
 *   fsck [-r] IMAGE
 *
 * Names each violation on a line of its own.  With -r it replays and clears the
 * log, and repairs what it can; the exit status is then that of a second look.
 * 0: the image is clean; 1: it is not; 2: it cannot be read or written, or the
 * arguments are wrong.  What is checked stands in check.c.
 */

#define _POSIX_C_SOURCE 200809L

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>
#include "check.h"
#include "image.h"

int
main(int argc, char *argv[])
{
    struct image image;
    struct volume volume;
    bool repairing = false;
    unsigned nviolations;
    int c;

    die_setup("fsck", 2);
    opterr = 0;
    for (c = getopt(argc, argv, "r"); c != -1; c = getopt(argc, argv, "r")) {
        if (c != 'r')
            die("usage: fsck [-r] IMAGE");
        repairing = true;
    }
    if (optind + 1 != argc)
        die("usage: fsck [-r] IMAGE");
    image_load(&image, argv[optind]);
    if (repairing) {
        nviolations = repair_image(&image, &volume);
        image_save(&image, argv[optind]);
    } else {
        nviolations = check_image(&image, &volume, CHECK_REPORT);
    }
    if (nviolations == 0)
        printf("%s: clean\n", argv[optind]);
    else
        printf("%s: %u violations\n", argv[optind], nviolations);
    return nviolations == 0 ? 0 : 1;
}
