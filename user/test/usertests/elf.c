/*
 * Tests of exec with programs that are damaged in every way: all of the file is
 * input that somebody may have made.
 */
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf.h"
#include "fcntl.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

enum {
    STATUS = 7,             // what the program exits with
    REFUSED = 99,           // exec returned -1
    TEXT = 0x1000,          // where the program lies: no kernel refuses that
    OFFSET_FAR = 0x3000,    // where the second segment lies, if there is one
};

/* The whole file: a program that does nothing but exit(STATUS). */
static struct {
    struct elf_header header;
    struct elf_segment segments[2];
    uint8_t code[20];
} image;

/* Machine code: pushl $7; pushl $0; movl $2, %eax; int $64 */
static const uint8_t exit_code[] = {
    0x6a, STATUS, 0x6a, 0, 0xb8, 2, 0, 0, 0, 0xcd, 64,
};

static void
make_image(void)
{
    memset(&image, 0, sizeof(image));
    image.header = (struct elf_header){
        .magic = ELF_MAGIC,
        .class = ELF_CLASS_32,
        .data = ELF_DATA_LSB,
        .ident_version = 1,
        .type = ELF_TYPE_EXEC,
        .machine = ELF_MACHINE_386,
        .version = 1,
        .entry = TEXT + (uint32_t)((char *)image.code - (char *)&image),
        .phoff = sizeof(struct elf_header),
        .ehsize = sizeof(struct elf_header),
        .phentsize = sizeof(struct elf_segment),
        .phnum = 1,
    };
    image.segments[0] = (struct elf_segment){
        .type = ELF_PT_LOAD,
        .vaddr = TEXT,
        .filesz = sizeof(image),
        .memsz = sizeof(image),
        .flags = ELF_PF_R | ELF_PF_X,
        .align = PGSIZE,
    };
    memcpy(image.code, exit_code, sizeof(exit_code));
}

/* Adds a second segment, of data: one page of zeros from OFFSET_FAR on. */
static void
add_segment(void)
{
    image.header.phnum = 2;
    image.segments[1] = (struct elf_segment){
        .type = ELF_PT_LOAD,
        .vaddr = OFFSET_FAR,
        .memsz = PGSIZE,
        .flags = ELF_PF_R | ELF_PF_W,
        .align = PGSIZE,
    };
}

/* Runs the image's first size bytes as a program; its status, or REFUSED. */
static int
run_part(size_t size)
{
    const char *argv[] = {"prog", NULL};
    int fd = must_open("prog", O_CREATE | O_TRUNC | O_WRONLY);
    EXPECT(write(fd, &image, size), size);
    EXPECT(close(fd), 0);
    int pid = spawn();
    if (pid == 0) {
        EXPECT(exec("prog", (char *const *)argv), -1);
        exit(REFUSED);
    }
    return reap(pid);
}

static int
run_image(void)
{
    return run_part(sizeof(image));
}

static void
elf_sound(void)
{
    make_image();
    EXPECT(run_image(), STATUS);
    add_segment();
    EXPECT(run_image(), STATUS);
}

static void
elf_magic(void)
{
    make_image();
    image.header.magic ^= 1;
    EXPECT(run_image(), REFUSED);
    image.header.magic = 0;
    EXPECT(run_image(), REFUSED);
}

static void
elf_class(void)
{
    make_image();
    image.header.class = 2;
    EXPECT(run_image(), REFUSED);
    make_image();
    image.header.data = 2;
    EXPECT(run_image(), REFUSED);
}

static void
elf_machine(void)
{
    static const uint16_t others[] = {0, 2, 40, 62, 183, 243, 0xffff};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        make_image();
        image.header.machine = others[i];
        EXPECT(run_image(), REFUSED);
    }
}

static void
elf_type(void)
{
    static const uint16_t others[] = {0, 1, 3, 4, 0xffff};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        make_image();
        image.header.type = others[i];
        EXPECT(run_image(), REFUSED);
    }
}

static void
elf_entry(void)
{
    static const uint32_t outside[] = {
        0, TEXT - 1, TEXT + PGSIZE, 0x5000, 0x10000000, KERNBASE, KERNLINK,
        0xffffffff,
    };
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        make_image();
        image.header.entry = outside[i];
        remark("entry 0x%x", outside[i]);
        EXPECT(run_image(), REFUSED);
    }
}

static void
elf_header_count(void)
{
    make_image();
    image.header.phnum = 0;
    EXPECT(run_image(), REFUSED);
    image.header.phnum = 0xffff;
    EXPECT(run_image(), REFUSED);
    image.header.phnum = 1000;
    EXPECT(run_image(), REFUSED);
}

