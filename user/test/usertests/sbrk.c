/* Tests of sbrk. */
#include "test.h"

#include <unistd.h>

#include "x86/memlayout.h"
#include "x86/mmu.h"

enum { MIB = 1024 * 1024 };

static void
sbrk_tells_end(void)
{
    uintptr_t end = memory_end();
    EXPECT(memory_end(), end);
    EXPECT(sbrk(100), end);
    EXPECT(memory_end(), end + 100);
    EXPECT(sbrk(-100), end + 100);
    EXPECT(memory_end(), end);
}

static void
sbrk_new_memory_works(void)
{
    char *heap = sbrk(MIB);
    CHECK((intptr_t)heap != -1);
    fill(heap, MIB, 5);
    CHECK(filled(heap, MIB, 5));
}

static void
sbrk_byte_by_byte(void)
{
    char *start = sbrk(0);
    for (int i = 0; i < 3 * PGSIZE; i++) {
        char *byte = sbrk(1);
        EXPECT(byte, start + i);
        *byte = (char)(i * 7);
    }
    for (int i = 0; i < 3 * PGSIZE; i++)
        EXPECT(start[i], (char)(i * 7));
}

/* Pages that another program, or this one, has used before. */
static void
sbrk_gives_zeros(void)
{
    for (int round = 0; round < 3; round++) {
        char *heap = sbrk(MIB);
        CHECK((intptr_t)heap != -1);
        for (int i = 0; i < MIB; i += sizeof(int))
            EXPECT(*(int *)(heap + i), 0);
        fill(heap, MIB, round + 1);
        CHECK((intptr_t)sbrk(-MIB) != -1);
    }
}

static void
sbrk_keeps_the_rest(void)
{
    char *heap = sbrk(3 * PGSIZE);
    fill(heap, 3 * PGSIZE, 6);
    CHECK((intptr_t)sbrk(-PGSIZE - 100) != -1);
    CHECK(filled(heap, 2 * PGSIZE - 100, 6));
    CHECK((intptr_t)sbrk(PGSIZE + 100) != -1);
    CHECK(filled(heap, 2 * PGSIZE - 100, 6));
    for (int i = 0; i < PGSIZE; i++)
        EXPECT(heap[2 * PGSIZE + i], 0);
}

/* The pages are in the TLB when they are given back. */
static void
use_after_shrink(uintptr_t offset)
{
    char *heap = sbrk(4 * PGSIZE);
    fill(heap, 4 * PGSIZE, 7);
    sbrk(-4 * PGSIZE);
    *at((uintptr_t)heap + offset) = 1;
}

static void
sbrk_shrinks_at_once(void)
{
    for (int page = 0; page < 4; page++)
        EXPECT(outcome(use_after_shrink, page * PGSIZE + 8), -1);
}

static void
sbrk_shrunk_is_refused(void)
{
    int fds[2];
    char *heap = sbrk(2 * PGSIZE);
    fill(heap, 2 * PGSIZE, 7);
    EXPECT(pipe(fds), 0);
    EXPECT(write(fds[1], heap + PGSIZE, 4), 4);
    CHECK((intptr_t)sbrk(-PGSIZE) != -1);
    EXPECT(write(fds[1], heap + PGSIZE, 4), -1);
    EXPECT(read(fds[0], heap + PGSIZE, 4), -1);
}

static void
sbrk_not_below_heap(void)
{
    uintptr_t end = memory_end();
    EXPECT(end, heap_base);
    EXPECT(sbrk(-1), -1);
    EXPECT(sbrk(-PGSIZE), -1);
    EXPECT(memory_end(), end);
    CHECK((intptr_t)sbrk(PGSIZE) != -1);
    EXPECT(sbrk(-PGSIZE - 1), -1);
    EXPECT(memory_end(), end + PGSIZE);
    EXPECT(sbrk(-PGSIZE), end + PGSIZE);
}

static void
sbrk_not_to_zero(void)
{
    uintptr_t end = memory_end();
    EXPECT(sbrk(-(int)end), -1);
    EXPECT(sbrk(-(int)end - 1), -1);
    EXPECT(memory_end(), end);
}

static void
sbrk_extremes(void)
{
    static const int extremes[] = {
        0x7fffffff, 0x7ffff000, -0x7fffffff - 1, -0x7fffffff,
        -1024 * MIB, -0x70000000,
    };
    uintptr_t end = memory_end();
    for (size_t i = 0; i < sizeof(extremes) / sizeof(extremes[0]); i++) {
        remark("sbrk(%d)", extremes[i]);
        EXPECT(sbrk(extremes[i]), -1);
        EXPECT(memory_end(), end);
    }
    remark("%s", "");
    EXPECT(outcome(read_byte, end + 10 * PGSIZE), -1);
    EXPECT(outcome(write_byte, KERNBASE - 1), -1);
}

static void
sbrk_wrap_after_growth(void)
{
    uintptr_t end = memory_end();
    CHECK((intptr_t)sbrk(8 * MIB) != -1);
    EXPECT(sbrk(0x7fffffff), -1);
    EXPECT(sbrk(-0x7fffffff), -1);
    EXPECT(memory_end(), end + 8 * MIB);
    EXPECT(sbrk(-8 * MIB), end + 8 * MIB);
    EXPECT(memory_end(), end);
}

/* What a failed growth had got so far is given back. */
static void
sbrk_all_or_nothing(void)
{
    int pages = count_pages();
    uintptr_t end = memory_end();
    CHECK(pages > 256);
    if (pages < PAGES_MAX)
        EXPECT(sbrk((pages + 1024) * PGSIZE), -1);
    EXPECT(memory_end(), end);
    EXPECT(outcome(read_byte, end + PGSIZE), -1);
    EXPECT(count_pages(), pages);
}

static void
sbrk_up_and_down(void)
{
    uintptr_t end = memory_end();
    for (int i = 1; i < 60; i++) {
        CHECK((intptr_t)sbrk(i * 1000) != -1);
        *at(memory_end() - 1) = 1;
        if (i % 3 == 0)
            CHECK((intptr_t)sbrk(-i * 2000) != -1);
    }
    CHECK((intptr_t)sbrk((int)(end - memory_end())) != -1);
    EXPECT(memory_end(), end);
}

const struct test sbrk_tests[] = {
    {"sbrk: returns the old end, and 0 tells it", sbrk_tells_end, UNIX},
    {"sbrk: new memory can be written and read", sbrk_new_memory_works, UNIX},
    {"sbrk: grows byte by byte", sbrk_byte_by_byte, UNIX},
    {"sbrk: new memory is zero, even if used before", sbrk_gives_zeros, UNIX},
    {"sbrk: what is not given back keeps its contents", sbrk_keeps_the_rest,
     UNIX},
    {"sbrk: memory given back is gone at once", sbrk_shrinks_at_once, UNIX},
    {"sbrk: memory given back is refused by calls", sbrk_shrunk_is_refused,
     UNIX},
    {"sbrk: the heap does not shrink into the stack", sbrk_not_below_heap, 0},
    {"sbrk: memory cannot shrink to nothing", sbrk_not_to_zero, 0},
    {"sbrk: the largest and smallest numbers are refused", sbrk_extremes, 0},
    {"sbrk: sums that wrap are refused", sbrk_wrap_after_growth, 0},
    {"sbrk: too much at once takes nothing", sbrk_all_or_nothing, 0},
    {"sbrk: many steps up and down end where they began", sbrk_up_and_down,
     UNIX},
    {NULL, NULL, 0},
};
