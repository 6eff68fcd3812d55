/*
 * What each CPU has for itself, reached through segment %gs: its base is this
 * CPU's struct cpu, so %gs:0 and %gs:4 are the first two fields.  kernel.ld
 * gives the variables `cpu` and `proc` these addresses.
 */
#pragma once

#include <stdbool.h>

#include "lib/limits.h"
#include "x86/mmu.h"

/* Every field is [const] or [cpu]: this CPU's own, interrupts off. */
struct cpu {
    struct cpu *self;           // [const] at %gs:0
    struct proc *proc;          // process that runs here, or NULL; at %gs:4
    uint8_t id;                 // [const] index in cpus
    uint8_t apicid;             // [const] its number for the local APIC
    volatile bool started;      // set by the CPU itself when it is up, by the
                                // first when all are; cleared when it halts for
                                // good; others poll it, so each poll must read
                                // memory
    struct context *scheduler;  // swtch() here to enter the scheduler
    int ncli;                   // depth of pushcli
    bool intena;                // were interrupts on before the first pushcli?
    uint64_t gdt[NSEGS];        // [const] segment descriptors
    struct tss tss;             // where the kernel stack of `proc` is
    struct tss double_fault;    // the state a double fault switches to
};

extern struct cpu cpus[NCPU];
extern unsigned ncpu;           // [const] entries of cpus in use

/* This CPU.  Read it with interrupts off, and again after swtch. */
extern struct cpu *__seg_gs cpu;

/* Loads this CPU's segments; from here on `cpu` and `proc` work. */
void cpu_init(struct cpu *c);
