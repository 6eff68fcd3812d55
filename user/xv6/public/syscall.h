/* The numbers of the system calls as SYS_name, for C and for assembly. */
#pragma once

#ifdef __ASSEMBLER__
#define SYSCALL(number, result, name, parameters) .set SYS_##name, number
#include "../../../include/syscall.h"
#else
#define SYSCALL(number, result, name, parameters) SYS_##name = number,
enum {
#include "../../../include/syscall.h"
};
#endif
#undef SYSCALL
