/* The lab's calls by number: a kernel under test may not have them yet. */
#pragma once

#include <pinfo.h>

enum { SETTICKETS = 31, GETPINFO = 32, SETPOLICY = 35 };

/* A call with one parameter, which is on the stack above a return address. */
static inline int
call(int number, int parameter)
{
    int result;

    asm volatile("pushl %2; pushl $0; int $64; addl $8, %%esp"
                 : "=a"(result) : "0"(number), "r"(parameter) : "memory", "cc");
    return result;
}

/* This process's entry, or one with pid -1 if there is none. */
static inline struct pinfo_entry
my_entry(struct pinfo *info, int pid)
{
    info->n = 0;
    if (call(GETPINFO, (int)info) == 0)
        for (int i = 0; i < info->n && i < PINFO_MAX; i++)
            if (info->of[i].pid == pid)
                return info->of[i];
    return (struct pinfo_entry){ -1, -1, -1 };
}
