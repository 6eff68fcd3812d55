/* The parts of the ELF format ("System V ABI, Object Files") that we load. */
#pragma once

#include <stdint.h>

enum {
    ELF_MAGIC = 0x464c457f,     // "\x7fELF" as a little-endian word
    ELF_CLASS_32 = 1, ELF_DATA_LSB = 1,
    ELF_TYPE_EXEC = 2, ELF_MACHINE_386 = 3,
    ELF_PT_LOAD = 1,
    ELF_PF_X = 1, ELF_PF_W = 2, ELF_PF_R = 4,
};

struct elf_header {
    uint32_t magic;
    uint8_t class, data, ident_version, ident_rest[9];
    uint16_t type, machine;
    uint32_t version, entry, phoff, shoff, flags;
    uint16_t ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};

struct elf_segment {
    uint32_t type, offset, vaddr, paddr, filesz, memsz, flags, align;
};

_Static_assert(sizeof(struct elf_header) == 52, "ELF header");
_Static_assert(sizeof(struct elf_segment) == 32, "ELF program header");
