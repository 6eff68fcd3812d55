/*
 * exec of files that are programs more or less.
 *
 * Several workers write the same few files, so one may be changed, or be gone,
 * while exec reads it.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "elf.h"
#include "fcntl.h"
#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

/* A program that only exits, in one segment; a second one holds no bytes. */
static struct {
    struct elf_header header;
    struct elf_segment segments[2];
    uint8_t code[12];
} image;

enum { HEADERS = sizeof(image) - sizeof(image.code) };

static void
make_image(void)
{
    /* pushl $7; pushl $0; movl $2, %eax; int $64 */
    static const uint8_t exit_code[] = {
        0x6a, 7, 0x6a, 0, 0xb8, 2, 0, 0, 0, 0xcd, 64,
    };
    image.header = (struct elf_header){
        .magic = ELF_MAGIC, .class = ELF_CLASS_32, .data = ELF_DATA_LSB,
        .ident_version = 1, .type = ELF_TYPE_EXEC, .machine = ELF_MACHINE_386,
        .version = 1, .entry = HEADERS, .phoff = sizeof(struct elf_header),
        .ehsize = sizeof(struct elf_header),
        .phentsize = sizeof(struct elf_segment), .phnum = 1 + below(2),
    };
    image.segments[0] = (struct elf_segment){
        .type = ELF_PT_LOAD, .filesz = sizeof(image), .memsz = sizeof(image),
        .flags = ELF_PF_R | ELF_PF_X, .align = PGSIZE,
    };
    image.segments[1] = (struct elf_segment){
        .type = ELF_PT_LOAD, .vaddr = PGSIZE * (1 + below(64)),
        .memsz = below(16 * PGSIZE), .flags = ELF_PF_W, .align = PGSIZE,
    };
    memcpy(image.code, exit_code, sizeof(exit_code));
}

/* The code stays as it is: it might come to turn the machine off. */
static void
damage_image(void)
{
    uint32_t *words = (uint32_t *)&image;
    switch (below(5)) {
    case 0:
        break;
    case 1:
        ((uint8_t *)&image)[below(HEADERS)] ^= 1 << below(8);
        break;
    case 2:
        words[below(HEADERS / 4)] = (uint32_t)an_odd_number();
        break;
    case 3:
        words[below(HEADERS / 4)] = PGSIZE * below(8);
        break;
    case 4:
        random_fill(&image, HEADERS);
        if (one_in(2))
            image.header.magic = ELF_MAGIC;
        break;
    }
    // More than there is shows on the way only, and takes long.
    if (image.segments[1].memsz > 4096 * PGSIZE && !one_in(8))
        image.segments[1].memsz %= 4096 * PGSIZE;
}

static void
write_image(const char *path)
{
    size_t n = one_in(8) ? below(sizeof(image)) : sizeof(image);
    int fd = open(path, O_CREATE | O_TRUNC | O_WRONLY);
    make_image();
    damage_image();
    write(fd, &image, n);
    close(fd);
}

/* An array of arguments: none, some, too many, with or without an end. */
static uintptr_t
some_arguments(void)
{
    static uintptr_t list[MAXARG + 2];
    size_t n = one_in(4) ? MAXARG - 1 + below(3) : below(4);
    for (size_t i = 0; i < n; i++)
        list[i] = one_in(8) ? an_address(100) : a_path();
    list[n] = one_in(8) ? (uintptr_t)list : 0;
    if (one_in(8))
        return an_address(sizeof(list));
    if (one_in(4)) {                    // no room for the null at the end
        uintptr_t address = heap_edge() - 4 * n;
        memcpy((void *)address, list, 4 * n);
        return address;
    }
    return (uintptr_t)list;
}

void
exec_something(void)
{
    const char *path = a_name();
    if (one_in(3))
        write_image(path);
    exec(path, (char *const *)some_arguments());
}
