/*
 * The console: serial port and screen for output, serial line and keyboard for
 * input through a line editor.  It is device DEV_CONSOLE.
 *
 *   backspace ^U ^W   erase the character, the line, the word before the cursor
 *   left right        move in the line
 *   up down           through the last lines entered
 *   Enter ^D          enter the line, with a newline, without
 *   ^C                drop the line and all that wait, and kill
 *   ^P                show the process table
 *
 * A read waits for a line and gives what of it fits, newline included; the rest
 * is for the next read.  ^D on an empty line reads as end of file; after some
 * text it hands that over without a newline.
 *
 * ^C kills every process but init and those that init forked.  Such a survivor,
 * the shell, may have been asking for a line: if it has not written to the
 * console since the ^C, its present or next read gives an empty line, so that
 * it prompts again.  If it was waiting for a child instead, it prompts by
 * itself, and its next read finds nothing.  Either way one new prompt appears.
 *
 * What is edited is shown with printing characters, spaces and \b alone, so
 * that it can be followed in a log or by ear.  Every byte from 0x80 on is taken
 * for a character of one column, and a line wider than the screen can be edited
 * only as far as \b goes back.
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
