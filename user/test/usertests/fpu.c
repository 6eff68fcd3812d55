/*
 * Tests of floating point: the x87 and SSE registers belong to one process.
 *
 * Only assembly touches the registers here, and each test gives control away by
 * calls of the system, so that the compiler has nothing of its own in them.
 */
#include "fpu.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/limits.h"

enum {
    NEW_CONTROL = 0x37f,        // x87: all exceptions masked, 64-bit mantissa
    NEW_MXCSR = 0x1f80,         // SSE: all exceptions masked
    X87_DIVIDE = 0x004,         // x87: the mask of division by zero
    MXCSR_DIVIDE = 0x200,       // SSE: the same
};

struct vector {
    uint32_t word[4];
};

static void
load_x87(int64_t value)
{
    asm volatile("fninit; fildll %0; fildll %0; fildll %0" : : "m"(value));
}

static int64_t
store_x87(void)
{
    int64_t value;
    asm volatile("fistpll %0" : "=m"(value));
    return value;
}

static void
load_sse(const struct vector *v)
{
    asm volatile("movups %0, %%xmm0; movups %0, %%xmm3; movups %0, %%xmm7"
                 : : "m"(*v));
}

static void
store_sse(struct vector v[3])
{
    asm volatile("movups %%xmm0, %0; movups %%xmm3, %1; movups %%xmm7, %2"
                 : "=m"(v[0]), "=m"(v[1]), "=m"(v[2]));
}

static uint16_t
get_control(void)
{
    uint16_t control;
    asm volatile("fnstcw %0" : "=m"(control));
    return control;
}

static void
set_control(uint16_t control)
{
    asm volatile("fldcw %0" : : "m"(control));
}

static uint32_t
get_mxcsr(void)
{
    uint32_t mxcsr;
    asm volatile("stmxcsr %0" : "=m"(mxcsr));
    return mxcsr;
}

static void
set_mxcsr(uint32_t mxcsr)
{
    asm volatile("ldmxcsr %0" : : "m"(mxcsr));
}

static struct vector
vector_of(int seed)
{
    struct vector v = {{seed, seed * 3 + 1, ~seed, seed << 16}};
    return v;
}

void
fpu_spoil(int seed)
{
    struct vector v = vector_of(seed + 1000);
    load_x87(seed + 1000);
    load_sse(&v);
    set_control(0x27f);
    set_mxcsr(NEW_MXCSR | 0x6000);
}

bool
fpu_is_new(void)
{
    static const struct vector zero;
    struct vector v[3];
    uint16_t status;
    asm volatile("fnstsw %0" : "=m"(status));
    store_sse(v);
    for (int i = 0; i < 3; i++)
        if (memcmp(&v[i], &zero, sizeof(zero)) != 0)
            return false;
    return status == 0 && get_control() == NEW_CONTROL &&
        get_mxcsr() == NEW_MXCSR;
}

static void
expect_sse(int seed)
{
    struct vector v[3];
    store_sse(v);
    struct vector wanted = vector_of(seed);
    for (int i = 0; i < 3; i++)
        EXPECT(memcmp(&v[i], &wanted, sizeof(wanted)), 0);
}

static void
expect_x87(int64_t value)
{
    for (int i = 0; i < 3; i++)
        EXPECT(store_x87(), value);
}

/* ---- Several processes ---- */

static void
x87_over_sleep(int who)
{
    for (int round = 0; round < 4; round++) {
        load_x87(who * 100 + round);
        sleep(1);
        expect_x87(who * 100 + round);
    }
}

static void
fpu_x87_is_private(void)
{
    together(4, x87_over_sleep);
}

static void
sse_over_sleep(int who)
{
    for (int round = 0; round < 4; round++) {
        struct vector v = vector_of(who * 100 + round);
        load_sse(&v);
        sleep(1);
        expect_sse(who * 100 + round);
    }
}

static void
fpu_sse_is_private(void)
{
    together(4, sse_over_sleep);
}

/* No call at all: only the clock takes the CPU away. */
static void
sse_over_preemption(int who)
{
    struct vector v = vector_of(who + 7);
    for (int round = 0; round < 3; round++) {
        load_sse(&v);
        load_x87(who);
        for (volatile int i = 0; i < 2 * 1000 * 1000; i++)
            continue;
        expect_sse(who + 7);
        expect_x87(who);
    }
}

static void
fpu_survives_preemption(void)
{
    together(4, sse_over_preemption);
}

static void
control_over_sleep(int who)
{
    uint16_t control = NEW_CONTROL & ~(who << 10);
    uint32_t mxcsr = NEW_MXCSR | who << 13;
    set_control(control);
    set_mxcsr(mxcsr);
    for (int round = 0; round < 4; round++) {
        sleep(1);
        EXPECT(get_control(), control);
        EXPECT(get_mxcsr(), mxcsr);
    }
}

static void
fpu_control_is_private(void)
{
    together(4, control_over_sleep);
}

static void
fpu_fork_copies(void)
{
    struct vector v = vector_of(55);
    load_sse(&v);
    load_x87(77);
    int pid = spawn();
    if (pid == 0) {
        expect_sse(55);
        expect_x87(77);
        return;
    }
    expect_sse(55);
    expect_x87(77);
    EXPECT(reap(pid), 0);
}

static void
fpu_fork_parts(void)
{
    struct vector v = vector_of(55);
    load_sse(&v);
    load_x87(77);
    int pid = spawn();
    if (pid == 0) {
        fpu_spoil(3);
        return;
    }
    EXPECT(reap(pid), 0);
    expect_sse(55);
    expect_x87(77);
}

