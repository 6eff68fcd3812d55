/* The screen: 25 rows of 80 characters, in the VGA card's text mode. */
#pragma once

/*
 * Shows a character and moves the cursor.  Knows \b \t \n \r, ESC [ H (cursor
 * to the corner), ESC [ J (clear from the cursor on) and ESC [ 2 J (clear all),
 * ignores other control characters and sequences, and gives one cell to each
 * character of UTF-8.  The first call should be for an ESC [ 2 J.
 */
void vga_putc(char c);
