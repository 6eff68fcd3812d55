/*
 * hostfs - runs kernel/fs on this machine and tries to break it.
 *
 * usage: hostfs [FIRST-SEED [ROUNDS]]
 *
 * Each round, of one seed: some processes make random calls, compared with a
 * model.  All that goes to the disk is recorded.  Then the power is cut at many
 * points: what was flushed by then is on the disk, of what was not some sectors
 * are.  The file system is mounted from that and must hold what every call that
 * had returned has done, and all or nothing of those under way.  mkfs/check.c, of
 * fsck, must find nothing.
 *
 * Whatever mounts is a process of the host of its own: the file system's
 * variables begin anew, and if it dies the others go on.
 */
#include "fcntl.h"              // before stdio.h, which makes macros of its names

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/log.h"
#include "file/file.h"
#include "calls.h"
#include "check.h"
#include "host.h"
#include "limits.h"
#include "tree.h"

enum {
    FIRST_SECTOR = KERNEL_SECTOR,       // of the file system in our images
    CUTS = 24,                  // in a round
    MUTATIONS = 12,
    TIME_LIMIT = 60,            // seconds, of one process
};

static struct {
    unsigned rounds, cuts, mutations, refused, bad;
} count;

const char *__asan_default_options(void);

/* The model keeps what it has; and where the kernel hangs, so does a debugger. */
const char *
__asan_default_options(void)
{
    return "detect_leaks=0:abort_on_error=1";
}

static unsigned long long round_seed;

static void damaged_body(void);

/* Images. */

