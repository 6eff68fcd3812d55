/* Tests of the way into the kernel and back, below the C library. */
#include "test.h"

#include <string.h>
#include <unistd.h>

#include "fcntl.h"
#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

/* The numbers of the calls, for those who make them by hand. */
enum {
#define SYSCALL(number, result, name, parameters) SYS_##name = number,
#include "syscall.h"
#undef SYSCALL
};

/* Traps with this number and this stack pointer; the result. */
static int
trap_with(int number, uintptr_t esp)
{
    int result;
    asm volatile("movl %%esp, %%esi; movl %2, %%esp; int $64; movl %%esi, %%esp"
                 : "=a"(result) : "0"(number), "d"(esp) : "esi", "memory");
    return result;
}

static void
call_by_hand(void)
{
    uintptr_t stack[4] = {0, 1, (uintptr_t)"", 0};
    EXPECT(trap_with(SYS_getpid, (uintptr_t)stack), getpid());
    EXPECT(trap_with(SYS_write, (uintptr_t)stack), 0);
    stack[1] = (uintptr_t)-1;
    EXPECT(trap_with(SYS_write, (uintptr_t)stack), -1);
}

static void
call_unknown(void)
{
    static const int numbers[] = {
        0, -1, -2, 500, 1000, 4096, 0x10000, 0x7fffffff, -0x7fffffff - 1,
        0x100 + SYS_getpid, 0x40000000, 0x3fffffff,
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        remark("number %d", numbers[i]);
        EXPECT(trap_with(numbers[i], (uintptr_t)&numbers), -1);
    }
}

/* getpid has no arguments, so the stack pointer does not matter. */
static void
call_without_stack(void)
{
    const uintptr_t stacks[] = {
        0, 1, 4, 4095, guard_page(), memory_end(), memory_end() - 1,
        KERNBASE - 4, KERNBASE, KERNLINK, 0xfffffffc, 0xffffffff,
    };
    int me = getpid();
    for (size_t i = 0; i < sizeof(stacks) / sizeof(stacks[0]); i++) {
        remark("esp 0x%lx", (long)stacks[i]);
        EXPECT(trap_with(SYS_getpid, stacks[i]), me);
    }
}

/* Arguments that cannot be fetched: each call with any returns -1. */
static void
call_arguments_missing(void)
{
    static const int calls[] = {
        SYS_wait, SYS_pipe, SYS_read, SYS_kill, SYS_exec, SYS_fstat,
        SYS_chdir, SYS_dup, SYS_sbrk, SYS_sleep, SYS_open, SYS_write,
        SYS_mknod, SYS_unlink, SYS_link, SYS_mkdir, SYS_close, SYS_halt,
        SYS_fsync, SYS_lseek, SYS_rename,
    };
    const uintptr_t stacks[] = {
        guard_page(), guard_page() + PGSIZE - 8, memory_end(),
        memory_end() - 4, memory_end() - 6, KERNBASE - 4, KERNBASE, KERNLINK,
        0xfffffff4,
    };
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
        for (size_t j = 0; j < sizeof(stacks) / sizeof(stacks[0]); j++) {
            remark("call %d with esp 0x%lx", calls[i], (long)stacks[j]);
            EXPECT(trap_with(calls[i], stacks[j]), -1);
        }
}

/* Only some of the arguments lie beyond the end. */
static void
call_arguments_cut(void)
{
    char *end = (char *)sbrk(PGSIZE) + PGSIZE;
    int fd = must_open("f", O_CREATE | O_RDWR);
    uintptr_t arguments[2] = {0, fd};
    memcpy(end - 8, arguments, 8);
    EXPECT(trap_with(SYS_fsync, (uintptr_t)end - 8), 0);
    EXPECT(trap_with(SYS_write, (uintptr_t)end - 8), -1);
    EXPECT(trap_with(SYS_lseek, (uintptr_t)end - 8), -1);
}

static void
exit_without_stack(uintptr_t esp)
{
    trap_with(SYS_exit, esp);
}

static void
call_exit_without_stack(void)
{
    outcome(exit_without_stack, KERNBASE);
    outcome(exit_without_stack, guard_page());
    outcome(exit_without_stack, 0xffffffff);
    EXPECT(wait(NULL), -1);
}

/* Sets all registers, makes the call in %eax, and collects what changed. */
static uint32_t
registers_changed(int number)
{
    uint32_t changed;
    asm volatile("pushl %%ebp\n\t"
                 "movl $0x11111111, %%ebx; movl $0x22222222, %%ecx\n\t"
                 "movl $0x33333333, %%edx; movl $0x44444444, %%esi\n\t"
                 "movl $0x55555555, %%edi; movl $0x66666666, %%ebp\n\t"
                 "int $64\n\t"
                 "xorl $0x11111111, %%ebx; xorl $0x22222222, %%ecx\n\t"
                 "xorl $0x33333333, %%edx; xorl $0x44444444, %%esi\n\t"
                 "xorl $0x55555555, %%edi; xorl $0x66666666, %%ebp\n\t"
                 "orl %%ecx, %%ebx; orl %%edx, %%ebx; orl %%esi, %%ebx\n\t"
                 "orl %%edi, %%ebx; orl %%ebp, %%ebx\n\t"
                 "popl %%ebp"
                 : "=b"(changed), "+a"(number)
                 : : "ecx", "edx", "esi", "edi", "memory", "cc");
    return changed;
}

static void
call_keeps_registers(void)
{
    EXPECT(registers_changed(SYS_getpid), 0);
    EXPECT(registers_changed(SYS_uptime), 0);
    EXPECT(registers_changed(1000), 0);
}

/* The same for a program that never calls, over many clock ticks. */
static void
spin_with_registers(int who)
{
    uint32_t wrong = 0;
    for (int i = 0; i < 3 && wrong == 0; i++)
        asm volatile("movl %1, %%ecx; movl %1, %%edx; movl %1, %%esi\n\t"
                     "movl %1, %%edi; movl $5000000, %%ebx\n"
                     "1: decl %%ebx; jnz 1b\n\t"
                     "xorl %1, %%ecx; xorl %1, %%edx; xorl %1, %%esi\n\t"
                     "xorl %1, %%edi; orl %%ecx, %0; orl %%edx, %0\n\t"
                     "orl %%esi, %0; orl %%edi, %0"
                     : "+m"(wrong) : "a"(who * 0x01010101)
                     : "ebx", "ecx", "edx", "esi", "edi", "cc");
    EXPECT(wrong, 0);
}

static void
preemption_keeps_registers(void)
{
    together(3, spin_with_registers);
}

static void
halt_bad_code(void)
{
    EXPECT(halt(-1), -1);
    EXPECT(halt(128), -1);
    EXPECT(halt(256), -1);
    EXPECT(halt(0x7fffffff), -1);
    EXPECT(halt(-0x7fffffff - 1), -1);
}

const struct test syscall_tests[] = {
    {"calls: made by hand", call_by_hand, 0},
    {"calls: -1 for a number that is none", call_unknown, 0},
    {"calls: a stack pointer of 0, or any other, does no harm",
     call_without_stack, 0},
    {"calls: -1 if the arguments cannot be read", call_arguments_missing, 0},
    {"calls: -1 if one argument lies past the end", call_arguments_cut, 0},
    {"calls: exit works without a stack", call_exit_without_stack, 0},
    {"calls: all registers but eax stay", call_keeps_registers, 0},
    {"scheduler: all registers survive preemption",
     preemption_keeps_registers, 0},
    {"halt: -1 for a code that is not 0 to 127", halt_bad_code, 0},
    {NULL, NULL, 0},
};
