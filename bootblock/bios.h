/* What the assembly half of the boot block gives to the C half. */
#pragma once

#include <stdint.h>
#include "fs.h"

/* Registers of a BIOS call, in the order of pushfl and pushal. */
struct bios_registers {
    uint32_t edi, esi, ebp, unused, ebx, edx, ecx, eax;
    uint32_t eflags;
};

_Static_assert(sizeof(struct bios_registers) == 36, "bios_call");

enum { FL_CARRY = 0x1 };            // in eflags: the BIOS's sign of failure

/*
 * Runs BIOS interrupt `number` with the registers given, and stores what it
 * leaves in them.  `registers`, and what they point to, lies below 64 KB.
 */
void bios_call(uint32_t number, struct bios_registers *registers);

/* Prints why Lectern cannot start, on the screen and the serial port; halts. */
_Noreturn void fail(const char *why);

/* In sector 0. */
extern uint64_t boot_tsc;           // time-stamp counter when it began
extern uint8_t boot_drive;          // the BIOS's number of our disk
extern struct partition partition_table[MBR_NPARTS];

/* Called by loader.S, in protected mode without paging. */
_Noreturn void bootmain(void);
