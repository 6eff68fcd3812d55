/*
 * What lies on the kernel stack when the kernel is entered: 19 words, the last
 * two only if the entry came from user mode.  alltraps builds it, trapret
 * undoes it.
 */
#pragma once

#include <stdint.h>

struct trapframe {
    // Pushed by pushal; oesp is esp as it saw it, which is of no use.
    uint32_t edi, esi, ebp, oesp, ebx, edx, ecx, eax;

    // Pushed by alltraps, but for the number: that is by the vector's stub.
    uint32_t gs, fs, es, ds, trapno;

    // Pushed by the CPU; err by the stub where the CPU pushes none.
    uint32_t err, eip, cs, eflags;

    // Pushed by the CPU only on a change from user mode.
    uint32_t esp, ss;
};

_Static_assert(sizeof(struct trapframe) == 19 * 4, "alltraps pushes 19 words");
