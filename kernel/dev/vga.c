/*
 * The screen.  Each of its cells is two bytes in the card's memory: character
 * and colour.  IBM, "Personal System/2 Hardware Interface Technical
 * Reference", "Video Subsystem".
 *
 * The cells are copied in RAM, for the card's memory is slow to read and, in an
 * emulator, to write: scrolling writes only the cells that change.  As nothing
 * is ever read from the card, it does no harm if there is none.
 *
 * Locking: output comes through printf, which lets one CPU in at a time.
 */
#include "dev/vga.h"

#include <stdbool.h>

#include "x86/memlayout.h"
#include "x86/x86.h"

enum {
    COLUMNS = 80,
    CELLS = COLUMNS * 25,
    TAB = 8,
    GREY_ON_BLACK = 0x0700,     // colour byte of a cell
    BLANK = GREY_ON_BLACK | ' ',
    VGA_TEXT = 0xB8000,         // physical address of the first cell
    CRTC = 0x3D4,               // ports: register index, then its value
    CRTC_CURSOR_HIGH = 14,      // registers: the cell with the cursor
    CRTC_CURSOR_LOW = 15,
};

static uint16_t cells[CELLS];   // what the screen shows
static unsigned cursor;         // index of the next cell, < CELLS between calls
static char last;               // the character before
static bool in_sequence;        // since ESC [

static void
set_cell(unsigned i, uint16_t cell)
{
    volatile uint16_t *screen = P2V(VGA_TEXT);

    if (cells[i] != cell) {
        cells[i] = cell;
        screen[i] = cell;
    }
}

void
vga_putc(char c)
{
    if (last == '\033') {
        in_sequence = c == '[';
    } else if (in_sequence) {
        if (c == 'H')
            cursor = 0;
        else if (c == 'J')
            for (unsigned i = last == '2' ? 0 : cursor; i < CELLS; i++)
                set_cell(i, BLANK);
        in_sequence = c < '@';
    } else if (c == '\b') {
        cursor -= cursor > 0;
    } else if (c == '\t') {
        cursor += TAB - cursor % TAB;
    } else if (c == '\n') {
        cursor += COLUMNS - cursor % COLUMNS;
    } else if (c == '\r') {
        cursor -= cursor % COLUMNS;
    } else if ((uint8_t)c >= ' ' && (c & 0xC0) != 0x80) {
        // Bytes 10xxxxxx go on with a character of UTF-8 that has its cell.
        set_cell(cursor++, GREY_ON_BLACK | (uint8_t)c);
    }
    last = c;
    if (cursor >= CELLS) {
        for (unsigned i = 0; i < CELLS; i++)
            set_cell(i, i + COLUMNS < CELLS ? cells[i + COLUMNS] : BLANK);
        cursor -= COLUMNS;
    }
    // A word written to the index port sets index and value at once.
    outw(CRTC, (cursor & 0xFF00) | CRTC_CURSOR_HIGH);
    outw(CRTC, (cursor << 8 & 0xFF00) | CRTC_CURSOR_LOW);
}