static void
elf_header_size(void)
{
    static const uint16_t others[] = {0, 1, 31, 33, 56, 0xffff};
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        make_image();
        image.header.phentsize = others[i];
        EXPECT(run_image(), REFUSED);
    }
}

static void
elf_header_offset(void)
{
    static const uint32_t others[] = {
        sizeof(image), sizeof(image) - 31, 0x10000, 0x7fffffff, 0x80000000,
        0xfffffff0, 0xffffffff,
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        make_image();
        image.header.phoff = others[i];
        remark("phoff 0x%x", others[i]);
        EXPECT(run_image(), REFUSED);
    }
}

static void
elf_truncated(void)
{
    static const size_t sizes[] = {
        0, 1, 4, 20, sizeof(struct elf_header) - 1, sizeof(struct elf_header),
        sizeof(struct elf_header) + 31, sizeof(image) - 1,
    };
    make_image();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        remark("%d bytes", (int)sizes[i]);
        EXPECT(run_part(sizes[i]), REFUSED);
    }
}

static void
elf_more_file_than_memory(void)
{
    make_image();
    image.segments[0].memsz = sizeof(image) - 1;
    EXPECT(run_image(), REFUSED);
    image.segments[0].memsz = 0;
    EXPECT(run_image(), REFUSED);
}

static void
elf_more_than_the_file(void)
{
    make_image();
    image.segments[0].filesz = image.segments[0].memsz = PGSIZE;
    EXPECT(run_image(), REFUSED);
    make_image();
    image.segments[0].offset = PGSIZE;
    EXPECT(run_image(), REFUSED);
    image.segments[0].offset = 0x80000000;
    EXPECT(run_image(), REFUSED);
    image.segments[0].offset = 0xfffff000;
    EXPECT(run_image(), REFUSED);
}

/* Gives the second segment this place, and runs the whole. */
static int
run_with_second(uint32_t vaddr, uint32_t memsz)
{
    make_image();
    add_segment();
    image.segments[1].vaddr = vaddr;
    image.segments[1].memsz = memsz;
    remark("segment of 0x%x bytes at 0x%x", memsz, vaddr);
    return run_image();
}

static void
elf_in_the_kernel(void)
{
    EXPECT(run_with_second(KERNBASE, PGSIZE), REFUSED);
    EXPECT(run_with_second(KERNLINK, PGSIZE), REFUSED);
    EXPECT(run_with_second(0xfee00000, PGSIZE), REFUSED);
    EXPECT(run_with_second(KERNBASE - PGSIZE, 2 * PGSIZE), REFUSED);
    EXPECT(run_with_second(OFFSET_FAR, KERNBASE), REFUSED);
    EXPECT(run_with_second(KERNBASE - PGSIZE, PGSIZE), REFUSED);
}

static void
elf_wraps(void)
{
    EXPECT(run_with_second(0xfffff000, PGSIZE), REFUSED);
    EXPECT(run_with_second(0xfffff000, 2 * PGSIZE), REFUSED);
    EXPECT(run_with_second(OFFSET_FAR, 0xffffffff), REFUSED);
    EXPECT(run_with_second(OFFSET_FAR, 0u - OFFSET_FAR), REFUSED);
    EXPECT(run_with_second(OFFSET_FAR, 0x1000u - OFFSET_FAR), REFUSED);
}

static void
elf_overlaps(void)
{
    EXPECT(run_with_second(TEXT, PGSIZE), REFUSED);
    make_image();
    image.segments[0].memsz = 4 * PGSIZE;
    add_segment();
    EXPECT(run_image(), REFUSED);
}

static void
elf_nothing_to_load(void)
{
    make_image();
    image.segments[0].type = 4;
    EXPECT(run_image(), REFUSED);
    image.segments[0].type = 0;
    EXPECT(run_image(), REFUSED);
}

/* Other kinds of segment are notes to somebody else, whatever they say. */
static void
elf_other_segments(void)
{
    make_image();
    add_segment();
    memset(&image.segments[1], 0xff, sizeof(image.segments[1]));
    image.segments[1].type = 0x6474e551;
    EXPECT(run_image(), STATUS);
}

/*
 * Exits with a byte from the middle of the second segment: movzbl 0x3800, %eax;
 * pushl %eax; pushl $0; movl $2, %eax; int $64
 */
static const uint8_t peek_code[] = {
    0x0f, 0xb6, 0x05, 0x00, 0x38, 0, 0, 0x50, 0x6a, 0, 0xb8, 2, 0, 0, 0, 0xcd,
    64,
};

