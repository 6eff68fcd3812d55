/* Interrupt and exception vectors. */
#pragma once

/* Raised by the CPU.  SDM 3A, "Protected-Mode Exceptions and Interrupts". */
#define T_DIVIDE     0              // division error
#define T_DEBUG      1              // single step
#define T_NMI        2              // non-maskable interrupt
#define T_BOUND      5
#define T_OPCODE     6              // invalid opcode
#define T_DEVICE     7              // FPU instruction with CR0.TS set
#define T_DOUBLE     8              // fault while delivering a fault
#define T_STACK      12
#define T_PROTECTION 13             // general protection
#define T_PAGE       14
#define T_FPU        16
#define T_SIMD       19
#define NEXCEPTIONS  32             // vectors that Intel reserves

/* Ours. */
#define T_IRQ0       32             // ISA interrupt n has vector T_IRQ0 + n
#define NIRQS        16
#define T_TIMER      48             // this CPU's local APIC timer
#define T_WAKE       49             // from another CPU: work has arrived
#define T_SYSCALL    64
#define T_SPURIOUS   255
#define NVECTORS     256
#define VECTOR_SIZE  16             // bytes in each one's stub

/* Error code of a page fault. */
#define FAULT_PRESENT 0x1           // a page is there but forbids the access
#define FAULT_WRITE   0x2
