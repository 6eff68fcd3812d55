/* Switching the machine off. */
#pragma once

#include <stdint.h>

/*
 * Ends the machine with an exit code (0 to 127) for whoever emulates it.  The
 * disk must be at rest.
 */
void power_off(uint8_t code) __attribute__((noreturn));
