/*
 * What the machine has, counted by taking all of it.
 *
 * A program is made of the files in the folder of its name.  How to count
 * memory, processes and open files, usertests knows: its code is taken over as
 * it is, with the checks that it needs.
 */
#include "fuzz.h"

#include "../usertests/check.c"
#include "../usertests/count.c"

static char piece[PIECE];

/* Writes pieces of n bytes to a file until that fails; how much was written. */
static int
write_all_of(int fd, size_t n)
{
    int total = 0;
    int written = write(fd, piece, n);
    while (written > 0) {
        total += written;
        written = write(fd, piece, n);
    }
    return total;
}

/* In blocks, those not counted in which a large file keeps addresses. */
static int
count_blocks(void)
{
    static char name[] = "stock-a";
    int total = 0, more;
    do {
        int fd = open(name, O_CREATE | O_WRONLY);
        more = write_all_of(fd, PIECE);
        more += write_all_of(fd, BSIZE);
        close(fd);
        total += more;
        name[6]++;
    } while (more > 0);
    while (name[6]-- > 'a')
        unlink(name);
    name[6] = 'a';
    return total / BSIZE;
}

static const char *
node_name(int i)
{
    static char name[DIRSIZ];
    snprintf(name, sizeof(name), "stock-%d", i);
    return name;
}

static int
count_inodes(void)
{
    int n = 0;
    while (mknod(node_name(n), 1, 1) == 0)
        n++;
    for (int i = 0; i < n; i++)
        EXPECT(unlink(node_name(i)), 0);
    return n;
}

struct stock
take_stock(void)
{
    struct stock stock;
    stock.pages = count_pages();
    stock.processes = count_processes();
    stock.files = count_files();
    stock.inodes = count_inodes();
    stock.blocks = count_blocks();
    return stock;
}

bool
same_stock(struct stock a, struct stock b)
{
    return memcmp(&a, &b, sizeof(a)) == 0;
}
