/*
 * Tests of faults: whatever a program executes, only that program dies.
 *
 * Each dangerous instruction stands in a function of its own, run by a child
 * whose status must be -1.
 */
#include "deed.h"

#include <string.h>
#include <unistd.h>

#include "x86/memlayout.h"

enum {
    SYS_GETPID = 11,
    EFLAGS_TF = 0x100,
    EFLAGS_DF = 0x400,
    EFLAGS_IOPL = 0x3000,
    EFLAGS_NT = 0x4000,
    EFLAGS_AC = 0x40000,
};

void
expect_death(const struct deed *deeds)
{
    for (; deeds->name != NULL; deeds++) {
        remark("%s", deeds->name);
        EXPECT(outcome(deeds->body, 0), -1);
    }
    remark("%s", "");
}

/* ---- Instructions of the kernel ---- */

static char operand[8];

DOES(do_hlt, "hlt")
DOES(do_cli, "cli")
DOES(do_sti, "sti")
DOES(do_clts, "clts")
DOES(do_invd, "invd")
DOES(do_wbinvd, "wbinvd")
DOES(do_rdmsr, "movl $0x1b, %%ecx; rdmsr")
DOES(do_wrmsr, "movl $0x1b, %%ecx; xorl %%eax, %%eax; xorl %%edx, %%edx; wrmsr")
DOES(do_read_cr0, "movl %%cr0, %%eax")
DOES(do_write_cr0, "xorl %%eax, %%eax; movl %%eax, %%cr0")
DOES(do_write_cr3, "xorl %%eax, %%eax; movl %%eax, %%cr3")
DOES(do_write_cr4, "xorl %%eax, %%eax; movl %%eax, %%cr4")
DOES(do_write_dr7, "xorl %%eax, %%eax; movl %%eax, %%dr7")
DOES(do_invlpg, "invlpg (%%esp)")
DOES(do_ltr, "movl $0x30, %%eax; ltr %%ax")
DOES(do_lldt, "xorl %%eax, %%eax; lldt %%ax")
DOES(do_sysexit, "movl %%esp, %%ecx; movl $0, %%edx; sysexit")

static void
do_lgdt(uintptr_t unused)
{
    (void)unused;
    asm volatile("lgdt %0" : : "m"(operand));
}

static void
do_lidt(uintptr_t unused)
{
    (void)unused;
    asm volatile("lidt %0" : : "m"(operand));
}

static void
trap_privileged(void)
{
    static const struct deed deeds[] = {
        {"hlt", do_hlt}, {"cli", do_cli}, {"sti", do_sti}, {"clts", do_clts},
        {"invd", do_invd}, {"wbinvd", do_wbinvd}, {"rdmsr", do_rdmsr},
        {"wrmsr", do_wrmsr}, {"read cr0", do_read_cr0},
        {"write cr0", do_write_cr0}, {"write cr3", do_write_cr3},
        {"write cr4", do_write_cr4}, {"write dr7", do_write_dr7},
        {"invlpg", do_invlpg}, {"ltr", do_ltr}, {"lldt", do_lldt},
        {"lgdt", do_lgdt}, {"lidt", do_lidt}, {"sysexit", do_sysexit},
        {NULL, NULL},
    };
    expect_death(deeds);
}

DOES(do_in_serial, "movl $0x3f8, %%edx; inb %%dx, %%al")
DOES(do_out_serial, "movl $0x3f8, %%edx; movb $88, %%al; outb %%al, %%dx")
DOES(do_out_disk, "movl $0x1f7, %%edx; movb $0xef, %%al; outb %%al, %%dx")
DOES(do_out_reset, "movb $0xfe, %%al; outb %%al, $0x64")
DOES(do_out_exit, "movl $0x501, %%edx; movl $1, %%eax; outw %%ax, %%dx")
DOES(do_out_pci, "movl $0xcf8, %%edx; xorl %%eax, %%eax; outl %%eax, %%dx")
DOES(do_ins, "pushl %%edi; movl $0x1f0, %%edx; movl %%esp, %%edi; insw")

static void
trap_ports(void)
{
    static const struct deed deeds[] = {
        {"in from the serial port", do_in_serial},
        {"out to the serial port", do_out_serial},
        {"a command to the disk", do_out_disk},
        {"reset by the keyboard controller", do_out_reset},
        {"QEMU's exit port", do_out_exit},
        {"out to PCI", do_out_pci}, {"ins from the disk", do_ins},
        {NULL, NULL},
    };
    expect_death(deeds);
}

/* ---- Exceptions ---- */

DOES(do_divide, "xorl %%edx, %%edx; movl $1, %%eax; xorl %%ecx, %%ecx; "
     "divl %%ecx")
DOES(do_divide_overflow, "movl $0x80000000, %%eax; cltd; movl $-1, %%ecx; "
     "idivl %%ecx")
DOES(do_invalid, "ud2")
DOES(do_breakpoint, "int3")
DOES(do_overflow, "movb $127, %%al; addb $1, %%al; into")
DOES(do_bound, "pushl $5; pushl $3; movl $9, %%eax; bound %%eax, (%%esp)")
DOES(do_long, ".fill 15, 1, 0x66; nop")

static void
trap_exceptions(void)
{
    static const struct deed deeds[] = {
        {"division by zero", do_divide},
        {"a quotient that does not fit", do_divide_overflow},
        {"an invalid instruction", do_invalid},
        {"a breakpoint", do_breakpoint}, {"into", do_overflow},
        {"bound", do_bound}, {"an instruction of 16 bytes", do_long},
        {NULL, NULL},
    };
    expect_death(deeds);
}

