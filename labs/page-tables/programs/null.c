/* What is at page 0, for the program itself and for system calls. */
#include "pages.h"

#include <fcntl.h>

enum { FIRST = 1, CHILD, KILLS, CALLS };

struct input {
    int near, far;              // two addresses in page 0
    int last;                   // bytes from there to the end of page 0, 1 to 3
    int length;                 // bytes to write from there
};

static struct input input;
static struct report seen;

static void
show_child(void)
{
    seen.step = CHILD;
    report(&seen);
}

static void read_near(void) { read_byte(input.near); }
static void read_far(void) { read_byte(input.far); }
static void write_near(void) { write_byte(input.near); }
static void write_far(void) { write_byte(input.far); }

/* A word of which the first bytes are in page 0. */
static void
read_across(void)
{
    uintptr_t address = PGSIZE - input.last;

    asm volatile("movl (%0), %%eax" : : "r"(address) : "eax", "memory");
}

/* Code of page 0, if there is any, may do what it likes. */
static void
jump(void)
{
    if (seen.values[0] == -1)
        asm volatile("call *%0" : : "r"(input.near) : "memory");
}

static void
kills(void)
{
    static void (*const bodies[])(void) = {
        read_near, read_far, write_near, write_far, read_across, jump,
    };

    seen.step = KILLS;
    for (int i = 0; i < (int)(sizeof(bodies) / sizeof(bodies[0])); i++)
        seen.values[i] = outcome(bodies[i]);
    report(&seen);
}

static int
wait_at(uintptr_t address)
{
    if (fork() == 0)
        exit(0);
    int result = wait((int *)address);
    wait(NULL);
    return result;
}

enum { REFUSED = 77 };

/* What exec gives in a child, which has become another program otherwise. */
static int
exec_result(char *const argv[])
{
    int status = 0;

    if (fork() == 0)
        exit(exec("/init", argv) == -1 ? REFUSED : 0);
    wait(&status);
    return status == REFUSED ? -1 : status;
}

static void
calls(void)
{
    char *const argv[] = { (char *)"init", (char *)input.near, NULL };
    char byte = 'x';
    int fds[2];

    pipe(fds);
    write(fds[1], &byte, 1);
    seen.step = CALLS;
    seen.values[0] = write(fds[1], (void *)input.near, (size_t)input.length);
    seen.values[1] = write(fds[1], (void *)(PGSIZE - input.last), 8);
    seen.values[2] = read(fds[0], (void *)input.far, 1);
    seen.values[3] = fstat(fds[0], (void *)input.near);
    seen.values[4] = wait_at(input.near);
    seen.values[5] = open((char *)input.far, O_RDONLY);
    seen.values[6] = exec_result(argv);
    seen.values[7] = exec_result((char *const *)(input.far & ~3));
    report(&seen);
}

int
main(int argc, char *argv[])
{
    (void)argv;
    // Started by this program itself: exec has taken what it should not.
    if (getpid() != 1)
        exit(argc);
    lab_stop(LAB_INPUT, &input, sizeof(input));
    seen.step = FIRST;
    report(&seen);
    outcome(show_child);
    outcome(kills);
    outcome(calls);
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