static void
create_image(uint32_t nblocks, uint32_t ninodes)
{
    struct partition partition = { .type = PART_FS, .start = FIRST_SECTOR };
    struct superblock layout;
    struct volume volume;

    partition.nsectors = nblocks * SECTORS_PER_BLOCK;
    disk_size = (size_t)(FIRST_SECTOR + partition.nsectors) * SECTOR_SIZE;
    disk_bytes = mmap(NULL, disk_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (disk_bytes == MAP_FAILED || !super_layout(&layout, nblocks, ninodes))
        fail("no image of %u blocks, %u inodes", nblocks, ninodes);
    memcpy(disk_bytes + MBR_TABLE, &partition, sizeof(partition));
    disk_bytes[510] = MBR_SIGNATURE & 0xff;
    disk_bytes[511] = MBR_SIGNATURE >> 8;
    tree_format(&volume, disk_bytes + FIRST_SECTOR * SECTOR_SIZE, &layout);
}

/* fsck: finds nothing, or we fail.  Replays the log: the disk is used up. */
static void
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

/* Runs body in a process of the host; returns its exit status, -1 if it died. */
static int
run_apart(void (*body)(void))
{
    int status;

    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(TIME_LIMIT);
        body();
        fflush(NULL);
        _exit(0);
    }
    if (pid < 0 || waitpid(pid, &status, 0) < 0)
        fail("no process");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Only a damaged image may be refused. */
static void
expect_success(const char *what, void (*body)(void))
{
    int status = run_apart(body);

    if (status == EXIT_REFUSED && body == damaged_body) {
        count.refused++;
    } else if (status != 0) {
        count.bad++;
        fprintf(stderr, "hostfs: round %llu: %s %s\n", round_seed, what,
                status == EXIT_REFUSED ? "cannot be mounted" : "failed");
    }
}

/* A round's calls. */

/* Shared between the processes of the host. */
struct round {
    size_t start, end;          // events before and after the random calls
    struct history histories[MAX_WORLDS];
};
static struct round *shared;

static struct plan plan;
static unsigned fault_at;       // which write or flush is to fail; 0 none

/* Chooses what a round is like; makes its disk. */
static void
make_plan(uint64_t seed)
{
    struct random random = random_from(seed, 2);
    uint32_t nblocks = 2500, ninodes = 500;

    plan = (struct plan){
        .seed = seed,
        .nworlds = 1 + draw(&random, MAX_WORLDS),
        .ncalls = 20 + draw(&random, 200),
        .largest = draw(&random, 3) == 0 ? 250000 : 20000,
    };
    fault_at = 0;
    switch (draw(&random, 8)) {
    case 0:
        plan.scarce = true;
        nblocks = 275 + draw(&random, 200);
        break;
    case 1:
        plan.scarce = true;
        ninodes = 6 + draw(&random, 20);
        break;
    case 2:
        plan.scarce = true;
        fault_at = 1 + draw(&random, 200);
        break;
    case 3:
        plan.scarce = true;
        plan.faulty_reads = true;
        plan.nworlds = 1;
        plan.largest = 250000;
        break;
    }
    create_image(nblocks, ninodes);
}

static void
calls_body(void)
{
    initlog();
    remove_all();
    make_worlds(plan.nworlds);
    shared->start = record->nevents;
    if (fault_at % 2 == 0)
        faults.write = fault_at / 2;
    else
        faults.flush = fault_at / 2 + 1;
    make_calls(&plan, shared->histories);
    shared->end = record->nevents;
    faults = (struct faults){ 0 };
    if (disk_failed)
        return;
    remove_all();
    if (log_checkpoint() < 0)
        fail("no checkpoint");
    check_disk("after all was removed");
}

/* Power cuts. */

static size_t flushed, cut_at;          // events on the disk; events in all
static uint64_t cut_seed;

static void
apply_sectors(const struct event *event, struct random *random, unsigned odds)
{
    for (uint32_t i = 0; i < event->nsectors; i++) {
        if (draw(random, odds) == 0)
            memcpy(disk_bytes + (size_t)(event->sector + i) * SECTOR,
                   event->data + i * SECTOR, SECTOR);
    }
}

/* Puts a random part of what was written, but not flushed, on the disk. */
static void
apply_some(const struct event *events, size_t n, struct random *random)
{
    unsigned kind = draw(random, 5);

    for (size_t i = 0; i < n; i++) {
        if (kind == 0)
            break;                              // nothing
        if (kind == 1)
            apply_sectors(&events[i], random, 1);
        else if (kind == 2 && draw(random, 2) == 0)
            apply_sectors(&events[i], random, 1);
        else if (kind == 3)
            apply_sectors(&events[i], random, 2);
        else if (kind == 4)
            apply_sectors(&events[i], random, draw(random, 40) + 1);
    }
}

/* Puts the events up to `end` on the disk, and finds the last flush of them. */
static void
apply_flushed(size_t end)
{
    size_t last = end;

    while (last > flushed && record->events[last - 1].nsectors != FLUSH)
        last--;
    for (; flushed < last; flushed++) {
        struct random unused = { 1 };
        apply_sectors(&record->events[flushed], &unused, 1);
    }
}

/* Is this hash one that the power cut may leave in the world? */
static bool
is_possible(const struct history *history, uint64_t hash)
{
    uint64_t before = history->first;

    for (int i = 0; i < history->ncalls; i++) {
        const struct call *call = &history->calls[i];
        if (call->returned > cut_at) {
            for (int j = 0; j < call->nstates; j++) {
                if (call->states[j] == hash)
                    return true;
            }
            break;
        }
        if (call->nstates > 0)
            before = call->states[call->nstates - 1];
    }
    return before == hash;
}

static void
recover_body(void)
{
    initlog();
}

static void
cut_body(void)
{
    struct random random = random_from(cut_seed, cut_at);

    apply_some(record->events + flushed, cut_at - flushed, &random);
    record = NULL;
    if (draw(&random, 4) == 0) {
        // The power goes again, during recovery.
        record = record_create();
        if (run_apart(recover_body) != 0)
            fail("the first recovery failed");
        size_t again = draw(&random, record->nevents + 1);
        size_t first = 0;
        for (size_t i = 0; i < again; i++) {
            if (record->events[i].nsectors != FLUSH)
                continue;
            for (; first < i; first++)
                apply_sectors(&record->events[first], &random, 1);
        }
        apply_some(record->events + first, again - first, &random);
        record = NULL;
    }
    initlog();
    for (int i = 0; i < plan.nworlds; i++) {
        if (!is_possible(&shared->histories[i], directory_hash(i)))
            fail("power cut after %zu events: world %d is in no good state",
                 cut_at, i);
    }
    if (log_checkpoint() < 0)
        fail("no checkpoint");
    check_disk("after a power cut");
}

/*
 * The power goes when of a commit only the header is on the disk; then, in the
 * next try, which has more blocks, when only the blocks are.  Together they look
 * like a whole transaction, but must not count as one.
 */

static char two_blocks[2 * BSIZE];

static void
write_blocks(const char *path, int flags, size_t n)
{
    initlog();
    struct file *file = file_open(path, flags);
    if (file == NULL || file_write(file, NULL, (uintptr_t)two_blocks, n) != (int)n)
        fail("%s cannot be written", path);
    file_close(file);
}

static void
write_new_body(void)
{
    write_blocks("/a", O_RDWR | O_CREATE, 2 * BSIZE);
}

static void
write_one_body(void)
{
    memset(two_blocks, 'b', sizeof(two_blocks));
    write_blocks("/a", O_RDWR, BSIZE);
}

static void
write_two_body(void)
{
    memset(two_blocks, 'b', sizeof(two_blocks));
    write_blocks("/a", O_RDWR, 2 * BSIZE);
}

static void
look_body(void)
{
    initlog();
    struct file *file = file_open("/a", O_RDONLY);
    if (file_read(file, NULL, (uintptr_t)two_blocks, 2 * BSIZE) != 2 * BSIZE ||
        two_blocks[0] != two_blocks[BSIZE])
        fail("half of a write is there");
}

/* Of what body writes, puts all on the disk but for some blocks of a commit. */
static void
write_torn(void (*body)(void), uint32_t first, uint32_t end)
{
    struct random unused = { 1 };

    record->nevents = 0;
    record->nbytes = 0;
    expect_success("a torn header", body);
    size_t last = record->nevents - 2;          // then comes the flush
    for (size_t i = 0; i < last; i++)
        apply_sectors(&record->events[i], &unused, 1);
    for (uint32_t b = 0; b < record->events[last].nsectors / 8; b++) {
        struct event block = {
            .sector = record->events[last].sector + b * SECTORS_PER_BLOCK,
            .nsectors = SECTORS_PER_BLOCK,
            .data = record->events[last].data + b * BSIZE,
        };
        if (b < first || b >= end)
            apply_sectors(&block, &unused, 1);
    }
}

static void
torn_header(void)
{
    create_image(1000, 100);
    write_torn(write_new_body, 0, 0);
    write_torn(write_one_body, 1, UINT32_MAX);
    write_torn(write_two_body, 0, 1);
    expect_success("a torn header", look_body);
    munmap(disk_bytes, disk_size);
}

/* Damaged images. */

static void
damage(struct random *random)
{
    // Superblock, log, inodes, bitmap and what follows; more of the small ones.
    static const struct {
        uint32_t start, nblocks;
    } areas[] = { { 0, 1 }, { 1, 256 }, { 257, 1 }, { 257, 2 }, { 257, 9 },
                  { 258, 40 }, { 265, 1 } };
    int n = 1 + draw(random, 3);

    while (n-- > 0) {
        int area = draw(random, sizeof(areas) / sizeof(areas[0]));
        uint8_t *base = disk_bytes + FIRST_SECTOR * SECTOR_SIZE +
                        areas[area].start * BSIZE;
        uint32_t off = 0, word;
        // Mostly change something that is used.
        for (int i = 0; i < 2000; i++) {
            off = draw(random, areas[area].nblocks * BSIZE / 4) * 4;
            memcpy(&word, base + off, 4);
            if (word != 0)
                break;
        }
        switch (draw(random, 5)) {
        case 0: word = draw(random, UINT32_MAX); break;
        case 1: word = draw(random, 600); break;
        case 2: word += draw(random, 3) - 1; break;
        default: word ^= 1u << draw(random, 32); break;
        }
        memcpy(base + off, &word, 4);
    }
}

static void
damaged_body(void)
{
    struct random random = random_from(cut_seed, 3);

    record = NULL;
    damage(&random);
    plan.free_for_all = true;
    plan.scarce = true;
    plan.faulty_reads = false;
    initlog();
    make_worlds(plan.nworlds);
    make_calls(&plan, NULL);
}

/* Makes the calls, and cuts the power at many points in them, late ones last. */
static void
call_and_cut(struct random *random)
{
    record->nevents = 0;
    record->nbytes = 0;
    shared->end = 0;
    expect_success("the calls", calls_body);
    flushed = 0;
    cut_at = shared->start;
    for (int i = 0; i < CUTS && shared->end > 0; i++) {
        cut_at += draw(random, 2 * (shared->end - shared->start) / CUTS + 2);
        if (cut_at > shared->end)
            cut_at = shared->end;
        apply_flushed(cut_at);
        cut_seed = draw(random, UINT32_MAX);
        count.cuts++;
        expect_success("a power cut", cut_body);
    }
}

static void
one_round(uint64_t seed)
{
    struct random random = random_from(seed, 4);

    round_seed = seed;
    count.rounds++;
    make_plan(seed);
    call_and_cut(&random);
    // Life goes on after the last cut.
    apply_some(record->events + flushed, cut_at - flushed, &random);
    plan.seed = draw(&random, UINT32_MAX);
    call_and_cut(&random);
    for (int i = 0; i < MUTATIONS; i++) {
        cut_seed = draw(&random, UINT32_MAX);
        count.mutations++;
        expect_success("a damaged image", damaged_body);
    }
    munmap(disk_bytes, disk_size);
}

int
main(int argc, char **argv)
{
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    unsigned rounds = argc > 2 ? strtoul(argv[2], NULL, 0) : 20;

    // The kernel's own messages go nowhere.
    if (getenv("HOSTFS_VERBOSE") == NULL)
        freopen("/dev/null", "w", stdout);
    record = record_create();
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (const struct limit *limit = limits; limit->name != NULL; limit++) {
        create_image(limit->nblocks, limit->ninodes);
        expect_success(limit->name, limit->body);
        munmap(disk_bytes, disk_size);
    }
    torn_header();
    for (unsigned i = 0; i < rounds; i++)
        one_round(seed + i);
    fprintf(stderr, "hostfs: %u rounds, %u power cuts, %u damaged images "
            "(%u refused): %u failures\n", count.rounds, count.cuts,
            count.mutations, count.refused, count.bad);
    return count.bad > 0;
}
