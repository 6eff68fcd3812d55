/* The interrupt descriptor table. */
#pragma once

/* Fills in the table, the same for all CPUs.  Called once. */
void idt_init(void);

/*
 * Makes this CPU use the table, and prepares the task that catches its double
 * faults.
 */
void idt_load(void);
