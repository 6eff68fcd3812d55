/*
 * The console.  The interrupt handler puts each byte through the line editor,
 * and lines into a ring, from where console_read takes them.
 *
 * Locking: `lock` guards the editor and all variables here.  User memory is
 * touched without it.
 */
#include "dev/console.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/printf.h"
#include "core/spinlock.h"
#include "mem/usermem.h"
#include "intr/apic.h"
#include "sched/kill.h"
#include "sched/proc.h"
#include "sched/sleep.h"
#include "dev/device.h"
#include "dev/keyboard.h"
#include "dev/line.h"
#include "dev/ptable.h"
#include "dev/uart.h"
#include "dev/vga.h"

enum {
    RING_SIZE = 8192,           // bytes typed ahead, a power of 2
    CHUNK = 128,                // bytes of output copied at a time
    END_OF_INPUT = 0x04,        // ^D in the ring; no line holds such a byte
};

static struct spinlock lock = SPINLOCK("console", RANK_CONSOLE);
static char ring[RING_SIZE];    // lines up to their newline or END_OF_INPUT
static uint32_t nread, nwrite;  // bytes ever taken out and put in
static bool interrupted;        // ^C, and no survivor has written or read since

static void
put_everywhere(char c)
{
    uart_putc(c);
    vga_putc(c);
}

/* Is the running process one that ^C spares? */
static bool
survivor(void)
{
    return proc == initproc || proc->by_init;
}

/* Moves the edited line to the ring, whole or not at all. */
static void
hand_over(char end)
{
    const char *text;
    size_t n = line_take(&text);

    // One byte stays free for the empty line that a ^C may put in front.
    if (nwrite - nread + n + 2 > RING_SIZE) {
        printf("\aToo much typed ahead: that line was dropped.\n");
        return;
    }
    for (size_t i = 0; i < n; i++)
        ring[nwrite++ % RING_SIZE] = text[i];
    ring[nwrite++ % RING_SIZE] = end;
    wakeup(&ring);
}

static void
interrupt(void)
{
    const char *forgotten;

    line_take(&forgotten);
    nread = nwrite;
    interrupted = true;
    kill_foreground();
    wakeup(&ring);
}

static void
take_byte(uint8_t c)
{
    switch (line_input(c)) {
    case LINE_EDITED:
        break;
    case LINE_ENTERED:
        hand_over('\n');
        break;
    case LINE_END:
        hand_over(END_OF_INPUT);
        break;
    case LINE_DROPPED:
        interrupt();
        break;
    case LINE_STATUS:
        ptable_print();
        line_show();
        break;
    }
}

/* Takes all that serial line and keyboard have: the handler of both. */
static void
console_interrupt(void)
{
    acquire(&lock);
    for (int c = uart_getc(); c >= 0; c = uart_getc())
        take_byte(c);
    for (int c = keyboard_getc(); c >= 0; c = keyboard_getc())
        take_byte(c);
    release(&lock);
}

bool
console_interrupted(void)
{
    return __atomic_load_n(&interrupted, __ATOMIC_RELAXED) && survivor();
}

/*
 * Waits until the ring has something for the running process; false if that has
 * been killed.  Caller holds the lock.
 */
static bool
wait_for_input(void)
{
    while (nread == nwrite && !console_interrupted()) {
        if (!sleep_killable(&ring, &lock))
            return false;
    }
    if (console_interrupted()) {
        interrupted = false;
        ring[--nread % RING_SIZE] = '\n';
    }
    return true;
}

/*
 * Moves up to n bytes of one line from the ring to buf and returns the count.
 * A ^D right after the n bytes goes with them, lest the next read take it for
 * the end of file.  Caller holds the lock.
 */
static size_t
take_line(char *buf, size_t n)
{
    size_t count = 0;

    while (nread != nwrite) {
        char c = ring[nread % RING_SIZE];
        if (count == n && c != END_OF_INPUT)
            break;
        nread++;
        if (c == END_OF_INPUT)
            break;
        buf[count++] = c;
        if (c == '\n')
            break;
    }
    return count;
}

static int
console_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    char buf[LINE_SIZE];
    size_t count = 0;

    (void)off;
    if (n == 0)
        return 0;
    acquire(&lock);
    bool alive = wait_for_input();
    if (alive)
        count = take_line(buf, n < sizeof(buf) ? n : sizeof(buf));
    release(&lock);
    if (!alive || copyout(pgdir, va, buf, count) < 0)
        return -1;
    return count;
}

static int
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
        if (survivor())
            interrupted = false;
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
    vga_init();
    printf_add_sink(put_everywhere);
}

void
console_enable_input(void)
{
    static const struct device console = {
        .read = console_read,
        .write = console_write,
    };

    device_register(DEV_CONSOLE, &console);
    irq_register(IRQ_COM1, console_interrupt);
    irq_register(IRQ_KEYBOARD, console_interrupt);
    // What came before holds the interrupt lines up; only their rise counts.
    console_interrupt();
}
