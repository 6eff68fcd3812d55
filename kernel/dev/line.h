/*
 * The line editor of the console: keys go in, a line comes out.
 *
 *   backspace, delete     erase the character before, under the cursor
 *   ^U ^W                 erase the line, the word before the cursor
 *   left right home end   move in the line; so do ^A and ^E to its ends
 *   up down               through the last lines entered
 *
 * What is edited is shown with printing characters, spaces, \b and \a alone, so
 * that it can be followed in a log or by ear.  Bytes from 0x80 on are taken as
 * they are, as parts of a UTF-8 character of one column.  A line that is wider
 * than the screen can be edited only as far as \b goes back.
 *
 * One line is edited at a time; the console's lock is held over each call.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { LINE_SIZE = 512 };       // most bytes of a line, with its newline

/* What has become of the line after a key. */
enum line_event {
    LINE_EDITED,                // it is still being edited
    LINE_ENTERED,               // Enter: line_take gives it, without newline
    LINE_END,                   // ^D: the same, but no newline follows
    LINE_DROPPED,               // ^C: line_take and forget it
    LINE_STATUS,                // ^P: the user wants to see the processes
};

/* Takes one byte from the keyboard or a terminal, and shows what it does. */
enum line_event line_input(uint8_t c);

/*
 * Takes the line away: sets *text, which stays valid until the next input, and
 * returns its length.
 */
size_t line_take(const char **text);

/* Shows the line again, after something else was printed. */
void line_show(void);
