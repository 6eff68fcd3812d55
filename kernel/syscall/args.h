/*
 * The arguments of the running process's system call.  They lie on its stack as
 * for a C call: above the return address, the first one lowest.
 */
#pragma once

#include <stddef.h>

struct file;

/* Each returns 0, or -1 if argument n cannot be read or is not good. */

/* Sets *value to argument n. */
int argint(int n, int *value);

/* Copies the string that argument n points to, with its zero, to buf[max]. */
int argstr(int n, char *buf, int max);

/* Sets *p to the address in argument n, at which `size` bytes can be read. */
int argptr(int n, char **p, int size);

/* Sets *file to the open file whose descriptor is argument n. */
int argfile(int n, struct file **file);
