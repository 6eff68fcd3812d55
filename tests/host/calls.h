/*
 * Random calls, each made twice: in the file system and in the model.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MAX_WORLDS = 4,
    MAX_CALLS = 400,
    MAX_STATES = 8,             // that one call can leave behind
};

/* What a call may have done, if the power went before or while it was made. */
struct call {
    size_t returned;            // events that were recorded when it returned
    int nstates;                // hashes: after each atomic piece of it
    uint64_t states[MAX_STATES];
};

struct history {
    uint64_t first;             // hash before the first call
    int ncalls;
    struct call calls[MAX_CALLS];
};

struct plan {
    uint64_t seed;
    int nworlds, ncalls;
    uint32_t largest;           // bytes in the largest write
    bool scarce;                // the disk is small, or it fails: calls may too
    bool faulty_reads;          // now and then a read fails
    bool pressure;              // the cache is kept full
    bool free_for_all;          // the image is damaged: any result is good
};

/*
 * Makes the plan's calls, as a process for each world, and compares.  If
 * histories is not NULL it is filled, for each world.
 */
void make_calls(const struct plan *plan, struct history *histories);

/* Hash of what the file system has at /p0, /p1, ..., as world_hash. */
uint64_t directory_hash(int world);

/* Makes the worlds' directories. */
void make_worlds(int nworlds);

/* Makes the file that fills the cache, for plan->pressure. */
void make_big(void);

/* Removes everything below the root. */
void remove_all(void);
