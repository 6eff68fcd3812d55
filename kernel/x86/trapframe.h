/*
 * What lies on the kernel stack when the kernel is entered: 19 words, the last
 * two only if the entry came from user mode.  alltraps builds it, trapret
 * undoes it.
 */
#pragma once

#include <stdint.h>

struct trapframe {
    // Pushed by pushal.
    uint32_t edi, esi, ebp;
    uint32_t oesp;              // unused: esp as pushal saw it
    uint32_t ebx, edx, ecx, eax;

    // Pushed by alltraps.
    uint32_t gs, fs, es, ds;
    uint32_t trapno;

    // Pushed by the CPU; err by the vector's stub where the CPU pushes none.
    uint32_t err;
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;

    // Pushed by the CPU only on a change from user mode.
    uint32_t esp;
    uint32_t ss;
};

_Static_assert(sizeof(struct trapframe) == 19 * 4, "alltraps pushes 19 words");
