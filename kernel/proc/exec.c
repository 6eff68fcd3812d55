/*
 * exec.
 *
 * The new memory is built beside the old one, in a page directory of its own,
 * and replaces it only when nothing can fail any more.
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
#include "proc/proc.h"

#include "elf.h"
#include "lib/format.h"
#include "lib/string.h"
#include "mem/usermem.h"
#include "mem/vm.h"
#include "sched/sched.h"
#include "fs/path.h"

enum { MAX_SEGMENTS = 16 };

/* The memory being built. */
struct image {
    pde_t *pgdir;
    uint32_t sz;                // bytes in use, from 0
    uint32_t entry;             // first instruction
    uint32_t sp;                // first stack pointer
};

/*
 * Reads exactly n bytes of the file, from off on, to the kernel's address dst.
 */
static bool
read_exactly(struct inode *ip, void *dst, uint32_t off, size_t n)
{
    return inode_read(ip, NULL, (uintptr_t)dst, off, n) == (int)n;
}

static bool
load_segment(struct image *image, struct inode *ip,
             const struct elf_segment *segment)
{
    uint32_t start = segment->vaddr, end = start + segment->memsz;

    // It must lie on pages of its own, above all before it.
    if (end < start || segment->filesz > segment->memsz ||
        start % PGSIZE != 0 || start < image->sz ||
        allocuvm(image->pgdir, start, end,
                 segment->flags & ELF_PF_W ? PTE_W : 0) == 0)
        return false;
    image->sz = end;
    for (uint32_t done = 0; done < segment->filesz; done += PGSIZE) {
        const pte_t *pte = walkpgdir(image->pgdir, start + done, false);
        uint32_t rest = segment->filesz - done;
        if (!read_exactly(ip, P2V(PTE_ADDR(*pte)), segment->offset + done,
                          rest < PGSIZE ? rest : PGSIZE))
            return false;
    }
    return true;
}

/* Loads all segments.  The entry point must lie in one of them. */
static bool
load_program(struct image *image, struct inode *ip)
{
    struct elf_header elf;
    struct elf_segment segment;
    bool entry_found = false;

    if (!read_exactly(ip, &elf, 0, sizeof(elf)) || elf.magic != ELF_MAGIC ||
        elf.class != ELF_CLASS_32 || elf.data != ELF_DATA_LSB ||
        elf.type != ELF_TYPE_EXEC || elf.machine != ELF_MACHINE_386 ||
        elf.phentsize != sizeof(segment) || elf.phnum > MAX_SEGMENTS)
        return false;
    for (unsigned i = 0; i < elf.phnum; i++) {
        uint32_t off = elf.phoff + i * sizeof(segment);
        if (!read_exactly(ip, &segment, off, sizeof(segment)))
            return false;
        if (segment.type != ELF_PT_LOAD || segment.memsz == 0)
            continue;
        if (!load_segment(image, ip, &segment))
            return false;
        entry_found |= elf.entry - segment.vaddr < segment.memsz;
    }
    image->entry = elf.entry;
    return entry_found;
}

/*
 * Adds the stack, with the arguments on it as for a call of _start(argc, argv):
 *
 *          strings          one page of them at most
 *          NULL
 *          argv[argc - 1] ...
 *          argv[0]
 *          argv
 *   sp ->  argc             at a multiple of 16, for SSE
 */
static bool
make_stack(struct image *image, uintptr_t argv)
{
    uint32_t bottom = PGROUNDUP(image->sz) + PGSIZE;
    uint32_t top = bottom + USER_STACK_PAGES * PGSIZE;
    struct {
        uint32_t argc, argv, args[MAXARG + 1];
    } start;
    uint32_t *arg = start.args;
    uint32_t used = 0;

    if (allocuvm(image->pgdir, bottom, top, PTE_W) == 0)
        return false;
    image->sz = top;
    // The top page, as the kernel sees it: strings arrive at its beginning and
    // are moved to its end.
    char *page = P2V(PTE_ADDR(*walkpgdir(image->pgdir, top - PGSIZE, false)));
    for (;; arg++, argv += sizeof(*arg)) {
        if (arg > &start.args[MAXARG] ||
            copyin(proc->pgdir, arg, argv, sizeof(*arg)) < 0)
            return false;
        if (*arg == 0)
            break;
        int n = copyinstr(proc->pgdir, page, *arg, PGSIZE - used);
        if (n < 0)
            return false;
        used += (uint32_t)n + 1;
        memmove(page + PGSIZE - used, page, (size_t)n + 1);
        *arg = top - used;
    }
    size_t size = (char *)(arg + 1) - (char *)&start;
    image->sp = (top - used - size) & ~15u;
    start.argc = arg - start.args;
    start.argv = image->sp + ((char *)start.args - (char *)&start);
    return copyout(image->pgdir, image->sp, &start, size) == 0;
}

int
exec(const char *path, uintptr_t argv)
{
    struct image image = { .pgdir = setupkvm() };
    struct inode *ip = path_lookup(path);
    bool ok = false;

    if (image.pgdir != NULL && ip != NULL && inode_lock(ip) == 0) {
        // A device would wait for input while we hold its inode.
        ok = ip->d.type == T_FILE && load_program(&image, ip);
        inode_unlock(ip);
    }
    inode_put(ip);
    if (!ok || !make_stack(&image, argv)) {
        // Above image.sz there may be a page table, but no page.
        if (image.pgdir != NULL)
            freevm(image.pgdir, KERNBASE);
        return -1;
    }

    // The point of no return: the process becomes the new program.
    const struct image old = { .pgdir = proc->pgdir, .sz = proc->sz };
    const char *name = path;
    while (*path != '\0')
        if (*path++ == '/')
            name = path;
    snprintf(proc->name, sizeof(proc->name), "%s", name);
    proc->pgdir = image.pgdir;
    proc->sz = proc->heap = image.sz;
    proc->tf->eip = image.entry;
    proc->tf->esp = image.sp;
    pushcli();
    fpu_leave();
    // As after a reset: all registers empty, all exceptions masked.
    proc->fpu = (struct fpu){
        .words = { [FPU_CONTROL] = 0x037f, [FPU_MXCSR] = 0x1f80 }
    };
    switchuvm(proc);
    popcli();
    freevm(old.pgdir, old.sz);
    return 0;
}