static void
fpu_survives_calls(void)
{
    int fds[2];
    struct vector v = vector_of(66);
    EXPECT(pipe(fds), 0);
    load_sse(&v);
    load_x87(88);
    int total = write(fds[1], buffer, 4000);
    total += read(fds[0], buffer, 4000);
    total += mkdir("d");
    expect_sse(66);
    expect_x87(88);
    EXPECT(total, 8000);
}

/* ---- Arithmetic and exceptions ---- */

static void
fpu_computes(void)
{
    int two = 2;
    uint64_t root;
    asm volatile("fninit; fildl %1; fsqrt; fstpl %0"
                 : "=m"(root) : "m"(two));
    CHECK(root == 0x3ff6a09e667f3bcd);
    float half[2] = {0.5f, 0};
    asm volatile("movss %0, %%xmm1; mulss %%xmm1, %%xmm1; movss %%xmm1, %1"
                 : : "m"(half[0]), "m"(half[1]) : "memory");
    CHECK(half[1] == 0.25f);
}

static void
x87_divide_by_zero(uintptr_t unmask)
{
    asm volatile("fninit");
    if (unmask)
        set_control(NEW_CONTROL & ~X87_DIVIDE);
    asm volatile("fld1; fldz; fdivrp; fwait; fstp %st(0)");
}

static void
fpu_x87_exception(void)
{
    EXPECT(outcome(x87_divide_by_zero, false), 0);
    EXPECT(outcome(x87_divide_by_zero, true), -1);
}

static void
sse_divide_by_zero(uintptr_t unmask)
{
    static const float one = 1, zero = 0;
    if (unmask)
        set_mxcsr(NEW_MXCSR & ~MXCSR_DIVIDE);
    asm volatile("movss %0, %%xmm0; divss %1, %%xmm0" : : "m"(one), "m"(zero));
}

/*
 * QEMU's emulated CPU leaves out SSE exceptions and the check of mxcsr; others
 * kill.  In both cases everybody else must be well afterwards.
 */
static void
fpu_sse_exception(void)
{
    EXPECT(outcome(sse_divide_by_zero, false), 0);
    int status = outcome(sse_divide_by_zero, true);
    CHECK(status == -1 || status == 0);
    EXPECT(outcome(sse_divide_by_zero, false), 0);
}

static void
set_reserved_mxcsr(uintptr_t bits)
{
    set_mxcsr(bits);
}

static void
fpu_reserved_bits(void)
{
    EXPECT(outcome(set_reserved_mxcsr, NEW_MXCSR), 0);
    int status = outcome(set_reserved_mxcsr, 0xffff0000);
    CHECK(status == -1 || status == 0);
    EXPECT(outcome(set_reserved_mxcsr, NEW_MXCSR), 0);
}

/*
 * An x87 exception waits for the next x87 instruction.  Meanwhile others run:
 * it must not meet one of theirs.
 */
static void
x87_pending(uintptr_t unused)
{
    (void)unused;
    asm volatile("fninit");
    set_control(NEW_CONTROL & ~X87_DIVIDE);
    asm volatile("fld1; fldz; fdivrp");
    sleep(6);
    asm volatile("fwait");
}

static void
use_x87(int who)
{
    for (int i = 0; i < 200; i++) {
        load_x87(who + i);
        asm volatile("fwait");
        getpid();
        expect_x87(who + i);
        if (i % 50 == 0)
            sleep(1);
    }
}

static void
fpu_pending_exception(void)
{
    int pid = spawn();
    if (pid == 0) {
        x87_pending(0);
        return;
    }
    sleep(2);
    int others = spawn();
    if (others == 0) {
        together(3, use_x87);
        return;
    }
    for (int i = 0; i < 2; i++) {
        int status;
        int ended = wait(&status);
        EXPECT(status, ended == pid ? -1 : 0);
    }
}

/* A process that ends with values in the registers leaves none to the next. */
static void
fpu_no_secrets(void)
{
    for (int i = 0; i < 10; i++) {
        int pid = spawn();
        if (pid == 0) {
            fpu_spoil(i);
            return;
        }
        EXPECT(reap(pid), 0);
        struct vector v[3];
        store_sse(v);
        struct vector secret = vector_of(i + 1000);
        CHECK(memcmp(&v[0], &secret, sizeof(secret)) != 0);
    }
}

const struct test fpu_tests[] = {
    {"fpu: computes", fpu_computes, UNIX},
    {"fpu: the x87 registers are private", fpu_x87_is_private, UNIX},
    {"fpu: the SSE registers are private", fpu_sse_is_private, UNIX},
    {"fpu: the control words are private", fpu_control_is_private, UNIX},
    {"fpu: the registers survive preemption", fpu_survives_preemption, UNIX},
    {"fpu: the registers survive calls", fpu_survives_calls, 0},
    {"fpu: fork copies the registers", fpu_fork_copies, 0},
    {"fpu: what the child does to its registers is its own", fpu_fork_parts,
     0},
    {"fpu: nothing is left of a process that ended", fpu_no_secrets, UNIX},
    {"fpu: an x87 exception kills, if unmasked", fpu_x87_exception, UNIX},
    {"fpu: an SSE exception kills at most its process", fpu_sse_exception,
     UNIX},
    {"fpu: reserved bits of mxcsr kill at most their process",
     fpu_reserved_bits, UNIX},
    {"fpu: a pending exception stays with its process",
     fpu_pending_exception, UNIX},
    {NULL, NULL, 0},
};
