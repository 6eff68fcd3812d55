/*
 * The console.  The interrupt handler gives each byte to the line editor, from
 * where console_read takes lines.
 *
 * Locking: `lock` guards the editor and `interrupted`.  User memory is touched
 * without it.
 */
#include "dev/console.h"

#include "core/printf.h"
#include "mem/usermem.h"
#include "intr/apic.h"
#include "sched/sleep.h"
#include "dev/keyboard.h"
#include "dev/line.h"
#include "dev/uart.h"
#include "dev/vga.h"

enum { CHUNK = 128 };           // most bytes of output copied at a time

static struct spinlock lock = SPINLOCK("console", RANK_CONSOLE);
static bool interrupted;        // ^C, and no survivor has written or read since

bool
console_interrupted(void)
{
    return __atomic_load_n(&interrupted, __ATOMIC_RELAXED) && !proc->killed;
}

static void
take_byte(uint8_t c)
{
    line_key(c);
    if (c == 'C' - CTRL) {
        interrupted = true;
        kill(FOREGROUND);
    }
    // No other character ends what a reader waits for.
    if (c < ' ')
        wakeup(&lock);
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

int
console_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    char buf[LINE_SIZE] = "\n"; // what a ^C leaves of a line
    bool alive = true;

    (void)off;
    n = n < LINE_SIZE ? n : LINE_SIZE;
    acquire(&lock);
    while (alive && !console_interrupted() && !line_take(buf, &n))
        alive = sleep_killable(&lock, &lock);
    if (console_interrupted()) {
        interrupted = false;
        n = 1;
    }
    release(&lock);
    return alive && copyout(pgdir, va, buf, n) == 0 ? (int)n : -1;
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
        if (console_interrupted())
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
    printf_add_sink(uart_putc);
    printf_add_sink(vga_putc);
}

void
console_enable_input(void)
{
    irq_register(IRQ_COM1, console_interrupt);
    irq_register(IRQ_KEYBOARD, console_interrupt);
    // What came before holds the interrupt lines up; only their rise counts.
    console_interrupt();
}
