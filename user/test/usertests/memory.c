/* Tests of what user memory looks like: text, data, stack, guard, kernel. */
#include "test.h"

#include <unistd.h>

#include "elf.h"
#include "fcntl.h"
#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

static const char constant[] = "constant data stands with the text";
static char data[2 * PGSIZE] = {1};
static char bss[2 * PGSIZE];

static uintptr_t
stack_bottom(void)
{
    return guard_page() + PGSIZE;
}

/* Can a call put a byte there? */
static int
call_writes(uintptr_t address)
{
    int fds[2];
    EXPECT(pipe(fds), 0);
    EXPECT(write(fds[1], "zz", 2), 2);
    int n = read(fds[0], (void *)address, 1);
    EXPECT(close(fds[0]), 0);
    EXPECT(close(fds[1]), 0);
    return n;
}

/* Can a call take a byte from there? */
static int
call_reads(uintptr_t address)
{
    int fds[2];
    EXPECT(pipe(fds), 0);
    int n = write(fds[1], (void *)address, 1);
    EXPECT(close(fds[0]), 0);
    EXPECT(close(fds[1]), 0);
    return n;
}

/* The first segment of the file is the text, and nothing lies below it. */
static void
text_is_where_linked(void)
{
    struct elf_header header;
    struct elf_segment text;
    int fd = must_open("/usertests", O_RDONLY);
    EXPECT(read(fd, &header, sizeof(header)), sizeof(header));
    EXPECT(lseek(fd, header.phoff, SEEK_SET), header.phoff);
    EXPECT(read(fd, &text, sizeof(text)), sizeof(text));
    EXPECT(outcome(read_byte, text.vaddr), 0);
    EXPECT(call_reads(text.vaddr), 1);
    CHECK((uintptr_t)text_is_where_linked - text.vaddr < text.memsz);
    CHECK((uintptr_t)text_is_where_linked < (uintptr_t)data);
    if (text.vaddr > 0)
        EXPECT(outcome(read_byte, text.vaddr - 1), -1);
}

static void
text_is_read_only(void)
{
    EXPECT(outcome(read_byte, (uintptr_t)text_is_read_only), 0);
    EXPECT(outcome(write_byte, (uintptr_t)text_is_read_only), -1);
}

static void
text_is_refused(void)
{
    uintptr_t text = (uintptr_t)text_is_refused;
    EXPECT(call_reads(text), 1);
    EXPECT(call_writes(text), -1);
}

static void
zero_is_read_only(void)
{
    EXPECT(outcome(write_byte, 0), -1);
    EXPECT(call_writes(0), -1);
}

static void
constants_are_read_only(void)
{
    EXPECT(outcome(write_byte, (uintptr_t)constant), -1);
    EXPECT(call_writes((uintptr_t)constant), -1);
    EXPECT(constant[0], 'c');
}

static void
data_is_writable(void)
{
    EXPECT(data[0], 1);
    for (size_t i = 0; i < sizeof(bss); i++)
        EXPECT(bss[i], 0);
    fill(data, sizeof(data), 1);
    fill(bss, sizeof(bss), 2);
    CHECK(filled(data, sizeof(data), 1));
    CHECK(filled(bss, sizeof(bss), 2));
}

static void
stack_is_whole(void)
{
    uintptr_t bottom = stack_bottom();
    uintptr_t here = (uintptr_t)&bottom;
    CHECK(here > bottom && here < heap_base);
    for (int page = 0; page < USER_STACK_PAGES; page++)
        EXPECT(outcome(read_byte, bottom + page * PGSIZE), 0);
    EXPECT(outcome(write_byte, bottom), 0);
    EXPECT(call_writes(bottom), 1);
}

static void
guard_kills(void)
{
    EXPECT(outcome(read_byte, guard_page()), -1);
    EXPECT(outcome(write_byte, guard_page()), -1);
    EXPECT(outcome(write_byte, guard_page() + PGSIZE - 1), -1);
}

static void
guard_is_refused(void)
{
    EXPECT(call_writes(guard_page()), -1);
    EXPECT(call_writes(guard_page() + PGSIZE - 1), -1);
    EXPECT(call_reads(guard_page()), -1);
    EXPECT(call_reads(guard_page() + PGSIZE - 1), -1);
}

static void
recurse(uintptr_t depth)
{
    volatile char frame[200];
    frame[0] = (char)depth;
    asm volatile("" : : "r"(frame) : "memory");
    if (depth > 0)
        recurse(depth - 1);
    frame[1] = frame[0];
}

