/* The PS/2 keyboard, with the US layout.  The BIOS has set it up. */
#pragma once

#include <stdint.h>

/*
 * Calls take with each byte typed.  A cursor key gives what terminals send for
 * it, as ESC [ A for up.  The interrupt comes again only after that.
 */
void keyboard_input(void (*take)(uint8_t c));
