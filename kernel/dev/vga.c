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

#include <stdint.h>

#include "x86/memlayout.h"
#include "x86/x86.h"

enum {
    COLUMNS = 80,
    ROWS = 25,
    CELLS = COLUMNS * ROWS,
    TAB = 8,
    GREY_ON_BLACK = 0x0700,     // colour byte of a cell
};

enum {
    VGA_TEXT = 0xB8000,         // physical address of the first cell
    CRTC = 0x3D4,               // ports: register index, then its value
    CRTC_CURSOR_HIGH = 14,      // registers: the cell with the cursor
    CRTC_CURSOR_LOW = 15,
};

static uint16_t cells[CELLS];   // what the screen shows
static unsigned cursor;         // index of the next cell, < CELLS between calls
static enum { TEXT, ESCAPE, SEQUENCE } state;
static unsigned parameter;      // number in the escape sequence

static void
set_cell(unsigned i, uint16_t cell)
{
    volatile uint16_t *screen = P2V(VGA_TEXT);

    if (cells[i] != cell) {
        cells[i] = cell;
        screen[i] = cell;
    }
}

static void
clear_from(unsigned first)
{
    for (unsigned i = first; i < CELLS; i++)
        set_cell(i, GREY_ON_BLACK | ' ');
}

static void
scroll(void)
{
    for (unsigned i = COLUMNS; i < CELLS; i++)
        set_cell(i - COLUMNS, cells[i]);
    clear_from(CELLS - COLUMNS);
    cursor -= COLUMNS;
}

/* Takes a character outside of escape sequences. */
static void
in_text(char c)
{
    switch (c) {
    case '\033':
        state = ESCAPE;
        break;
    case '\b':
        cursor -= cursor > 0;
        break;
    case '\t':
        cursor += TAB - cursor % TAB;
        break;
    case '\n':
        cursor += COLUMNS - cursor % COLUMNS;
        break;
    case '\r':
        cursor -= cursor % COLUMNS;
        break;
    default:
        // Bytes 10xxxxxx continue a character that has its cell.
        if ((uint8_t)c >= ' ' && (c & 0xC0) != 0x80)
            set_cell(cursor++, GREY_ON_BLACK | (uint8_t)c);
    }
}

/* Takes a character of an escape sequence. */
static void
in_sequence(char c)
{
    if (state == ESCAPE) {
        state = c == '[' ? SEQUENCE : TEXT;
        parameter = 0;
    } else if (c >= '0' && c <= '9') {
        parameter = parameter * 10 + (c - '0');
    } else if (c >= '@') {
        state = TEXT;
        if (c == 'H')
            cursor = 0;
        if (c == 'J')
            clear_from(parameter == 2 ? 0 : cursor);
    }
}

/* A word written to the index port sets index and value at once. */
static void
show_cursor(void)
{
    outw(CRTC, (cursor & 0xFF00) | CRTC_CURSOR_HIGH);
    outw(CRTC, (cursor << 8 & 0xFF00) | CRTC_CURSOR_LOW);
}

void
vga_putc(char c)
{
    if (state == TEXT)
        in_text(c);
    else
        in_sequence(c);
    if (cursor >= CELLS)
        scroll();
    show_cursor();
}

void
vga_init(void)
{
    clear_from(0);
}
