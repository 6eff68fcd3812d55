/* Our calls as calls.c has them; programs see them through unistd.h. */
#pragma once

#include <stddef.h>

/* The environment variable that names the folder in place of our root. */
#define ROOT_VARIABLE "LECTERN_ROOT"

struct lectern_stat;

#define stat lectern_stat
#define SYSCALL(number, result, name, parameters) \
    result lectern_##name parameters;
#include "syscall.h"
#undef SYSCALL
#undef stat
