/* Arguments for system calls: good ones, and those that hurt. */
#include "fuzz.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/limits.h"
#include "x86/memlayout.h"
#include "x86/mmu.h"

enum { LONG_PATH = 10000 };

uintptr_t heap_start, heap_end;

bool
arena_start(void)
{
    heap_start = (uintptr_t)sbrk(ARENA);
    if ((intptr_t)heap_start == -1)
        return false;
    heap_end = heap_start + ARENA;
    random_fill((void *)heap_start, ARENA);
    return true;
}

uintptr_t
heap_edge(void)
{
    return PGROUNDUP(heap_end);
}

uintptr_t
stack_bottom(void)
{
    return heap_start - USER_STACK_PAGES * PGSIZE;
}

/* Hides from the compiler what an address belongs to. */
static char *
bytes_at(uintptr_t address)
{
    asm("" : "+r"(address));
    return (char *)address;
}

/* ---- Numbers ---- */

int
an_odd_number(void)
{
    static const uint32_t odd[] = {
        0, 1, 0xffffffff, 0x7fffffff, 0x80000000, 0x80000001, 0xfffff000,
        0x7ffff000, KERNBASE - 1, KERNLINK, 0x10000, 0xffff, 0x7fff, 16, 255,
    };
    return one_in(4) ? (int)random_word() : (int)ONE_OF(odd);
}

int
a_descriptor(void)
{
    return one_in(16) ? an_odd_number() : (int)below(NOFILE);
}

size_t
a_length(void)
{
    switch (below(8)) {
    case 0:
        return below(3);
    case 1:
        return PGSIZE - 2 + below(4);
    case 2:
        return one_in(8) ? below(ARENA / 4) : below(2 * PGSIZE);
    default:
        return below(200);
    }
}

/* ---- Addresses ---- */

uintptr_t
an_address(size_t n)
{
    static const uintptr_t far[] = {
        KERNBASE, KERNLINK, TEMPBASE, KSTACKBASE, DEVBASE, LAPIC,
    };
    uintptr_t guard = stack_bottom() - PGSIZE;

    switch (below(20)) {
    case 0:                             // up to the heap's last byte
        return heap_edge() - n;
    case 1:                             // and beyond
        return heap_edge() - below(n);
    case 2:                             // text, where reading is allowed
        return below(PGSIZE);
    case 3:
        return guard + below(PGSIZE);
    case 4:                             // the part of the stack not in use
        return n <= PGSIZE ? stack_bottom() : guard;
    case 5:
        return KERNBASE - below(n + 1);
    case 6:
        return ONE_OF(far) + below(3 * PGSIZE);
    case 7:                             // wraps around to text
        return 0 - (uintptr_t)below(n + 1);
    case 8:                             // the arguments themselves
        return n <= sizeof(block) ? (uintptr_t)block : KERNBASE;
    case 9:
        return random_word() | 0x40000000;
    default:
        return heap_start + below(heap_end - heap_start - n);
    }
}

/* ---- Paths ---- */

const char *
a_name(void)
{
    static const char *const names[] = {
        "a", "b", "c", "d", "exactly-14-xyz",
    };
    return ONE_OF(names);
}

static char path[LONG_PATH + 1];

/* Names joined by slashes.  ".." follows a name: no path leaves the folder. */
static uintptr_t
join_names(void)
{
    static const char *const joints[] = {"/", "/", "//", "/./", "/../"};
    int depth = 1 + (int)below(8) / 6;
    size_t end = 0;
    path[0] = '\0';
    if (one_in(4))
        end = (size_t)snprintf(path, sizeof(path), "%s/", folder);
    while (depth-- > 0) {
        strlcpy(path + end, a_name(), sizeof(path) - end);
        end += strlen(path + end);
        if (depth > 0)
            strlcpy(path + end, ONE_OF(joints), sizeof(path) - end);
        end += strlen(path + end);
    }
    return (uintptr_t)path;
}

static uintptr_t
long_path(void)
{
    static const char *const patterns[] = {"a", "/", "a/", "./", "a/../"};
    const char *pattern = ONE_OF(patterns);
    size_t length = one_in(2) ? LONG_PATH : MAXPATH - 3 + below(6);
    for (size_t i = 0; i < length; i++)
        path[i] = pattern[i % strlen(pattern)];
    path[length] = '\0';
    return (uintptr_t)path;
}

/* A name at the heap's end: its zero is the last byte, or behind the end. */
static uintptr_t
path_at_end(void)
{
    const char *name = a_name();
    size_t n = strlen(name) + below(2);
    uintptr_t address = heap_edge() - n;
    memcpy(bytes_at(address), name, n);
    return address;
}

uintptr_t
a_path(void)
{
    static const char *const odd[] = {
        "", ".", "/", "///", "a/", "a/.", "fifteen-chars-x", "\x01\xff",
        "a/b/c/d/a", " ", "no-such/file",
    };
    switch (below(12)) {
    case 0:
        return (uintptr_t)ONE_OF(odd);
    case 1:
        return long_path();
    case 2:
        return path_at_end();
    case 3:
        return an_address(PGSIZE);
    default:
        return join_names();
    }
}
