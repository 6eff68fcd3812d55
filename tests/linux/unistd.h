/*
 * <unistd.h> for programs of ours that are built for Linux: our calls, as
 * functions of calls.c.  In the object files their names begin with lectern_,
 * or they would collide with Linux's own.
 */
#pragma once

#include <stddef.h>

struct stat;

#define SYSCALL(number, result, name, parameters)   \
    result name parameters __asm__("lectern_" #name);
#include "syscall.h"
#undef SYSCALL
