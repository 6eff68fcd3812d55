/* What mprotect does to the heap, to data and to the text. */
#include "pages.h"

#include <fcntl.h>

enum { BEFORE = 1, READONLY, WRITABLE, FLUSH, CALLS, REFUSES, WHOLE, TEXT };
enum { DATA_PAGES = 4, TRIES = 4 };

struct input {
    int pages;                  // of the heap
    int first, n;               // of these, what is protected
    int second, m;              // and of these, what becomes writable again
    int data;                   // which page of the data is protected
    int offset;                 // in a page
    int odd[3];                 // protections that there are not
    int past;                   // pages of the heap's end in a bad range
};

static struct input input;
static struct report seen;
static uintptr_t heap;
static char data[DATA_PAGES * PGSIZE] __attribute__((aligned(PGSIZE))) = { 1 };

static uintptr_t
heap_page(int page)
{
    return heap + (uintptr_t)page * PGSIZE;
}

static int
sum(void)
{
    int total = 0;

    for (int i = 0; i < input.pages * PGSIZE; i++)
        total = total * 31 + *at(heap + i);
    return total;
}

static int
protect_range(void)
{
    int result = protect(heap_page(input.first), input.n * PGSIZE, PROT_READ);

    return result | protect((uintptr_t)data + input.data * PGSIZE, PGSIZE,
                            PROT_READ);
}

static void
before(void)
{
    seen.values[0] = (int)heap;
    seen.values[1] = (int)data;
    seen.values[2] = sum();
    report(&seen);
}

static void
readonly(void)
{
    seen.values[0] = protect_range();
    seen.values[1] = sum();
    report(&seen);
}

static void
writable(void)
{
    protect_range();
    seen.values[0] = protect(heap_page(input.second), input.m * PGSIZE,
                             PROT_BOTH);
    if (seen.values[0] == 0) {
        write_byte(heap_page(input.second));
        write_byte(heap_page(input.second + input.m) - 1);
    }
    report(&seen);
}

static int try_page;

/* The page has just been written to, so the CPU knows that it may be. */
static void
write_twice(void)
{
    uintptr_t address = heap_page(try_page) + input.offset;

    write_byte(address);
    protect(heap_page(try_page), PGSIZE, PROT_READ);
    write_byte(address);
}

static void
write_later(void)
{
    protect_range();
    sleep(1);
    write_byte(heap_page(input.first) + input.offset);
}

static void
flush(void)
{
    seen.values[0] = outcome(write_later);
    for (int i = 0; i < TRIES; i++) {
        try_page = (input.first + i) % input.pages;
        seen.values[1 + i] = outcome(write_twice);
    }
    report(&seen);
}

static void
calls(void)
{
    uintptr_t address = heap_page(input.first) + input.offset;
    int fds[2];

    pipe(fds);
    write(fds[1], "four", 4);
    protect_range();
    seen.values[0] = read(fds[0], (void *)address, 1);
    // A range of which only the last byte is in a protected page.
    seen.values[1] = read(fds[0], (void *)(heap_page(input.first) - 2), 3);
    seen.values[2] = fstat(fds[0], (void *)address);
    seen.values[3] = pipe((int *)address);
    if (fork() == 0)
        exit(0);
    seen.values[4] = wait((int *)address);
    wait(NULL);
    seen.values[5] = write(fds[1], (void *)address, 5);
    seen.values[6] = read(fds[0], (void *)(heap_page(input.first) - 4), 4);
    report(&seen);
}

static void
refuses(void)
{
    uintptr_t address = heap_page(input.first);

    seen.values[0] = protect(address + input.offset, PGSIZE, PROT_READ);
    for (int i = 0; i < 3; i++)
        seen.values[1 + i] = protect(address, PGSIZE, input.odd[i]);
    seen.values[4] = protect(address, -PGSIZE, PROT_READ);
    seen.values[5] = protect(address, -input.offset, PROT_READ);
    report(&seen);
}

/* Ranges that begin well, and end where no page is. */
static void
whole(void)
{
    uintptr_t address = heap_page(input.pages - input.past);

    seen.values[0] = protect(address, (input.past + 1) * PGSIZE, PROT_READ);
    seen.values[1] = protect(address, input.past * PGSIZE + input.offset,
                             PROT_READ);
    seen.values[2] = protect(heap, 0x10000000, PROT_READ);
    report(&seen);
}

static void
text(void)
{
    uintptr_t page = (uintptr_t)text & ~(PGSIZE - 1);

    seen.values[0] = protect(page, PGSIZE, PROT_BOTH);
    seen.values[1] = protect(page, PGSIZE, PROT_READ);
    seen.values[2] = protect(page, PGSIZE, PROT_BOTH);
    // From the text into the data: all or nothing.
    seen.values[3] = protect(page, (int)((uintptr_t)data + PGSIZE - page),
                             PROT_READ);
    seen.values[4] = protect(page, (int)((uintptr_t)data + PGSIZE - page),
                             PROT_BOTH);
    report(&seen);
}

int
main(void)
{
    static void (*const steps[])(void) = {
        [BEFORE] = before, [READONLY] = readonly, [WRITABLE] = writable,
        [FLUSH] = flush, [CALLS] = calls, [REFUSES] = refuses, [WHOLE] = whole,
    };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    heap = heap_pages(input.pages);
    for (int i = 0; i < input.pages * PGSIZE; i++)
        *at(heap + i) = (char)(i * 7 + (i >> 9));
    for (int i = BEFORE; i <= WHOLE; i++) {
        seen.step = i;
        outcome(steps[i]);
    }
    // Not by a child: fork has a test of its own.
    seen.step = TEXT;
    text();
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
