/* The kernel below fs/, as the host stands in for it. */
#include "host.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "x86/memlayout.h"
#include "core/panic.h"
#include "core/spinlock.h"
#include "mem/kalloc.h"
#include "mem/usermem.h"
#include "sched/proc.h"
#include "dev/device.h"

enum {
    MAX_PROCESSES = 16,
    PAGE = 4096,
};

struct random
random_from(uint64_t seed, uint64_t salt)
{
    struct random random = { (seed + 1) * 0x9e3779b97f4a7c15u + salt };

    for (int i = 0; i < 8; i++)
        draw(&random, 2);
    return random;
}

/* The generator "xorshift64*". */
uint32_t
draw(struct random *random, uint32_t n)
{
    uint64_t x = random->state;

    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    random->state = x;
    return (uint32_t)((x * 0x2545f4914f6cdd1du) >> 33) % n;
}

void
fail(const char *fmt, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "hostfs: process %d: ", proc != NULL ? proc->pid : 0);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fprintf(stderr, "\n");
    abort();
}

void
panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fail(": the kernel panics");
}

void
halt_cpu(void)
{
    exit(EXIT_REFUSED);
}

/* Processes. */

struct thread {
    struct proc proc;           // first: proc points here
    pthread_t thread;
    pthread_cond_t turn;
    enum { READY, ASLEEP, DONE } state;
    const void *channel;
    void (*body)(int);
};

struct proc *proc;
static struct thread threads[MAX_PROCESSES];
static int nthreads;
static pthread_mutex_t baton = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all_done = PTHREAD_COND_INITIALIZER;
static struct random schedule;
int nspin;
static enum lock_rank ranks[8];

/* Gives the baton to some process that is ready. */
static void
pass_on(void)
{
    struct thread *ready[MAX_PROCESSES];
    int nready = 0, ndone = 0;

    for (int i = 0; i < nthreads; i++) {
        if (threads[i].state == READY)
            ready[nready++] = &threads[i];
        ndone += threads[i].state == DONE;
    }
    if (ndone == nthreads) {
        proc = NULL;
        pthread_cond_signal(&all_done);
    } else if (nready == 0) {
        fail("all processes sleep");
    } else {
        struct thread *next = ready[draw(&schedule, nready)];
        proc = &next->proc;
        pthread_cond_signal(&next->turn);
    }
}

static void
wait_for_turn(struct thread *self)
{
    while (proc != &self->proc)
        pthread_cond_wait(&self->turn, &baton);
}

static void
switch_away(void)
{
    struct thread *self = (struct thread *)proc;

    pass_on();
    wait_for_turn(self);
}

static void *
thread_main(void *argument)
{
    struct thread *self = argument;

    pthread_mutex_lock(&baton);
    wait_for_turn(self);
    self->body(self->proc.pid - 1);
    self->state = DONE;
    pass_on();
    pthread_mutex_unlock(&baton);
    return NULL;
}

void
run_processes(int n, void (*body)(int), uint64_t seed)
{
    schedule = random_from(seed, 1);
    nthreads = n;
    pthread_mutex_lock(&baton);
    for (int i = 0; i < n; i++) {
        threads[i] = (struct thread){ .proc.pid = i + 1, .body = body };
        pthread_cond_init(&threads[i].turn, NULL);
        pthread_create(&threads[i].thread, NULL, thread_main, &threads[i]);
    }
    pass_on();
    while (proc != NULL)
        pthread_cond_wait(&all_done, &baton);
    pthread_mutex_unlock(&baton);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i].thread, NULL);
}

void
preempt(unsigned odds)
{
    if (proc != NULL && nspin == 0 && draw(&schedule, odds) == 0)
        switch_away();
}

void
acquire(struct spinlock *lock)
{
    preempt(32);
    if (lock->locked)
        fail("%s is acquired twice", lock->name);
    if (nspin > 0 && ranks[nspin - 1] >= lock->rank)
        fail("%s is acquired out of order", lock->name);
    ranks[nspin++] = lock->rank;
    lock->locked = 1;
}

static void
unlock(struct spinlock *lock)
{
    if (!lock->locked)
        fail("%s is released, but nobody holds it", lock->name);
    lock->locked = 0;
    nspin--;
}

void
release(struct spinlock *lock)
{
    unlock(lock);
    preempt(32);
}

void sleep(const void *channel, struct spinlock *lock);
bool sleep_killable(const void *channel, struct spinlock *lock);
void wakeup(const void *channel);
void wakeup_locked(const void *channel);
struct ptable ptable = { .lock = SPINLOCK("ptable", RANK_PTABLE) };

void
sleep(const void *channel, struct spinlock *lock)
{
    struct thread *self = (struct thread *)proc;

    if (self == NULL || nspin != 1)
        fail("sleep without a process, or with a spinlock held");
    unlock(lock);
    self->channel = channel;
    self->state = ASLEEP;
    switch_away();
    acquire(lock);
}

bool
sleep_killable(const void *channel, struct spinlock *lock)
{
    sleep(channel, lock);
    return true;
}

void
wakeup(const void *channel)
{
    for (int i = 0; i < nthreads; i++) {
        if (threads[i].state == ASLEEP && threads[i].channel == channel)
            threads[i].state = READY;
    }
}

void
wakeup_locked(const void *channel)
{
    wakeup(channel);
}

/* Memory.  The only address that no process may use is NULL. */

void *
kalloc(void)
{
    void *page = aligned_alloc(PAGE, PAGE);

    memset(page, 0xa5, PAGE);
    return page;
}

void
kfree(void *page)
{
    free(page);
}

void *ram_top = (void *)KERNBASE;       // none: as small a cache as can be

int
copyin(pde_t *pgdir, void *dst, uintptr_t src, size_t n)
{
    if (nspin != 0)
        fail("copyin with a spinlock held");
    if (pgdir != NULL && src == 0)
        return -1;
    memcpy(dst, (const void *)src, n);
    return 0;
}

int
copyout(pde_t *pgdir, uintptr_t dst, const void *src, size_t n)
{
    if (nspin != 0)
        fail("copyout with a spinlock held");
    if (pgdir != NULL && dst == 0)
        return -1;
    memcpy((void *)dst, src, n);
    return 0;
}

static int
no_bytes(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    (void)pgdir, (void)va, (void)off, (void)n;
    return 0;
}

const struct device *
device_find(int major)
{
    static const struct device device = { no_bytes, no_bytes };

    return major == 1 ? &device : NULL;
}
