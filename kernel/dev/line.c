/*
 * The line editor.  All changes go through replace(), which alone knows how the
 * screen follows: back to the change with \b, print what follows anew, blank
 * what is left of the old, and back to the cursor.
 */
#include "dev/line.h"

#include <stdbool.h>

#include "lib/string.h"
#include "core/printf.h"

enum { NHISTORY = 8 };          // lines remembered

enum {
    CTRL_A = 0x01,
    CTRL_C = 0x03,
    CTRL_D = 0x04,
    CTRL_E = 0x05,
    CTRL_H = 0x08,              // backspace on some terminals
    CTRL_P = 0x10,
    CTRL_U = 0x15,
    CTRL_W = 0x17,
    ESC = 0x1B,
    DEL = 0x7F,                 // backspace on the others
};

/*
 * The line, and those entered before.  Line number k since the start is in slot
 * k % (NHISTORY + 1) of history.  Number `entered` is the one that is new: its
 * slot keeps it while an older one is shown.
 */
static struct {
    char text[LINE_SIZE];       // with a zero after it
    size_t length;
    size_t cursor;              // <= length, at the start of a character
    bool refused;               // there was no room for something typed
    enum { TEXT, ESCAPE, SEQUENCE } state;
    unsigned parameter;         // number in the escape sequence
    char history[NHISTORY + 1][LINE_SIZE];
    unsigned entered;           // lines entered so far
    unsigned shown;             // number of the line shown
} line;

/* Does the byte at position i continue the character before it? */
static bool
continues(size_t i)
{
    return (line.text[i] & 0xC0) == 0x80;
}

/* The start of the character before (by = -1) or after (by = 1) position i. */
static size_t
neighbour(size_t i, int by)
{
    if (i == (by < 0 ? 0 : line.length))
        return i;
    do {
        i += by;
    } while (i > 0 && continues(i));
    return i;
}

/* The columns of the screen that the bytes of [from, to) take. */
static unsigned
columns(size_t from, size_t to)
{
    unsigned count = 0;

    for (size_t i = from; i < to; i++)
        count += !continues(i);
    return count;
}

static void
repeat(char c, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        print_bytes(&c, 1);
}

/* Prints the bytes of [from, to), a tab as a space: \b undoes one column. */
static void
show(size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        print_bytes(line.text[i] == '\t' ? " " : &line.text[i], 1);
}

static void
move(size_t to)
{
    if (to < line.cursor)
        repeat('\b', columns(to, line.cursor));
    else
        show(line.cursor, to);
    line.cursor = to;
}

/*
 * Replaces the bytes of [at, end) by the n bytes at src, for which there is
 * room, and leaves the cursor after them.
 */
static void
replace(size_t at, size_t end, const char *src, size_t n)
{
    move(at);
    unsigned old = columns(at, line.length);
    memmove(&line.text[at + n], &line.text[end], line.length + 1 - end);
    memcpy(&line.text[at], src, n);
    line.length = line.length + n - (end - at);
    line.cursor = at + n;
    line.refused = line.refused && end == at;

    // A byte that continues a character inside the line: a terminal has already
    // shown the first part as a character of its own.
    if (n > 0 && continues(at) && line.cursor < line.length) {
        repeat('\b', 1);
        at = neighbour(at, -1);
    }
    show(at, line.length);
    unsigned now = columns(at, line.length);
    unsigned blank = old > now ? old - now : 0;
    repeat(' ', blank);
    repeat('\b', blank + columns(line.cursor, line.length));
}

static void
erase(size_t from, size_t to)
{
    replace(from, to, "", 0);
}

static void
insert(char c)
{
    if (line.length + 2 < LINE_SIZE) {      // newline and zero fit, too
        replace(line.cursor, line.cursor, &c, 1);
    } else {
        line.refused = true;
        repeat('\a', 1);
    }
}

/* The start of the word that ends before the cursor. */
static size_t
word_start(void)
{
    size_t i = line.cursor;

    while (i > 0 && line.text[i - 1] == ' ')
        i--;
    while (i > 0 && line.text[i - 1] != ' ')
        i--;
    return i;
}

static char *
slot(unsigned number)
{
    return line.history[number % (NHISTORY + 1)];
}

/* Shows line number `wanted` if it is remembered. */
static void
recall(unsigned wanted)
{
    unsigned oldest = line.entered < NHISTORY ? 0 : line.entered - NHISTORY;

    // One below the oldest fails this test, too: below 0 comes 2^32 - 1.
    if (wanted - oldest > line.entered - oldest) {
        repeat('\a', 1);
        return;
    }
    if (line.shown == line.entered)
        strlcpy(slot(line.shown), line.text, LINE_SIZE);
    line.shown = wanted;
    replace(0, line.length, slot(wanted), strlen(slot(wanted)));
}

/* Ends the line, remembering it unless it is empty or was the last one, too. */
static void
enter(void)
{
    if (line.refused) {
        printf("\nThat line is too long and was dropped.");
        line.length = 0;
    }
    printf("\n");
    if (line.length > 0 && strcmp(line.text, slot(line.entered - 1)) != 0) {
        strlcpy(slot(line.entered), line.text, LINE_SIZE);
        line.entered++;
    }
}

size_t
line_take(const char **text)
{
    size_t length = line.length;

    *text = line.text;
    line.length = 0;
    line.cursor = 0;
    line.refused = false;
    line.shown = line.entered;
    return length;
}

void
line_show(void)
{
    show(0, line.length);
    repeat('\b', columns(line.cursor, line.length));
}

/* Takes a byte after ESC: what the cursor keys of terminals send. */
static void
in_sequence(uint8_t c)
{
    if (line.state == ESCAPE) {
        line.state = c == '[' || c == 'O' ? SEQUENCE : TEXT;
        line.parameter = 0;
        return;
    }
    if (c >= '0' && c <= '9')
        line.parameter = line.parameter * 10 + (c - '0');
    if (c < '@')
        return;
    line.state = TEXT;
    if (c == 'A')
        recall(line.shown - 1);
    else if (c == 'B')
        recall(line.shown + 1);
    else if (c == 'C')
        move(neighbour(line.cursor, 1));
    else if (c == 'D')
        move(neighbour(line.cursor, -1));
    else if (c == 'H')
        move(0);
    else if (c == 'F')
        move(line.length);
    else if (c == '~' && line.parameter == 3)
        erase(line.cursor, neighbour(line.cursor, 1));
}

static enum line_event
in_text(uint8_t c)
{
    switch (c) {
    case '\r':
    case '\n':
        enter();
        return LINE_ENTERED;
    case CTRL_C:
        printf("^C\n");
        return LINE_DROPPED;
    case CTRL_D:
        return LINE_END;
    case CTRL_P:
        return LINE_STATUS;
    case CTRL_A:
        move(0);
        break;
    case CTRL_E:
        move(line.length);
        break;
    case CTRL_U:
        erase(0, line.length);
        break;
    case CTRL_W:
        erase(word_start(), line.cursor);
        break;
    case CTRL_H:
    case DEL:
        erase(neighbour(line.cursor, -1), line.cursor);
        break;
    case ESC:
        line.state = ESCAPE;
        break;
    default:
        if (c >= ' ' || c == '\t')
            insert(c);
    }
    return LINE_EDITED;
}

enum line_event
line_input(uint8_t c)
{
    // line_take left the old text for its caller.
    line.text[line.length] = 0;
    // No sequence holds a control character: Enter and ^C get through.
    if (line.state == TEXT || c < ' ') {
        line.state = TEXT;
        return in_text(c);
    }
    in_sequence(c);
    return LINE_EDITED;
}
