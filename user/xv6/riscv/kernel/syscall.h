/* The numbers of the system calls, as for xv6-public. */
#pragma once

#include "../../public/syscall.h"

#define SYS_pause SYS_sleep         // its name in newer xv6-riscv
