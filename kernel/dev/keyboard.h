/* The PS/2 keyboard, with the US layout.  The BIOS has set it up. */
#pragma once

/*
 * Returns the next byte typed, or -1 if there is none.  A key that has no
 * character gives what a terminal sends for it: ESC [ A for the up arrow.  The
 * interrupt comes again only after this has returned -1.  One caller at a time.
 */
int keyboard_getc(void);
