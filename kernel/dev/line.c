/*
 * The line editor.  Lines stay where they are typed: entering one adds it to
 * those that wait, and reading one moves what follows to the front.
 *
 *     input   | lines that wait | line being edited | 0
 *                               ^ start     ^ cursor
 *
 * All changes go through replace(), which alone knows how the screen follows:
 * back to the change with \b, print what follows anew, blank what is left of
 * the old, and back to the cursor.
 */
#include "dev/line.h"

#include "lib/string.h"
#include "core/printf.h"
#include "dev/ptable.h"

enum {
    MAX_AHEAD = 8192,           // bytes waiting from which on no line is taken
    NHISTORY = 8,               // lines remembered
    END_OF_INPUT = 'D' - CTRL,  // what ^D puts in the place of a newline
    ESC = 0x1B,
    DEL = 0x7F,                 // backspace, \b on some terminals
    SEQUENCE = 0x100,           // added to the byte after ESC [
};

static char input[MAX_AHEAD + 2 * LINE_SIZE];
static size_t start, cursor;    // indices in input
static uint8_t sequence;        // the last byte of an unfinished one, or 0
// The new line while an older one is shown, the last one, and so on.
static char history[1 + NHISTORY][LINE_SIZE];
static unsigned shown;          // index in history of the line being edited

/* Moves the cursor: to the left by \b, to the right by what is there. */
static void
move(size_t to)
{
    for (; cursor > to; cursor--)
        print_bytes("\b", 1);
    for (; cursor < to; cursor++)   // a tab as a space, which \b can undo
        print_bytes(input[cursor] == '\t' ? " " : &input[cursor], 1);
}

/*
 * Replaces the bytes of [from, to) by a string, for which there is room, and
 * leaves the cursor after it.
 */
static void
replace(size_t from, size_t to, const char *by)
{
    size_t n = strlen(by);
    size_t tail = strlen(&input[to]);

    move(from);
    memmove(&input[from + n], &input[to], tail + 1);
    memcpy(&input[from], by, n);
    move(from + n + tail);
    for (; cursor < to + tail; cursor++)
        print_bytes(" ", 1);
    move(from + n);
}

/* Shows a line of the history, if there is one with that index. */
static void
recall(unsigned wanted)
{
    if (wanted > NHISTORY || (wanted > 0 && history[wanted][0] == 0))
        return;
    if (shown == 0)
        memcpy(history[0], &input[start], LINE_SIZE);
    shown = wanted;
    replace(start, start + strlen(&input[start]), history[wanted]);
}

/*
 * Ends the line.  One that may have been cut, or for which there is no room, is
 * dropped as a whole; an empty one in its place makes a shell prompt again.
 */
static void
enter(char end)
{
    const char *line = &input[start];

    cursor = start + strlen(line);
    if (start >= MAX_AHEAD || cursor == start + LINE_SIZE - 1) {
        printf("That line is too long, or too much typed ahead: dropped.\n");
        cursor = start;
        end = '\n';
    } else if (cursor > start &&
               memcmp(line, history[1], cursor + 1 - start) != 0) {
        memcpy(history[0], line, LINE_SIZE);
        memmove(history[1], history[0], NHISTORY * LINE_SIZE);
    }
    if (start < MAX_AHEAD)
        input[cursor++] = end;
    input[cursor] = 0;
    start = cursor;
    shown = 0;
}

/*
 * The key that byte c stands for, or 0.  In an escape sequence that is the first
 * byte after ESC [; the rest, up to a letter or ~, is skipped.
 */
static unsigned
decode(uint8_t c)
{
    uint8_t before = sequence;
    bool goes_on = before == ESC ? c == '[' || c == 'O'
                                 : before != 0 && c >= ' ' && c < '@';

    sequence = c == ESC || goes_on ? c : 0;
    // No sequence holds a control character.
    if (before == 0 || c < ' ')
        return c;
    return before == '[' || before == 'O' ? SEQUENCE + c : 0;
}

void
line_key(uint8_t c)
{
    unsigned key = decode(c);
    size_t end = cursor + strlen(&input[cursor]);
    size_t left = cursor > start ? cursor - 1 : start;
    size_t right = cursor < end ? cursor + 1 : end;

    if (key == '\r' || key == '\n') {
        printf("\n");
        enter('\n');
    } else if (key == END_OF_INPUT) {
        enter(END_OF_INPUT);
    } else if (key == 'C' - CTRL) {
        printf("^C\n");
        start = cursor = shown = 0;
        input[0] = 0;
    } else if (key == 'P' - CTRL) {
        ptable_print();
        cursor = start;
        move(end);
    } else if (key == 'A' - CTRL || key == SEQUENCE + 'H') {
        move(start);
    } else if (key == 'E' - CTRL || key == SEQUENCE + 'F') {
        move(end);
    } else if (key == SEQUENCE + 'D') {
        move(left);
    } else if (key == SEQUENCE + 'C') {
        move(right);
    } else if (key == SEQUENCE + 'A') {
        recall(shown + 1);
    } else if (key == SEQUENCE + 'B') {
        recall(shown - 1);
    } else if (key == '\b' || key == DEL) {
        replace(left, cursor, "");
    } else if (key == SEQUENCE + '3' || key == SEQUENCE + '~') {
        replace(cursor, right, "");
    } else if (key == 'U' - CTRL) {
        replace(start, end, "");
    } else if (key == 'W' - CTRL) {
        while (left > start && (input[left] == ' ' || input[left - 1] != ' '))
            left--;
        replace(left, cursor, "");
    } else if (end < start + LINE_SIZE - 1 &&
               (key == '\t' || (key >= ' ' && key < SEQUENCE))) {
        replace(cursor, cursor, (char[]){ key, 0 });
    }
}

bool
line_take(char *buf, size_t *n)
{
    size_t count = 0;
    char c = 0;

    if (start == 0)
        return false;
    while (count < *n && c != '\n' && input[count] != END_OF_INPUT) {
        c = input[count];
        buf[count++] = c;
    }
    *n = count;
    // Left over, this would be an end of file for the next read.
    count += c != '\n' && input[count] == END_OF_INPUT;
    memmove(input, &input[count], strlen(&input[count]) + 1);
    start -= count;
    cursor -= count;
    return true;
}
