/*
 * The process table as text: a line of headings, then one line a process.  It
 * is device DEV_PTABLE, which can only be read, and what ^P shows.
 */
#pragma once

/* Registers the device. */
void ptable_init(void);

/* Prints the table on the console.  Does not sleep. */
void ptable_print(void);
