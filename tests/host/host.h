/*
 * The kernel below fs/, as the host stands in for it: processes, locks, memory,
 * and a disk in memory that records what is written to it and can fail.
 *
 * Only one process runs at a time; at random moments, drawn from the seed,
 * another one goes on.  So a run repeats exactly.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A number from 0 to n - 1; each seed begins a different, fixed sequence. */
struct random {
    uint64_t state;
};
struct random random_from(uint64_t seed, uint64_t salt);
uint32_t draw(struct random *random, uint32_t n);

/* Ends this process of the host: the test found something wrong. */
_Noreturn void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Exit status of a host process in which initlog refused to mount. */
enum { EXIT_REFUSED = 3 };

/* Runs body(0) to body(n - 1), each as a process, until all have returned. */
void run_processes(int n, void (*body)(int), uint64_t seed);

/* How many spinlocks the running process holds. */
extern int nspin;

/* With odds of 1 to `odds`, and no spinlock held, another process goes on. */
void preempt(unsigned odds);

/* The disk. */
extern uint8_t *disk_bytes;
extern size_t disk_size;

/* What was written since recording began, in shared memory. */
enum { SECTOR = 512, FLUSH = 0 };

struct event {
    uint32_t sector;
    uint32_t nsectors;          // FLUSH for a flush
    uint8_t *data;
};

struct record {
    size_t nevents, nbytes;     // bytes of data in use
    struct event *events;
    uint8_t *data;
};
extern struct record *record;   // NULL: nothing is recorded

struct record *record_create(void);

/* Which requests fail: the n-th from now on of those kinds; 0 is none. */
struct faults {
    unsigned read, write, flush;
};
extern struct faults faults;
extern bool disk_failed;        // a write or flush has failed
