/*
 * dare - tries what only a kernel may do: dare cli, write, loop or stack.
 *
 * Each of them is a function of its own, so that the lecture can stop there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KERNBASE 0x80000000

enum { SYS_GETPID = 11 };

static int __attribute__((noinline))
usage(void)
{
    dprintf(STDERR_FILENO, "usage: dare cli|write|loop|stack\n");
    return EXIT_FAILURE;
}

static void __attribute__((noinline))
write_into_the_kernel(void)
{
    *(volatile int *)KERNBASE = 1;
}

static void __attribute__((noinline))
turn_interrupts_off(void)
{
    asm volatile("cli");
}

static void __attribute__((noinline, noreturn))
loop(void)
{
    volatile unsigned turns = 0;

    for (;;)
        turns++;
}

/* Calls getpid while %esp is 0, and only then takes its stack back. */
static void __attribute__((noinline))
call_without_a_stack(void)
{
    int pid = SYS_GETPID;

    asm volatile("movl %%esp, %%esi; movl $0, %%esp; int $64;"
                 "movl %%esi, %%esp"
                 : "+a"(pid) : : "esi", "memory");
    printf("dare: without a stack I am still process %d\n", pid);
}

int
main(int argc, char *argv[])
{
    const char *what = argc == 2 ? argv[1] : "";

    if (strcmp(what, "cli") == 0)
        turn_interrupts_off();
    else if (strcmp(what, "write") == 0)
        write_into_the_kernel();
    else if (strcmp(what, "loop") == 0)
        loop();
    else if (strcmp(what, "stack") == 0)
        call_without_a_stack();
    else
        return usage();
    return EXIT_SUCCESS;
}
