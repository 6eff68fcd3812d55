/* Sizes of memory: all of a RISC-V that has a meaning on this machine. */
#pragma once

#define PGSIZE          4096
#define PGSHIFT         12
#define PGROUNDUP(a)    (((a) + PGSIZE - 1) & ~(PGSIZE - 1))
#define PGROUNDDOWN(a)  ((a) & ~(PGSIZE - 1))
#define MAXVA           0x80000000ULL       // where a program's addresses end