static void
elf_bss_is_zero(void)
{
    make_image();
    add_segment();
    memcpy(image.code, peek_code, sizeof(peek_code));
    EXPECT(run_image(), 0);
    image.segments[1].filesz = 4;
    EXPECT(run_image(), 0);
}

/*
 * One byte of the headers is changed: exec refuses the program, or it runs, or
 * dies.  The kernel must be as well afterwards as before.
 */
static void
elf_damaged(void)
{
    enum { HEADERS = sizeof(struct elf_header) + sizeof(struct elf_segment) };
    unsigned random = 12345;
    for (int i = 0; i < 100; i++) {
        make_image();
        random = random * 1103515245 + 12345;
        unsigned where = (random >> 8) % HEADERS;
        ((uint8_t *)&image)[where] ^= (uint8_t)(random >> 24 | 1);
        run_image();
    }
    make_image();
    EXPECT(run_image(), STATUS);
}

/* One of these is larger than all memory, which shows only on the way. */
static void
elf_returns_memory(void)
{
    int pages = count_pages();
    for (int i = 0; i < 2; i++) {
        EXPECT(run_with_second(TEXT, PGSIZE), REFUSED);
        EXPECT(run_with_second(OFFSET_FAR, 0x7ff00000), REFUSED);
        EXPECT(run_with_second(KERNBASE, PGSIZE), REFUSED);
        EXPECT(run_with_second(5 << 20, 0x7f000000), REFUSED);
        EXPECT(run_with_second(OFFSET_FAR, PGSIZE), STATUS);
    }
    EXPECT(count_pages(), pages);
}

static void
elf_removed_while_it_runs(void)
{
    make_image();
    for (int i = 0; i < 10; i++) {
        int fd = must_open("prog", O_CREATE | O_TRUNC | O_WRONLY);
        EXPECT(write(fd, &image, sizeof(image)), sizeof(image));
        EXPECT(close(fd), 0);
        int pid = spawn();
        if (pid == 0) {
            const char *argv[] = {"prog", NULL};
            exec("prog", (char *const *)argv);
            exit(REFUSED);
        }
        EXPECT(unlink("prog"), 0);
        int status = reap(pid);
        CHECK(status == STATUS || status == REFUSED);
    }
}

static void
elf_without_arguments(void)
{
    char *none[] = {NULL};
    make_image();
    EXPECT(run_image(), STATUS);        // which leaves the file there
    int pid = spawn();
    if (pid == 0)
        exec("prog", none);
    EXPECT(reap(pid), STATUS);
}

static void
elf_within_page(void)
{
    EXPECT(run_with_second(OFFSET_FAR + 16, PGSIZE), REFUSED);
    EXPECT(run_with_second(OFFSET_FAR + PGSIZE - 1, PGSIZE), REFUSED);
}

static void
elf_out_of_order(void)
{
    make_image();
    add_segment();
    struct elf_segment first = image.segments[0];
    image.segments[0] = image.segments[1];
    image.segments[1] = first;
    EXPECT(run_image(), REFUSED);
}

const struct test elf_tests[] = {
    {"elf: a program of 136 bytes runs", elf_sound, 0},
    {"elf: bad magic number", elf_magic, 0},
    {"elf: for 64 bits, or with the high byte first", elf_class, 0},
    {"elf: for another machine", elf_machine, 0},
    {"elf: not an executable", elf_type, 0},
    {"elf: entry outside the text", elf_entry, 0},
    {"elf: none or too many program headers", elf_header_count, 0},
    {"elf: program headers of another size", elf_header_size, 0},
    {"elf: program headers not in the file", elf_header_offset, 0},
    {"elf: a file cut short", elf_truncated, 0},
    {"elf: a segment larger in the file than in memory",
     elf_more_file_than_memory, 0},
    {"elf: a segment that the file does not hold", elf_more_than_the_file, 0},
    {"elf: a segment in the kernel's half", elf_in_the_kernel, 0},
    {"elf: a segment that wraps around", elf_wraps, 0},
    {"elf: segments that overlap", elf_overlaps, 0},
    {"elf: nothing to load", elf_nothing_to_load, 0},
    {"elf: other kinds of segment are skipped", elf_other_segments, 0},
    {"elf: memory that the file does not fill is zero", elf_bss_is_zero, 0},
    {"elf: a hundred damaged headers", elf_damaged, 0},
    {"elf: gives the memory back when it refuses", elf_returns_memory, 0},
    {"elf: the file may be removed while the program runs",
     elf_removed_while_it_runs, 0},
    {"elf: a program runs without arguments", elf_without_arguments, 0},
    {"elf: a segment that begins within a page", elf_within_page, 0},
    {"elf: segments out of order", elf_out_of_order, 0},
    {NULL, NULL, 0},
};
