/*
 * The console.  The interrupt handler gives each byte to the line editor, from
 * which console_read takes lines.  They stay where they are typed: entering one
 * adds it to those that wait, and reading one moves what follows to the front.
 *
 *     input   | lines that wait | line being edited | 0
 *                               ^ start     ^ cursor
 *
 * All editing goes through replace(), which alone knows how the screen follows:
 * back to the change with \b, print what follows anew, blank what is left of
 * the old, and back to the cursor.
 *
 * Locking: `lock` guards all variables of this file.  User memory is touched
 * without it.
 */
#include "dev/console.h"

#include "lib/string.h"
#include "core/printf.h"
#include "mem/usermem.h"
#include "intr/apic.h"
#include "sched/sleep.h"
#include "dev/keyboard.h"
#include "dev/ptable.h"
#include "dev/uart.h"
#include "dev/vga.h"

enum {
    LINE_SIZE = 512,            // most bytes of a line, with its newline
    MAX_AHEAD = 8192,           // bytes waiting from which on no line is taken
    NHISTORY = 8,               // lines remembered
    CHUNK = 128,                // most bytes of output copied at a time
    CTRL = '@',                 // a letter less this is that letter with Ctrl
    END_OF_INPUT = 'D' - CTRL,  // what ^D puts in the place of a newline
    ESC = 0x1B,
    DEL = 0x7F,                 // backspace, \b on some terminals
    SEQUENCE = 0x100,           // added to the letter that ends a sequence
};

static struct spinlock lock = SPINLOCK("console", RANK_CONSOLE);
static bool interrupted;        // ^C, and no survivor has written or read since
static char input[MAX_AHEAD + 2 * LINE_SIZE];
static size_t start, cursor;    // indices in input
static bool in_sequence;        // the bytes since ESC are one key
// The new line while an older one is shown, the last one, and so on.
static char history[1 + NHISTORY][LINE_SIZE];
static unsigned shown;          // index in history of the line being edited

bool
console_interrupted(void)
{
    return __atomic_load_n(&interrupted, __ATOMIC_RELAXED) && !proc->killed;
}

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
    wakeup(&lock);
}

/* Takes one byte from the keyboard or a terminal, and shows what it does. */
static void
take_byte(uint8_t c)
{
    size_t end = cursor + strlen(&input[cursor]);
    size_t left = cursor > start ? cursor - 1 : start;
    unsigned key = c;

    // A cursor key sends ESC [ or ESC O, and then a letter.  Others have digits
    // and signs between, or end with ~.  None holds a control character.
    if (c < ' ') {
        in_sequence = c == ESC;
    } else if (in_sequence) {
        in_sequence = c < '@' || c == '[' || c == 'O';
        key = in_sequence ? 0 : SEQUENCE + c;
    }

    if (key == '\r' || key == '\n') {
        printf("\n");
        enter('\n');
    } else if (key == END_OF_INPUT) {
        enter(END_OF_INPUT);
    } else if (key == 'C' - CTRL) {
        printf("^C\n");
        start = cursor = shown = 0;
        input[0] = 0;
        interrupted = true;
        kill(FOREGROUND);
        wakeup(&lock);
    } else if (key == 'P' - CTRL) {
        ptable_print();
        cursor = start;
        move(end);
    } else if (key == SEQUENCE + 'A') {
        recall(shown + 1);
    } else if (key == SEQUENCE + 'B') {
        recall(shown - 1);
    } else if (key == SEQUENCE + 'C') {
        move(cursor < end ? cursor + 1 : end);
    } else if (key == SEQUENCE + 'D') {
        move(left);
    } else if (key == '\b' || key == DEL) {
        replace(left, cursor, "");
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

/* Takes all that serial line and keyboard have: the handler of both. */
static void
console_interrupt(void)
{
    acquire(&lock);
    uart_input(take_byte);
    keyboard_input(take_byte);
    release(&lock);
}

/*
 * Moves up to n > 0 bytes of the first line that waits to buf.  Returns their
 * number: 0 for a ^D on an empty line.
 */
static size_t
take_line(char *buf, size_t n)
{
    size_t count = 0;
    char c = 0;

    for (; count < n && c != '\n' && input[count] != END_OF_INPUT; count++)
        buf[count] = c = input[count];
    // Left over, this would be an end of file for the next read.
    size_t taken = count + (c != '\n' && input[count] == END_OF_INPUT);
    memmove(input, &input[taken], strlen(&input[taken]) + 1);
    start -= taken;
    cursor -= taken;
    return count;
}

int
console_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    char line[LINE_SIZE] = "\n";    // what a ^C leaves of it
    bool alive = true;

    (void)off;
    acquire(&lock);
    while (alive && !console_interrupted() && start == 0)
        alive = sleep_killable(&lock, &lock);
    if (console_interrupted()) {
        interrupted = false;
        n = 1;
    } else if (alive) {
        n = take_line(line, n < LINE_SIZE ? n : LINE_SIZE);
    }
    release(&lock);
    return alive && copyout(pgdir, va, line, n) == 0 ? (int)n : -1;
}

int
console_write(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    char chunk[CHUNK];
    size_t done = 0;

    (void)off;
    while (done < n && !proc->killed) {
        size_t count = n - done < CHUNK ? n - done : CHUNK;
        if (copyin(pgdir, chunk, va + done, count) < 0)
            return -1;
        acquire(&lock);
        interrupted &= proc->killed;    // a survivor shows that it goes on
        print_bytes(chunk, count);
        release(&lock);
        done += count;
    }
    return done;
}

void
console_init(void)
{
    uart_init();
    // Clears the screen of what the firmware has shown.
    for (const char *c = "\033[2J"; *c != '\0'; c++)
        vga_putc(*c);
    printf_sinks[0] = uart_putc;
    printf_sinks[1] = vga_putc;
}

void
console_enable_input(void)
{
    irq_register(IRQ_COM1, console_interrupt);
    irq_register(IRQ_KEYBOARD, console_interrupt);
    // What came before holds the interrupt lines up; only their rise counts.
    console_interrupt();
}
