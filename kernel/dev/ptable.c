/*
 * The process table as text.  Each line is made when it is wanted, under the
 * table's lock; between lines, processes may come and go.
 */
#include "dev/ptable.h"

#include <stddef.h>
#include <stdint.h>

#include "lib/format.h"
#include "lib/limits.h"
#include "lib/string.h"
#include "core/printf.h"
#include "core/spinlock.h"
#include "core/symbols.h"
#include "mem/usermem.h"
#include "sched/proc.h"
#include "dev/device.h"

enum {
    ROW_SIZE = 128,             // bytes of a line, more than any needs
    WHERE_SIZE = 64,            // of its last column
};

static const char *const states[] = {
    [UNUSED] = "unused",
    [EMBRYO] = "embryo",
    [SLEEPING] = "sleeping",
    [RUNNABLE] = "runnable",
    [RUNNING] = "running",
    [ZOMBIE] = "zombie",
};

/*
 * Writes to buf which functions a sleeping process waits in, innermost first,
 * as "pipe_read < file_read < sys_read".  They are found as in a backtrace,
 * from the frame pointer that swtch saved.  Caller holds ptable.lock.
 */
static void
describe_wait(const struct proc *p, char *buf, size_t size)
{
    uintptr_t stack = (uintptr_t)p->kstack;
    uintptr_t ebp = p->context->ebp;
    size_t used = 0;

    while (ebp >= stack && ebp <= stack + KSTACKSIZE - 8 && used < size) {
        const uintptr_t *frame = (const uintptr_t *)ebp;
        uintptr_t offset;
        const char *name = symbol_name(frame[1] - 1, &offset);
        if (name == NULL || strcmp(name, "syscall") == 0)
            break;
        // sleep, sleep_killable and their like are common to all.
        if (strncmp(name, "sleep", 5) != 0)
            used += snprintf(buf + used, size - used, "%s%s",
                             used == 0 ? "" : " < ", name);
        // The caller's frame lies above, or this was the last.
        ebp = frame[0] > ebp ? frame[0] : 0;
    }
}

/*
 * Makes line i of the text: 0 is the headings, i is process-table entry i - 1.
 * Returns its length, 0 if the entry is unused.
 */
static size_t
make_row(unsigned i, char row[ROW_SIZE])
{
    char where[WHERE_SIZE] = "";

    if (i == 0)
        return snprintf(row, ROW_SIZE, "%5s %5s %-8s %8s %-15s %s\n", "PID",
                        "PPID", "STATE", "KB", "NAME", "WAITING IN");
    const struct proc *p = &ptable.proc[i - 1];
    size_t length = 0;
    acquire(&ptable.lock);
    if (p->state == SLEEPING)
        describe_wait(p, where, sizeof(where));
    if (p->state != UNUSED) {
        int ppid = p->parent ? p->parent->pid : 0;
        length = snprintf(row, ROW_SIZE, "%5d %5d %-8s %8u %-15s %s\n",
                          p->pid, ppid, states[p->state], p->sz / 1024,
                          p->name, where);
    }
    release(&ptable.lock);
    return length;
}

/* Gives bytes off to off + n of the text; the ends may fall inside lines. */
static int
ptable_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    char row[ROW_SIZE];
    size_t done = 0;
    uint32_t start = 0;         // of the row, in the text

    for (unsigned i = 0; i <= NPROC && done < n; i++) {
        size_t length = make_row(i, row);
        if (off + done < start + length) {
            size_t skip = off + done - start;
            size_t count = length - skip < n - done ? length - skip : n - done;
            if (copyout(pgdir, va + done, row + skip, count) < 0)
                return -1;
            done += count;
        }
        start += length;
    }
    return done;
}

static int
ptable_write(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    (void)pgdir;
    (void)va;
    (void)off;
    (void)n;
    return -1;
}

void
ptable_print(void)
{
    char row[ROW_SIZE];

    print_bytes("\n", 1);
    for (unsigned i = 0; i <= NPROC; i++)
        print_bytes(row, make_row(i, row));
}

void
ptable_init(void)
{
    static const struct device device = {
        .read = ptable_read,
        .write = ptable_write,
    };

    device_register(DEV_PTABLE, &device);
}
