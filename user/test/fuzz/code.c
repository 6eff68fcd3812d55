/*
 * Random code with random registers, in user mode: every instruction that is
 * the kernel's, every interrupt, bad segments, flags, stacks and floating-point
 * state.  Most of it ends in a fault; all of it, when its parent has waited.
 */
#include "fuzz.h"

#include <string.h>
#include <unistd.h>

#include "x86/memlayout.h"
#include "x86/mmu.h"

enum {
    EFLAGS_TF = 0x100,
    USER_CODE = 0x23,
    USER_DATA = 0x2b,
    CODE_MAX = 256,
};

/*
 * Machine code in hexadecimal; ?? is a random byte.  No system call is among it
 * that could turn off the machine, multiply, or kill others: of those numbers
 * here, the arguments are what the random stack holds.
 */
static const char *const pieces[] = {
    // hlt, cli, sti, clts, invd, wbinvd, rdmsr, wrmsr, rdpmc, sysenter, sysexit
    "f4", "fa", "fb", "0f06", "0f08", "0f09", "0f32", "0f30", "0f33", "0f34",
    "0f35",
    // mov from and to control and debug registers, smsw, lmsw
    "0f20c0", "0f20d0", "0f20d8", "0f20e0", "0f22c0", "0f22d0", "0f22d8",
    "0f22e0", "0f21c0", "0f23c0", "0f23f8", "0f01e0", "0f01f0",
    // invlpg, lgdt, lidt, sgdt, sidt, ltr, lldt, str, sldt
    "0f0138", "0f0110", "0f0118", "0f0100", "0f0108", "0f00d8", "0f00d0",
    "0f00c8", "0f00c0",
    // in, out, ins, outs
    "ec", "ed", "ee", "ef", "e4??", "e6??", "6c", "6d", "6e", "f36e",
    // int n, int3, into, int1, ud2, bound, division by ecx
    "cd??", "cd??", "cd??", "cc", "ce", "f1", "0f0b", "620424", "f7f1",
    // mov to ds, es, fs, gs, ss; pop ds, gs; lds; lar, lsl, verr
    "b8??0000008ed8", "b8??0000008ec0", "b8??0000008ee0", "b8??0000008ee8",
    "b8??0000008ed0", "b8??0000008ed0", "8ed8", "8ee8", "6a??1f", "6a??0fa9",
    "c500", "0f02c0", "0f03c0", "0f00e0",
    // lret, and to a random place: ljmp, lcall, push cs and eip, lret; iret
    // with the flags as they are.  With others, QEMU lets it enter virtual 8086
    // mode, where cli works, and nothing ends a loop.
    "cb", "c3", "ea????????????", "ea????????2300", "9a????????2300",
    "9a????????3000", "9a????????3800", "6a??68????????cb",
    "9c6a2368????????cf",
    // popf with anything, with NT and iret, with AC, with DF
    "68????????9d", "68????????9d", "68??7200009d", "68024000009dcf",
    "68020204009d", "68020600009d", "fd", "fc",
    // other stacks: mov and add to esp, push, pop, pusha, popa, enter, leave
    "bc????????", "bc0?00000050", "bcffffffff50", "bc0000008050", "83c4??",
    "50", "58", "60", "61", "c8??????", "c9",
    // x87: fld1, fldz, fdivp, fsqrt, fwait, fninit, fldcw, frstor, any
    "d9e8", "d9ee", "def9", "d9fa", "9b", "dbe3", "d92c24", "dd2424", "d8??",
    "d9??", "da??", "db??", "dc??", "dd??", "de??", "df??", "0f77",
    "68????????d92c24d9eed9e8def19b",
    // fxrstor, fxsave, ldmxcsr, addps, divps, movups, movaps, sqrtps
    "0fae0c24", "0fae0424", "0fae1424", "0f58c1", "0f5ec1", "0f1000", "0f2900",
    "0f51c0", "68????????0fae14240f5ec1",
    // memory: mov, rep movsb, rep stosl, call, jmp, xchg
    "8b00", "8900", "f3a4", "f3ab", "ffd0", "ffe0", "8700", "a0????????",
    // lock where there must be none, too many prefixes, cpuid, rdtsc
    "f090", "66666666666666666666666666666690", "0fa2", "0f31",
    // jumps, a loop without an end
    "eb??", "75??", "e2??", "ebfe",
    // int $64 for getpid, uptime, wait, sbrk, pipe, read, fstat, exit, sleep
    "b80b000000cd40", "b80e000000cd40", "b803000000cd40", "b80c000000cd40",
    "b804000000cd40", "b805000000cd40", "b808000000cd40", "b802000000cd40",
    "b80d000000cd40",
    // nothing in particular
    "90", "??", "????", "????????",
};