static void
stack_overflow(void)
{
    EXPECT(outcome(recurse, 40), 0);
    EXPECT(outcome(recurse, 1000 * 1000), -1);
}

static void
end_of_memory(void)
{
    uintptr_t end = memory_end();
    EXPECT(end % PGSIZE, 0);
    EXPECT(outcome(read_byte, end - 1), 0);
    EXPECT(outcome(read_byte, end), -1);
    EXPECT(outcome(write_byte, end), -1);
    EXPECT(outcome(write_byte, end + 100 * PGSIZE), -1);
}

/* Below, in and above the kernel, and where devices answer. */
static const uintptr_t not_ours[] = {
    KERNBASE - 1, KERNBASE, KERNLINK, KERNBASE + 0xb8000, 0xa0000000,
    TEMPBASE, KSTACKBASE, DEVBASE, 0xfec00000, 0xfee00000, 0xffc00000,
    0xfffff000, 0xffffffff,
};

static void
kernel_is_out_of_reach(void)
{
    for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
        remark("address 0x%lx", (long)not_ours[i]);
        EXPECT(outcome(read_byte, not_ours[i]), -1);
        EXPECT(outcome(write_byte, not_ours[i]), -1);
    }
}

static void
kernel_is_refused(void)
{
    for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
        remark("address 0x%lx", (long)not_ours[i]);
        EXPECT(call_reads(not_ours[i]), -1);
        EXPECT(call_writes(not_ours[i]), -1);
    }
}

static void
jumps_are_caught(void)
{
    EXPECT(outcome(call_code, KERNLINK), -1);
    EXPECT(outcome(call_code, KERNBASE), -1);
    EXPECT(outcome(call_code, 0xfffffff0), -1);
    EXPECT(outcome(call_code, guard_page()), -1);
    EXPECT(outcome(call_code, memory_end()), -1);
}

/* Several processes use the same address for different things. */
static void
keep_own_pattern(int who)
{
    for (int round = 0; round < 5; round++) {
        fill(buffer, sizeof(buffer), who);
        sleep(1);
        CHECK(filled(buffer, sizeof(buffer), who));
    }
}

static void
memory_is_private(void)
{
    together(4, keep_own_pattern);
}

/* The first use of new memory shows nothing of a program that ended. */
static void
leave_a_secret(uintptr_t unused)
{
    (void)unused;
    fill(buffer, sizeof(buffer), 9);
    char *heap = sbrk(100 * PGSIZE);
    fill(heap, 100 * PGSIZE, 9);
}

static void
look_for_secret(uintptr_t unused)
{
    (void)unused;
    char *heap = sbrk(200 * PGSIZE);
    for (int i = 0; i < 200 * PGSIZE; i++)
        EXPECT(heap[i], 0);
}

static void
no_secrets_left(void)
{
    EXPECT(outcome(leave_a_secret, 0), 0);
    EXPECT(outcome(look_for_secret, 0), 0);
}

const struct test memory_tests[] = {
    {"memory: the text begins where it was linked, before the data",
     text_is_where_linked, 0},
    {"memory: a write to text kills", text_is_read_only, UNIX},
    {"memory: a call does not write into text", text_is_refused, UNIX},
    {"memory: a write to address 0 kills", zero_is_read_only, UNIX},
    {"memory: constants cannot be written, by program or call",
     constants_are_read_only, UNIX},
    {"memory: data keeps, bss is zero, both are writable", data_is_writable,
     UNIX},
    {"memory: the stack is 16 KiB, all of it usable", stack_is_whole, 0},
    {"memory: the guard below the stack kills", guard_kills, 0},
    {"memory: calls refuse the guard below the stack", guard_is_refused, 0},
    {"memory: endless recursion kills", stack_overflow, UNIX},
    {"memory: the first byte after the end kills", end_of_memory, UNIX},
    {"memory: touching the kernel or a device kills", kernel_is_out_of_reach,
     0},
    {"memory: calls refuse the kernel's memory", kernel_is_refused, 0},
    {"memory: a jump to where no code is kills", jumps_are_caught, 0},
    {"memory: one address in four processes has four contents",
     memory_is_private, UNIX},
    {"memory: nothing of a program that ended shows", no_secrets_left, UNIX},
    {NULL, NULL, 0},
};
