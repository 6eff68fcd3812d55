/*
 * Protections of four families on four CPUs.
 *
 * Each child protects some pages of its heap.  Its own child has the same, and
 * turns each of them around, then tries to make the text writable.  At last the
 * first child becomes another program, which is this one again.
 */
#include "../programs/pages.h"

enum { CHILDREN = 4, PAGES = 8 };
enum { BEFORE = 1, INHERITED = 10, TURNED = 20, AFTER = 30, NEW = 40 };

struct input {
    int masks[CHILDREN];        // bit i: page i of the heap is protected
    int rounds[CHILDREN];       // how often a child does it all
};

static struct input input;
static struct report seen;
static uintptr_t heap;

static void
protect_by(int mask)
{
    for (int i = 0; i < PAGES; i++)
        protect(heap + (uintptr_t)i * PGSIZE, PGSIZE,
                mask >> i & 1 ? PROT_READ : PROT_BOTH);
}

static void
grandchild(int n)
{
    seen.step = INHERITED + n;
    report(&seen);
    protect_by(~input.masks[n]);
    seen.step = TURNED + n;
    seen.values[0] = protect((uintptr_t)grandchild & ~(PGSIZE - 1), PGSIZE,
                             PROT_BOTH);
    report(&seen);
    exit(0);
}

static void
child(int n)
{
    char digits[] = { (char)('0' + n), '\0' };
    char *const argv[] = { (char *)"init", digits, NULL };
    int mask = input.masks[n];

    for (int round = 0; round < input.rounds[n]; round++) {
        protect_by(~mask);
        protect_by(mask);
        if (round == input.rounds[n] - 1 && fork() == 0)
            grandchild(n);
        wait(NULL);
    }
    seen.step = AFTER + n;
    report(&seen);
    exec("/init", argv);
}

int
main(int argc, char *argv[])
{
    if (argc > 1) {
        seen.step = NEW + argv[1][0] - '0';
        report(&seen);
        exit(0);
    }
    lab_stop(LAB_INPUT, &input, sizeof(input));
    heap = heap_pages(PAGES);
    seen.step = BEFORE;
    seen.values[0] = (int)heap;
    report(&seen);
    for (int i = 0; i < CHILDREN; i++)
        if (fork() == 0)
            child(i);
    for (int i = 0; i < CHILDREN; i++)
        wait(NULL);
    seen.step = NEW + CHILDREN;
    report(&seen);
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
