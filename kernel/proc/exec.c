/*
 * exec.
 *
 * The new memory is built beside the old one, in a page directory of its own, and
 * replaces it only when nothing can fail any more.
 *
 *   sz ->  +-----------------+
 *          | stack           | USER_STACK_PAGES; at its top the arguments
 *          +-----------------+
 *          | guard           | not mapped: an overflow of the stack faults
 *          +-----------------+
 *          | data            | its pages may be written
 *          +-----------------+
 *          | text            | read-only
 *      0   +-----------------+
 *
 * All of the file is input: each number in it is checked before it is used.
 */
#include "proc/exec.h"

#include <stdbool.h>
#include <stdint.h>

#include "elf.h"
#include "stat.h"
#include "lib/string.h"
#include "mem/kalloc.h"
#include "mem/usermem.h"
#include "mem/vm.h"
#include "sched/fpu.h"
#include "sched/sched.h"
#include "fs/inode.h"
#include "fs/path.h"

enum { MAX_SEGMENTS = 16, STACK_SIZE = USER_STACK_PAGES * PGSIZE };

/* The memory being built. */
struct image {
    pde_t *pgdir;
    uint32_t sz;                // bytes in use, from 0
    uint32_t entry;             // first instruction
    uint32_t sp;                // first stack pointer
};

/* Reads exactly n bytes of the file into kernel memory. */
static bool
read_exactly(struct inode *ip, void *dst, uint32_t off, size_t n)
{
    return inode_read(ip, NULL, (uintptr_t)dst, off, n) == (int)n;
}

static bool
header_ok(const struct elf_header *elf)
{
    return elf->magic == ELF_MAGIC && elf->class == ELF_CLASS_32 &&
           elf->data == ELF_DATA_LSB && elf->type == ELF_TYPE_EXEC &&
           elf->machine == ELF_MACHINE_386 &&
           elf->phentsize == sizeof(struct elf_segment) &&
           elf->phnum > 0 && elf->phnum <= MAX_SEGMENTS;
}

/* Does the segment lie on pages of its own, above all before it? */
static bool
segment_ok(const struct elf_segment *segment, uint32_t sz)
{
    return segment->filesz <= segment->memsz &&
           segment->memsz <= KERNBASE &&
           segment->vaddr <= KERNBASE - segment->memsz &&
           segment->vaddr % PGSIZE == 0 && segment->vaddr >= sz;
}

static bool
load_segment(struct image *image, struct inode *ip,
             const struct elf_segment *segment)
{
    uint32_t end = segment->vaddr + segment->memsz;

    if (!segment_ok(segment, image->sz))
        return false;
    // Writable while the file is read into it.
    if (allocuvm(image->pgdir, segment->vaddr, end, PTE_W) == 0)
        return false;
    image->sz = end;
    if (inode_read(ip, image->pgdir, segment->vaddr, segment->offset,
                   segment->filesz) != (int)segment->filesz)
        return false;
    if (!(segment->flags & ELF_PF_W))
        protectuvm(image->pgdir, segment->vaddr, segment->memsz);
    return true;
}

/* Loads all segments.  The entry point must lie in one of them. */
static bool
load_program(struct image *image, struct inode *ip)
{
    struct elf_header elf;
    bool entry_found = false;

    if (!read_exactly(ip, &elf, 0, sizeof(elf)) || !header_ok(&elf))
        return false;
    for (unsigned i = 0; i < elf.phnum; i++) {
        struct elf_segment segment;
        uint32_t off = elf.phoff + i * sizeof(segment);
        if (off < elf.phoff || !read_exactly(ip, &segment, off, sizeof(segment)))
            return false;
        if (segment.type != ELF_PT_LOAD || segment.memsz == 0)
            continue;
        if (!load_segment(image, ip, &segment))
            return false;
        if (elf.entry - segment.vaddr < segment.memsz)
            entry_found = true;
    }
    image->entry = elf.entry;
    return entry_found;
}

static bool
load_file(struct image *image, const char *path)
{
    struct inode *ip = path_lookup(path);
    bool ok = false;

    if (ip == NULL)
        return false;
    if (inode_lock(ip) == 0) {
        // A device would wait for input while we hold its inode.
        ok = ip->type == T_FILE && load_program(image, ip);
        inode_unlock(ip);
    }
    inode_put(ip);
    return ok;
}

static bool
add_stack(struct image *image)
{
    uint32_t bottom = PGROUNDUP(image->sz) + PGSIZE;
    uint32_t top = bottom + STACK_SIZE;

    if (allocuvm(image->pgdir, bottom, top, PTE_W) == 0)
        return false;
    image->sz = top;
    return true;
}

/*
 * Copies the string at address `string` of the old memory to below the new stack
 * pointer, by way of a page of the kernel's.
 */
static bool
push_string(struct image *image, uintptr_t string, char *page)
{
    int length = copyinstr(proc->pgdir, page, string, PGSIZE);

    // What is left of the stack must do for the words and for the program.
    if (length < 0 || image->sp - length < image->sz - STACK_SIZE / 2)
        return false;
    image->sp -= (uint32_t)length + 1;
    return copyout(image->pgdir, image->sp, page, (size_t)length + 1) == 0;
}

/*
 * Puts the arguments on the stack as for a call of _start(argc, argv):
 *
 *          strings
 *          NULL
 *          argv[argc - 1] ...
 *          argv[0]
 *          argv
 *   sp ->  argc             at a multiple of 16, for SSE
 */
static bool
push_arguments(struct image *image, uintptr_t argv, char *page)
{
    uint32_t words[2 + MAXARG + 1];
    uint32_t argc = 0;
    uintptr_t string;

    image->sp = image->sz;
    for (;; argc++) {
        uintptr_t next = argv + argc * sizeof(string);
        if (copyin(proc->pgdir, &string, next, sizeof(string)) < 0)
            return false;
        if (string == 0)
            break;
        if (argc == MAXARG || !push_string(image, string, page))
            return false;
        words[2 + argc] = image->sp;
    }
    words[2 + argc] = 0;
    size_t size = (2 + argc + 1) * sizeof(words[0]);
    image->sp = (image->sp - size) & ~15u;
    words[0] = argc;
    words[1] = image->sp + 2 * sizeof(words[0]);
    return copyout(image->pgdir, image->sp, words, size) == 0;
}

/* The point of no return: the process becomes the new program. */
static void
switch_to(const struct image *image, const char *path)
{
    pde_t *old_pgdir = proc->pgdir;
    uint32_t old_sz = proc->sz;
    const char *name = path;

    for (const char *s = path; *s != '\0'; s++)
        if (*s == '/')
            name = s + 1;
    strlcpy(proc->name, name, sizeof(proc->name));
    proc->pgdir = image->pgdir;
    proc->sz = image->sz;
    proc->heap = image->sz;
    proc->tf->eip = image->entry;
    proc->tf->esp = image->sp;
    fpu_reset();
    pushcli();
    switchuvm(proc);
    popcli();
    freevm(old_pgdir, old_sz);
}

int
exec(const char *path, uintptr_t argv)
{
    struct image image = { .pgdir = setupkvm() };
    char *page = kalloc();
    bool ok = image.pgdir != NULL && page != NULL &&
              load_file(&image, path) && add_stack(&image) &&
              push_arguments(&image, argv, page);

    if (page != NULL)
        kfree(page);
    if (ok)
        switch_to(&image, path);
    else if (image.pgdir != NULL)
        freevm(image.pgdir, image.sz);
    return ok ? 0 : -1;
}
