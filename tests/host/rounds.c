/*
 * Rounds: some processes make random calls, which are compared with a model.
 * All that goes to the disk is recorded.  Then the power is cut at many points:
 * what was flushed by then is on the disk, of what was not some sectors are.
 * The file system is mounted from that and must hold what every call that had
 * returned has done, and all or nothing of those under way.  mkfs/check.c, of
 * fsck, must find nothing.
 *
 * Last, the disk is damaged while calls are made: then anything may be wrong,
 * but nothing may hang, panic, or touch memory that is not its own.
 */
#include "rounds.h"

#include <stdio.h>
#include <sys/mman.h>
#include <string.h>

#include "fs.h"
#include "fs/log.h"
#include "calls.h"
#include "host.h"
#include "limits.h"
#include "power.h"
#include "replay.h"
#include "run.h"

enum {
    CUTS = 24,                  // each time that calls are made
    DAMAGES = 12,               // in a round
};

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
        plan.pressure = true;
        plan.nworlds = 1;
        break;
    case 4:
        plan.pressure = true;
        break;
    }
    create_disk(nblocks, ninodes);
}

static void
calls_body(void)
{
    initlog();
    remove_all();
    make_worlds(plan.nworlds);
    if (plan.pressure)
        make_big();
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
    unsigned blocks, inodes;
    count_used(&blocks, &inodes);
    if (inodes != 1)
        fail("%u inodes are in use, must be just the root", inodes);
    check_disk("after all was removed");
}

/* Power cuts. */

static size_t flushed, cut_at;          // events on the disk; events in all
static uint64_t cut_seed;

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
        size_t first = apply_flushed(0, again);
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

/* Damaged images. */

static void
replay_and_clear(void)
{
    struct image image = { .bytes = disk_bytes, .size = disk_size };
    struct volume volume;
    uint64_t missing;

    if (volume_open(&volume, &image) != NULL ||
        log_replay(&volume, &missing) < 0)
        fail("the log cannot be replayed");
    log_clear(&volume);
}

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
    if (draw(&random, 4) != 0)
        replay_and_clear();     // or mounting heals what the log has
    damage(&random);
    plan.free_for_all = true;
    plan.scarce = true;
    plan.pressure = plan.faulty_reads = false;
    initlog();
    make_worlds(plan.nworlds);
    make_calls(&plan, NULL);
}

/*
 * Makes the calls, and cuts the power at many points in them, late ones last.
 */
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
        flushed = apply_flushed(flushed, cut_at);
        cut_seed = draw(random, UINT32_MAX);
        count.cuts++;
        expect_success("a power cut", cut_body);
    }
}

/* The disk fails now and then while it is mounted. */

static struct faults mount_faults;

static void
sick_body(void)
{
    faults = mount_faults;
    initlog();
    log_checkpoint();
}

static void
sick_mounts(void)
{
    for (unsigned n = 1; n < 20; n++) {
        mount_faults = (struct faults){ .read = n };
        expect_no_harm("a mount with a failed read", sick_body);
        mount_faults = (struct faults){ .write = n };
        expect_no_harm("a mount with a failed write", sick_body);
        mount_faults = (struct faults){ .flush = n };
        expect_no_harm("a mount with a failed flush", sick_body);
    }
}

void
one_round(uint64_t seed)
{
    struct random random = random_from(seed, 4);

    if (shared == NULL)
        shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    round_seed = seed;
    make_plan(seed);
    call_and_cut(&random);
    // Life goes on after the last cut.
    apply_some(record->events + flushed, cut_at - flushed, &random);
    plan.seed = draw(&random, UINT32_MAX);
    call_and_cut(&random);
    sick_mounts();
    for (int i = 0; i < DAMAGES; i++) {
        cut_seed = draw(&random, UINT32_MAX);
        count.images++;
        expect_no_harm("a damaged image", damaged_body);
    }
    drop_disk();
}
