/*
 * Short lives of one disk: the power goes again and again, mostly after one
 * write, or already while the log is being recovered.
 *
 * Each write puts new bytes into some blocks of one file and changes nothing
 * else, so it is one transaction.  Which bytes follows from how many writes
 * there were before it: after a power cut the next try of a write brings the
 * same bytes, though perhaps of other blocks, to the same slot of the log.  So
 * whatever is left there of several tries has every chance to look like a
 * transaction that nobody made.
 *
 * After writes 1 to k, each block holds what the last of them that covers it
 * has put there: the file alone says what k is.
 */
#include "lives.h"

#include "fcntl.h"      // before stdio.h, which makes macros of its names

#include <string.h>
#include <sys/mman.h>

#include "fs.h"
#include "fs/log.h"
#include "file/file.h"
#include "host.h"
#include "power.h"
#include "run.h"

enum {
    LIVES = 12,                 // of one disk
    LONGEST = 20,               // writes in a life
    MAX_WRITES = LIVES * LONGEST + 1,
    FILE_BLOCKS = 6,
    MOST_BLOCKS = 3,            // of one write
    WORDS = BSIZE / 4,
};

static const char PATH[] = "/file";

/* Shared between the processes of the host. */
struct lives {
    struct {
        uint32_t first, nblocks;    // what it covers
        size_t returned;            // events that were recorded when it did
    } writes[MAX_WRITES];
    unsigned least, most;       // writes that the disk must and may hold
    unsigned found;             // writes that it held when it was mounted
    unsigned end;               // the last write of this life
    size_t mounted;             // events that were recorded then
};
static struct lives *lives;
static struct random life_random;

/* Fills the bytes that write k puts into a block. */
static void
fill_block(uint32_t words[WORDS], unsigned k, uint32_t block)
{
    for (uint32_t i = 0; i < WORDS; i++)
        words[i] = (k * FILE_BLOCKS + block) * 2654435761u + i;
}

/* Is the file as it must be after writes 1 to k? */
static bool
holds(unsigned k, uint32_t file[FILE_BLOCKS][WORDS])
{
    for (uint32_t b = 0; b < FILE_BLOCKS; b++) {
        uint32_t words[WORDS];
        unsigned last = k;
        while (last > 0 && b - lives->writes[last].first >=
                               lives->writes[last].nblocks)
            last--;
        fill_block(words, last, b);
        if (memcmp(words, file[b], BSIZE) != 0)
            return false;
    }
    return true;
}

/* How many writes does the file hold? */
static unsigned
look(void)
{
    static uint32_t bytes[FILE_BLOCKS][WORDS];
    struct file *file = file_open(PATH, O_RDONLY);

    if (file == NULL ||
        file_transfer(file, false, NULL,
                (uintptr_t)bytes, sizeof(bytes)) != sizeof(bytes))
        fail("the file cannot be read");
    file_close(file);
    for (unsigned k = lives->least; k <= lives->most; k++) {
        if (holds(k, bytes))
            return k;
    }
    fail("the file holds neither %u nor %u writes in full", lives->least,
         lives->most);
}

static void
write_blocks(struct file *file, unsigned k)
{
    static uint32_t bytes[FILE_BLOCKS][WORDS];
    uint32_t first = lives->writes[k].first, n = lives->writes[k].nblocks;

    for (uint32_t i = 0; i < n; i++)
        fill_block(bytes[i], k, first + i);
    if (file_seek(file, first * BSIZE, SEEK_SET) < 0 ||
        file_transfer(file, true, NULL, (uintptr_t)bytes, n * BSIZE) !=
            (int)(n * BSIZE))
        fail("write %u failed", k);
    lives->writes[k].returned = record->nevents;
}

static void
life_body(void)
{
    initlog();
    lives->found = look();
    lives->mounted = record->nevents;
    lives->end = lives->found;
    static const unsigned lengths[] = { 0, 1, 1, 1, 1, 2, LOG_SLOTS, LONGEST };
    unsigned nwrites = lengths[draw(&life_random, 8)];
    struct file *file = file_open(PATH, O_RDWR);
    while (lives->end < lives->found + nwrites) {
        unsigned k = lives->end + 1;
        lives->writes[k].first = draw(&life_random, 2) == 0
            ? 0 : draw(&life_random, FILE_BLOCKS - MOST_BLOCKS + 1);
        lives->writes[k].nblocks = 1 + draw(&life_random, MOST_BLOCKS);
        lives->writes[k].returned = SIZE_MAX;
        lives->end = k;
        write_blocks(file, k);
    }
    if (draw(&life_random, 8) == 0 && log_checkpoint() < 0)
        fail("no checkpoint");
}

/* Makes the file, with a random number of transactions. */
static void
birth_body(void)
{
    initlog();
    lives->writes[0].first = 0;
    lives->writes[0].nblocks = FILE_BLOCKS;
    struct file *file = file_open(PATH, O_RDWR | O_CREATE);
    for (unsigned n = draw(&life_random, 2 * LOG_SLOTS); n > 0; n--)
        write_blocks(file, 0);
    write_blocks(file, 0);
}

static void
last_body(void)
{
    initlog();
    look();
    if (log_checkpoint() < 0)
        fail("no checkpoint");
    check_disk("after many power cuts");
}

/* Runs a life, and records what it does to the disk. */
static void
record_life(void (*body)(void))
{
    record->nevents = 0;
    record->nbytes = 0;
    lives->mounted = SIZE_MAX;
    expect_success("a short life", body);
}

/*
 * Where the power goes: anywhere, or just before something is flushed, the last
 * commit above all.
 */
static size_t
choose_cut(struct random *random)
{
    size_t cut = draw(random, record->nevents + 1);
    unsigned kind = draw(random, 4);

    while (kind == 1 && cut < record->nevents &&
           record->events[cut].nsectors != FLUSH)
        cut++;
    if (kind > 1) {
        cut = record->nevents;
        while (cut > 0 && record->events[cut - 1].nsectors != FLUSH)
            cut--;
        cut -= cut > 0;
    }
    return cut;
}

/* Cuts the power in the life that was recorded, and notes what must be left. */
static void
cut_life(struct random *random)
{
    size_t cut = choose_cut(random);
    size_t flushed = apply_flushed(0, cut);

    apply_some(record->events + flushed, cut - flushed, random);
    count.cuts++;
    lives->least = lives->found;
    while (cut >= lives->mounted && lives->least < lives->end &&
           lives->writes[lives->least + 1].returned <= cut)
        lives->least++;
    lives->most = lives->least;
    if (cut >= lives->mounted && lives->least < lives->end)
        lives->most++;          // a write was under way
}

void
short_lives(uint64_t seed)
{
    struct random random = random_from(seed, 5);
    unsigned bad = count.bad;

    if (lives == NULL)
        lives = mmap(NULL, sizeof(*lives), PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    round_seed = seed;
    create_disk(300, 64);
    life_random = random_from(seed, 6);
    record_life(birth_body);
    struct random all = { 1 };
    for (size_t i = 0; i < record->nevents; i++)
        apply_sectors(&record->events[i], &all, 1);
    lives->least = lives->most = 0;
    for (int i = 0; i < LIVES && count.bad == bad; i++) {
        life_random = random_from(seed, 7 + i);
        record_life(life_body);
        cut_life(&random);
    }
    if (count.bad == bad)
        expect_success("a disk after many power cuts", last_body);
    drop_disk();
}