/* All gates but the one of system calls are closed to programs. */
static void
trap_int(void)
{
    static const uint8_t vectors[] = {
        0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 16, 17, 18, 19, 31, 32,
        33, 36, 39, 46, 47, 48, 63, 65, 127, 128, 129, 239, 240, 254, 255,
    };
    for (size_t i = 0; i < sizeof(vectors); i++) {
        uint8_t code[] = {0xcd, vectors[i], 0xc3};      // int n; ret
        remark("int %d", vectors[i]);
        EXPECT(outcome(call_code, (uintptr_t)code), -1);
    }
}

/* ---- Flags ---- */

static void
set_flags(uint32_t flags)
{
    asm volatile("pushfl; orl %0, (%%esp); popfl" : : "r"(flags) : "cc");
}

static uint32_t
get_flags(void)
{
    uint32_t flags;
    asm volatile("pushfl; popl %0" : "=r"(flags));
    return flags;
}

/* The kernel's string instructions must not run backwards. */
static void
trap_direction_flag(void)
{
    static char from[3000], to[3000];
    int fds[2];
    fill(from, sizeof(from), 1);
    EXPECT(pipe(fds), 0);
    set_flags(EFLAGS_DF);
    int written = write(fds[1], from, sizeof(from));
    int got = read(fds[0], to, sizeof(to));
    int pid = fork();
    uint32_t flags = get_flags();
    asm volatile("cld");
    if (pid == 0)
        return;
    EXPECT(written, sizeof(from));
    EXPECT(got, sizeof(to));
    CHECK(filled(to, sizeof(to), 1));
    CHECK(flags & EFLAGS_DF);
    EXPECT(reap(pid), 0);
}

static void
trap_harmless_flags(void)
{
    int me = getpid();
    set_flags(EFLAGS_AC);
    int pid = getpid();
    sleep(1);
    EXPECT(pid, me);
    set_flags(EFLAGS_NT);
    pid = getpid();
    sleep(2);
    asm volatile("pushfl; andl %0, (%%esp); popfl" : : "i"(~EFLAGS_NT) : "cc");
    EXPECT(pid, me);
}

/* A nested task that never was: iret looks for the one to go back to. */
DOES(do_iret_nested, "pushfl; orl $0x4000, (%%esp); popfl; iret")

/* With the trap flag, each instruction is followed by an exception. */
static void
single_step(uintptr_t unused)
{
    (void)unused;
    set_flags(EFLAGS_TF);
    asm volatile("nop; nop");
}

static void
single_step_into_call(uintptr_t unused)
{
    (void)unused;
    int number = SYS_GETPID;
    asm volatile("pushfl; orl %1, (%%esp); popfl; int $64; nop"
                 : "+a"(number) : "i"(EFLAGS_TF) : "cc", "memory");
}

static void
trap_deadly_flags(void)
{
    static const struct deed deeds[] = {
        {"iret with NT", do_iret_nested}, {"TF", single_step},
        {"TF before a call", single_step_into_call}, {NULL, NULL},
    };
    expect_death(deeds);
}

/* popf cannot raise the privilege of ports and of cli, nor clear IF. */
static void
raise_privilege(uintptr_t unused)
{
    (void)unused;
    set_flags(EFLAGS_IOPL);
    asm volatile("cli");
}

static void
turn_interrupts_off(uintptr_t unused)
{
    (void)unused;
    asm volatile("pushfl; andl $~0x200, (%%esp); popfl" : : : "cc");
    for (;;)
        asm volatile("");
}

static void
trap_privileged_flags(void)
{
    EXPECT(outcome(raise_privilege, 0), -1);
    int pid = spawn();
    if (pid == 0)
        turn_interrupts_off(0);
    sleep(3);
    EXPECT(kill(pid), 0);
    EXPECT(reap(pid), -1);
}

/* ---- Afterwards ---- */

static void
trap_leaves_others_alone(void)
{
    int pids[5];
    int gate[2];
    char c;
    EXPECT(pipe(gate), 0);
    for (int i = 0; i < 5; i++) {
        pids[i] = spawn();
        if (pids[i] == 0) {
            EXPECT(close(gate[1]), 0);
            EXPECT(read(gate[0], &c, 1), 0);
            if (i % 2 == 0)
                do_invalid(0);
            return;
        }
    }
    EXPECT(close(gate[1]), 0);
    for (int i = 0; i < 5; i++) {
        int status, which = 0;
        int ended = wait(&status);
        while (which < 5 && pids[which] != ended)
            which++;
        CHECK(which < 5);
        EXPECT(status, which % 2 == 0 ? -1 : 0);
    }
}

static void
trap_closes_files(void)
{
    int fds[2];
    char c;
    EXPECT(pipe(fds), 0);
    int pid = spawn();
    if (pid == 0)
        do_invalid(0);
    EXPECT(close(fds[1]), 0);
    EXPECT(read(fds[0], &c, 1), 0);
    EXPECT(reap(pid), -1);
}

const struct test trap_tests[] = {
    {"traps: the kernel's instructions kill", trap_privileged, 0},
    {"traps: input and output by port kill", trap_ports, 0},
    {"traps: exceptions kill", trap_exceptions, 0},
    {"traps: int n kills, except for system calls", trap_int, 0},
    {"traps: copies go forward under the direction flag",
     trap_direction_flag, 0},
    {"traps: AC and NT do no harm", trap_harmless_flags, 0},
    {"traps: NT and iret, and single steps, kill", trap_deadly_flags, 0},
    {"traps: popf gives no privilege", trap_privileged_flags, 0},
    {"traps: who does no harm lives on", trap_leaves_others_alone, 0},
    {"traps: the files of the dead are closed", trap_closes_files, 0},
    {NULL, NULL, 0},
};
