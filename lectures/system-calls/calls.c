/*
 * calls - makes system calls, a good one first, and then such as no kernel
 * should believe.
 */
#include <fcntl.h>
#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KERNBASE 0x80000000
#define NOWHERE  0x40000000             // this program is smaller
#define TEXT     0x00000000             // read-only: where programs begin

enum { SYS_WRITE = 16, NO_SYSTEM_CALL = 99 };

/* Makes a call with a stack pointer of ours, and returns what it returns. */
static int __attribute__((noinline))
call_with_stack(int number, unsigned stack)
{
    asm volatile("movl %%esp, %%esi; movl %1, %%esp; int $64;"
                 "movl %%esi, %%esp"
                 : "+a"(number) : "r"(stack) : "esi", "memory");
    return number;
}

int
main(void)
{
    static struct stat st;
    char *end = sbrk(0);                // the first address behind our memory
    int result[7];

    write(STDOUT_FILENO, "hello\n", 6);
    fstat(STDIN_FILENO, &st);

    result[0] = write(STDOUT_FILENO, (void *)KERNBASE, 4);
    result[1] = write(STDOUT_FILENO, (void *)NOWHERE, 4);
    result[2] = write(STDOUT_FILENO, end - 2, 4);
    result[3] = read(STDIN_FILENO, (void *)TEXT, 4);
    memcpy(end - 4, "path", 4);
    result[4] = open(end - 4, O_RDONLY);
    result[5] = call_with_stack(SYS_WRITE, KERNBASE);
    result[6] = call_with_stack(NO_SYSTEM_CALL, (unsigned)&st);

    printf("write from the kernel: %d\n", result[0]);
    printf("write from nowhere: %d\n", result[1]);
    printf("write from beyond the end: %d\n", result[2]);
    printf("read into the text: %d\n", result[3]);
    printf("open, a path that does not end: %d\n", result[4]);
    printf("write with a stack in the kernel: %d\n", result[5]);
    printf("a call that there is not: %d\n", result[6]);
    return EXIT_SUCCESS;
}
