/*
 * What is typed at the console: a line being edited, and behind it the lines
 * entered but not yet read.
 *
 *   backspace, delete     erase the character before, under the cursor
 *   ^U ^W                 erase the line, the word before the cursor
 *   left right home end   move in the line; so do ^A and ^E to its ends
 *   up down               through the last lines entered
 *   Enter ^D              enter the line, with a newline, without
 *   ^C                    drop the line and all that wait
 *   ^P                    show the process table
 *
 * What is edited is shown with printing characters, spaces and \b alone, so
 * that it can be followed in a log or by ear.  Every byte from 0x80 on is taken
 * for a character of one column, and a line wider than the screen can be edited
 * only as far as \b goes back.
 *
 * The caller holds the console's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LINE_SIZE = 512 };       // most bytes of a line, with its newline
enum { CTRL = '@' };            // a letter less this is that letter with Ctrl

/* Takes one byte from the keyboard or a terminal, and shows what it does. */
void line_key(uint8_t c);

/*
 * If a line has been entered, moves up to *n > 0 bytes of it to buf, sets *n to
 * their number, 0 for a ^D on an empty line, and returns true.  With LINE_SIZE
 * that is all of it.
 */
bool line_take(char *buf, size_t *n);
