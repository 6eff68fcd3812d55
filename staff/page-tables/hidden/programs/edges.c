/* mprotect where a careless check goes wrong, and a program at page 0. */
#include "../programs/pages.h"

#include <fcntl.h>

enum { BEFORE = 1, SIZE, GUARD, HEAP, LEAKS, IMAGE };
enum { FAR = 16, IMAGE_BYTES = 96, REFUSED = 77 };

struct input {
    int pages;                  // of the heap
    int first, n;               // of these, what is protected
    int part;                   // bytes of a page
    int gone;                   // pages that sbrk takes back
    int far[FAR];               // addresses, in MB
    int image[2][IMAGE_BYTES / 4];  // two programs as files
};

static struct input input;
static struct report seen;
static uintptr_t heap, stack_end;
static char data[PGSIZE] __attribute__((aligned(PGSIZE))) = { 1 };

static uintptr_t
heap_page(int page)
{
    return heap + (uintptr_t)page * PGSIZE;
}

static void
before(void)
{
    seen.values[0] = (int)heap;
    seen.values[1] = (int)stack_end;
    report(&seen);
}

/* Three ranges with a page between two of them, and three of no byte. */
static void
size(void)
{
    int n = input.n * PGSIZE;

    seen.values[0] = protect(heap_page(input.first), n + input.part, PROT_READ);
    seen.values[1] = protect(heap_page(input.first + input.n + 2), 1,
                             PROT_READ);
    seen.values[2] = protect(heap_page(input.first + input.n + 4),
                             2 * PGSIZE - 1, PROT_READ);
    seen.values[3] = protect(heap, 0, PROT_READ);
    seen.values[4] = protect(heap_page(input.first), 0, PROT_BOTH);
    report(&seen);
}

static void
touch_guard(void)
{
    read_byte(stack_end - (STACK_PAGES + 1) * PGSIZE);
}

static void
guard(void)
{
    uintptr_t page = stack_end - (STACK_PAGES + 1) * PGSIZE;
    uintptr_t from = (uintptr_t)data;

    seen.values[0] = protect(page, PGSIZE, PROT_READ);
    seen.values[1] = protect(page, PGSIZE, PROT_BOTH);
    seen.values[2] = protect(page, 2 * PGSIZE, PROT_READ);
    // From the data over the guard to the heap.
    seen.values[3] = protect(from, (int)(heap + PGSIZE - from), PROT_BOTH);
    seen.values[4] = protect(0, PGSIZE, PROT_READ);
    seen.values[5] = protect(0, PGSIZE, PROT_BOTH);
    seen.values[6] = protect(0, 2 * PGSIZE, PROT_READ);
    seen.values[7] = outcome(touch_guard);
    report(&seen);
}

static void
heap_again(void)
{
    uintptr_t from = heap_page(input.pages - input.gone);
    int n = input.gone * PGSIZE;

    seen.values[0] = protect(from - PGSIZE, n + PGSIZE, PROT_READ);
    sbrk(-n);
    seen.values[1] = protect(from, PGSIZE, PROT_BOTH);
    seen.values[2] = (int)sbrk(n) - (int)from;
    seen.values[3] = read_byte(from) | read_byte(from + n - 1);
    report(&seen);
}

static int
count_pages(void)
{
    int pages = 0;

    while (sbrk(PGSIZE) != (void *)-1)
        pages++;
    sbrk(-pages * PGSIZE);
    return pages;
}

/* Far above the heap no page table is needed for anything. */
static void
leaks(void)
{
    seen.values[0] = count_pages();
    for (int i = 0; i < FAR; i++) {
        uintptr_t far = (uintptr_t)input.far[i] << 20;

        protect(far, PGSIZE, PROT_READ);
        protect(far, 3 * PGSIZE, PROT_BOTH);
    }
    seen.values[1] = count_pages();
    report(&seen);
}

static int
run_image(const void *bytes)
{
    char *const argv[] = { (char *)"image", NULL };
    int fd = open("/image", O_CREATE | O_TRUNC | O_WRONLY);
    int status = 0;

    write(fd, bytes, IMAGE_BYTES);
    close(fd);
    if (fork() == 0)
        exit(exec("/image", argv) == -1 ? REFUSED : 0);
    wait(&status);
    return status;
}

static void
image(void)
{
    seen.values[0] = run_image(input.image[0]);
    seen.values[1] = run_image(input.image[1]);
    report(&seen);
}

int
main(void)
{
    static void (*const steps[])(void) = {
        [BEFORE] = before, [SIZE] = size, [GUARD] = guard, [HEAP] = heap_again,
        [LEAKS] = leaks, [IMAGE] = image,
    };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    stack_end = (uintptr_t)sbrk(0);
    heap = heap_pages(input.pages);
    for (int i = BEFORE; i <= IMAGE; i++) {
        seen.step = i;
        outcome(steps[i]);
    }
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
