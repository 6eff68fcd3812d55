/* The system calls, and what stands closest to them. */
#pragma once

#include <stddef.h>

struct stat;

/* Ends the program.  The list below cannot say that it never returns. */
void exit(int status) __attribute__((noreturn));

#define SYSCALL(number, result, name, parameters) result name parameters;
#include "syscall.h"
#undef SYSCALL

/* Numbers of the files that every program starts with. */
enum {
    STDIN_FILENO = 0,
    STDOUT_FILENO = 1,
    STDERR_FILENO = 2,
};

/* Reports of the file at path what fstat reports.  Returns 0 or -1. */
int stat(const char *path, struct stat *st);

/*
 * Writes all n bytes, with as many write calls as that takes.  Returns 0, or -1
 * if a call fails or the disk is full; part may have been written then.
 */
int write_all(int fd, const void *buf, size_t n);

/*
 * Steps through a program's options.  `options` has the letters it knows, each
 * with a ':' behind it if a value follows: "nf:" stands for -n and -f VALUE.  A
 * # among them stands for a number that is an option itself, such as -20. 
 * Returns the next letter, or #, with optarg pointing to its value; '?' after a
 * complaint on fd 2 about an unknown letter or a missing value; or -1 when the
 * options end: argv[optind] is then the first of the other arguments.
 */
int getopt(int argc, char *const argv[], const char *options);

extern char *optarg;
extern int optind;
