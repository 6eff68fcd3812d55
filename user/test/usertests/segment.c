/* Tests of segments: the only ones of a program's own are 0x23 and 0x2b. */
#include "deed.h"

#include <unistd.h>

enum {
    SYS_GETPID = 11,
    USER_CODE = 0x23,
    USER_DATA = 0x2b,           // of data and stack
};

static void
load_ds(uintptr_t selector)
{
    asm volatile("movw %w0, %%ds" : : "r"(selector));
}

static void
load_gs(uintptr_t selector)
{
    asm volatile("movw %w0, %%gs" : : "r"(selector));
}

static void
load_ss(uintptr_t selector)
{
    asm volatile("movw %w0, %%ss" : : "r"(selector));
}

static const uint16_t bad_selectors[] = {
    0x08, 0x10, 0x18, 0x0b, 0x13, 0x1b, 0x30, 0x33, 0x38, 0x07, 0x2f, 0x43,
    0xfff8, 0xffff,
};

static void
trap_bad_segments(void)
{
    for (size_t i = 0; i < sizeof(bad_selectors) / sizeof(uint16_t); i++) {
        remark("selector 0x%x", bad_selectors[i]);
        EXPECT(outcome(load_ds, bad_selectors[i]), -1);
        EXPECT(outcome(load_gs, bad_selectors[i]), -1);
        EXPECT(outcome(load_ss, bad_selectors[i]), -1);
    }
    remark("%s", "");
    EXPECT(outcome(load_ss, 0), -1);
    EXPECT(outcome(load_ss, USER_CODE), -1);
    EXPECT(outcome(load_ds, USER_DATA), 0);
    EXPECT(outcome(load_gs, USER_DATA), 0);
}

/* The kernel must bring its own segments along, whatever it finds. */
static void
trap_own_segments(void)
{
    static const uint16_t allowed[] = {0, 3, USER_CODE, USER_DATA};
    int me = getpid();
    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
        int pid = SYS_GETPID;
        asm volatile("movw %w1, %%ds; movw %w1, %%es; movw %w1, %%fs\n\t"
                     "movw %w1, %%gs; int $64\n\t"
                     "movw %w2, %%ds; movw %w2, %%es"
                     : "+a"(pid) : "r"((uint32_t)allowed[i]),
                       "r"((uint32_t)USER_DATA) : "memory");
        remark("selector 0x%x", allowed[i]);
        EXPECT(pid, me);
    }
    sleep(1);
    asm volatile("movw %w0, %%fs; movw %w0, %%gs" : : "r"(USER_DATA));
}

DOES(do_lret_kernel, "pushl $0x08; pushl $0; lret")
DOES(do_ljmp_kernel, "ljmp $0x08, $0")
DOES(do_lcall_tss, "lcall $0x30, $0")
DOES(do_lcall_double, "lcall $0x38, $0")
DOES(do_lcall_data, "lcall $0x2b, $0")
DOES(do_iret_kernel, "pushfl; pushl $0x08; pushl $0; iret")
DOES(do_iret_cs_zero, "pushfl; pushl $0; pushl $0; iret")

static void
trap_far_jumps(void)
{
    static const struct deed deeds[] = {
        {"lret to the kernel's code", do_lret_kernel},
        {"ljmp to the kernel's code", do_ljmp_kernel},
        {"lcall through the task state", do_lcall_tss},
        {"lcall through the double fault's task", do_lcall_double},
        {"lcall through data", do_lcall_data},
        {"iret to the kernel's code", do_iret_kernel},
        {"iret to no segment", do_iret_cs_zero}, {NULL, NULL},
    };
    expect_death(deeds);
}

/* Whether the CPU finds a segment or gate there that the program may use. */
static bool
is_visible(unsigned selector)
{
    uint32_t rights;
    bool found;
    asm volatile("larl %2, %0; setz %1"
                 : "=&r"(rights), "=q"(found) : "r"(selector) : "cc");
    return found;
}

/*
 * Those of a local table, if the CPU had one, would be read from an address
 * that may well be the program's: it could make itself a gate to the kernel.
 */
static void
trap_no_other_segments(void)
{
    for (unsigned selector = 0; selector <= 0xffff; selector++) {
        unsigned index = selector | 3;
        bool own = index == USER_CODE || index == USER_DATA;
        if (is_visible(selector) != own)
            remark("selector 0x%x", selector);
        EXPECT(is_visible(selector), own);
    }
}

const struct test segment_tests[] = {
    {"traps: a bad segment kills", trap_bad_segments, 0},
    {"traps: the kernel needs none of the program's segments",
     trap_own_segments, 0},
    {"traps: no far jump reaches the kernel", trap_far_jumps, 0},
    {"traps: no other segments are there", trap_no_other_segments, 0},
    {NULL, NULL, 0},
};
