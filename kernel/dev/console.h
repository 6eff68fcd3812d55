/*
 * The console: serial port and screen for output, serial line and keyboard for
 * input through a line editor (dev/line.h).  It is device DEV_CONSOLE.
 *
 * A read waits for a line and gives what of it fits, newline included; the rest
 * is for the next read.  ^D on an empty line reads as end of file; after some
 * text it hands that over without a newline.
 *
 * ^C drops the line and all input not yet read, and kills every process but
 * init and those that init forked.  Such a survivor, the shell, may have been
 * asking for a line: if it has not written to the console since the ^C, its
 * present or next read gives an empty line, so that it prompts again.  If it
 * was waiting for a child instead, it prompts by itself, and its next read
 * finds nothing.  Either way one new prompt appears.
 *
 * ^P prints the process table.
 */
#pragma once

#include <stdbool.h>

#include "dev/device.h"

/* Sends the kernel's messages to serial port and screen.  Called first. */
void console_init(void);

/* Begins to take input.  Interrupts are set up. */
void console_enable_input(void);

/* What struct device says of read and write. */
int console_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);
int console_write(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n);

/*
 * Does the running process survive a ^C that it has not noticed yet by writing
 * to the console or reading from it?  Asked by fork, ptable.lock held: what the
 * shell was about to start when the user typed ^C is to be killed as well.
 */
bool console_interrupted(void);