enum { SYSCALL_VECTOR = 64, INT = 0xcd };

static uint8_t
digit(char c)
{
    if (c == '?')
        return (uint8_t)below(16);
    return (uint8_t)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Adds the bytes of a piece of code.  Returns the new length. */
static size_t
assemble(uint8_t *code, size_t n, const char *piece)
{
    bool is_int = strncmp(piece, "cd?", 3) == 0;
    for (; *piece != '\0'; piece += 2)
        code[n++] = (uint8_t)(digit(piece[0]) << 4 | digit(piece[1]));
    // What it calls must not be left to chance.
    if (is_int && code[n - 1] == SYSCALL_VECTOR)
        code[n - 1]++;
    return n;
}

/* One piece ends most processes at once, so there are only a few. */
static void
make_code(uint8_t *code)
{
    size_t n = 0;
    if (one_in(8)) {
        random_fill(code, CODE_MAX);
        return;
    }
    for (int i = 1 + (int)below(6); i > 0; i--)
        n = assemble(code, n, ONE_OF(pieces));
    // pushl $0; pushl $0; movl $2, %eax; int $64: exit.
    n = assemble(code, n, "6a006a00b802000000cd40");
    random_fill(code + n, CODE_MAX - n);
}

/* In the order in which the launch takes them from its stack. */
static struct {
    uint32_t gs, fs, es, ds;
    uint32_t edi, esi, ebp, unused, ebx, edx, ecx, eax;
    uint32_t eflags, esp, eip;
} start __asm__("launch_registers") __attribute__((used));

static uint32_t
a_selector(void)
{
    static const uint16_t allowed[] = {0, 3, USER_CODE, USER_DATA};
    return one_in(8) ? ONE_OF(allowed) : USER_DATA;
}

static uint32_t
a_register(void)
{
    return one_in(2) ? (uint32_t)an_address(64) : (uint32_t)an_odd_number();
}

/* Mostly the middle of the arena, as little would happen without a stack. */
static uint32_t
a_stack(void)
{
    static const uint32_t stacks[] = {
        0, 1, 2, 3, 0xffffffff, 0xfffffffc, KERNBASE, KERNBASE + 4, 0x80000002,
    };
    uint32_t middle = heap_start + PGSIZE + below(2 * PGSIZE);
    return one_in(4) ? ONE_OF(stacks) : one_in(4) ? a_register() : middle;
}

void
run_something(void)
{
    start.gs = a_selector();
    start.fs = a_selector();
    start.es = a_selector();
    start.ds = a_selector();
    start.edi = a_register();
    start.esi = a_register();
    start.ebp = a_register();
    start.ebx = a_register();
    start.edx = a_register();
    start.ecx = a_register();
    start.eax = a_register();
    start.eflags = random_word() & ~(one_in(8) ? 0 : EFLAGS_TF);
    start.esp = a_stack();
    start.eip = heap_start + below(16);
    make_code((uint8_t *)start.eip);
    asm volatile("movl $launch_registers, %esp\n\t"
                 "popl %gs; popl %fs; popl %es; popl %ds\n\t"
                 "popal; popfl\n\t"
                 "movl %ss:(%esp), %esp\n\t"
                 "jmp *%ss:launch_registers+56");
    __builtin_unreachable();
}
