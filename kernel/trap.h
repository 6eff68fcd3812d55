/* The kernel's entry, called by alltraps. */
#pragma once

#include "x86/trapframe.h"

/*
 * Deals with one trap or interrupt.  tf holds all registers; what is changed in it
 * takes effect on return.  Interrupts are off, but for system calls.
 */
void trap(struct trapframe *tf);
