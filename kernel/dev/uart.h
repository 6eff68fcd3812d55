/* The first serial port, a 16550 at 115,200 baud. */
#pragma once

#include <stdint.h>

/* Sets the port up, its interrupt on.  Without one, the rest does nothing. */
void uart_init(void);

/*
 * Sends one byte, first waiting for room.  A port that stays busy for too long
 * loses it.  A newline is sent as it is: terminals and QEMU add the return.
 */
void uart_putc(char c);

/*
 * Calls take with each byte that has come in.  The interrupt comes again only
 * after that.
 */
void uart_input(void (*take)(uint8_t c));
