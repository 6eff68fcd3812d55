/* The interrupt descriptor table. */
#pragma once

/*
 * Fills in the table, makes this CPU use it, and prepares the task that catches
 * its double faults.
 */
void idt_init(void);
