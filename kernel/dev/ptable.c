/*
 * The process table as text.  Each line is made when it is wanted, under the
 * table's lock; between lines, processes may come and go.
 */
#include "dev/ptable.h"

#include "lib/format.h"
#include "lib/string.h"
#include "x86/x86.h"
#include "core/panic.h"
#include "core/printf.h"
#include "mem/usermem.h"
#include "sched/proc.h"

enum { ROW_SIZE = 128 };        // bytes of a line, more than any needs

static const char *const states[] = {
    [UNUSED] = "unused", [EMBRYO] = "embryo", [SLEEPING] = "sleeping",
    [RUNNABLE] = "runnable", [RUNNING] = "running", [ZOMBIE] = "zombie",
};

/*
 * The function that a sleeping process waits in: the first on its stack that is
 * not sleep or its like, found as in a backtrace from the frame pointer that
 * swtch saved.  Caller holds ptable.lock.
 */
static const char *
sleeps_in(const struct proc *p)
{
    const char *name;

    // This CPU may remember the stack of a process that had the slot before.
    invlpg((uintptr_t)p->context);
    const uintptr_t *frame = (const uintptr_t *)p->context->ebp;
    do {
        name = symbol_at(frame[1] - 1)->name;
        frame = (const uintptr_t *)frame[0];
    } while (memcmp(name, "sleep", 5) == 0);
    return name;
}

/*
 * Makes line i of the text: 0 is the headings, i is process-table entry i - 1.
 * Returns its length, 0 if the entry is unused.
 */
static size_t
make_row(unsigned i, char row[ROW_SIZE])
{
    size_t length = 0;

    if (i == 0)
        return snprintf(row, ROW_SIZE, "  PID  PPID STATE          KB NAME   "
                        "         WAITING IN\n");
    const struct proc *p = &ptable.proc[i - 1];
    acquire(&ptable.lock);
    if (p->state != UNUSED)
        length = snprintf(row, ROW_SIZE, "%5d %5d %-8s %8u %-15s %s\n",
                          p->pid, p->parent != NULL ? p->parent->pid : 0,
                          states[p->state], p->sz / 1024, p->name,
                          p->state == SLEEPING ? sleeps_in(p) : "");
    release(&ptable.lock);
    return length;
}

int
ptable_read(pde_t *pgdir, uintptr_t va, uint32_t off, size_t n)
{
    char row[ROW_SIZE];
    size_t done = 0;

    for (unsigned i = 0; i <= NPROC && done < n; i++) {
        size_t length = make_row(i, row);
        size_t skip = off < length ? off : length;
        size_t count = length - skip < n - done ? length - skip : n - done;
        if (copyout(pgdir, va + done, row + skip, count) < 0)
            return -1;
        off -= skip;            // what is still to be skipped
        done += count;
    }
    return done;
}

void
ptable_print(void)
{
    char row[ROW_SIZE];

    printf("\n");
    for (unsigned i = 0; i <= NPROC; i++)
        print_bytes(row, make_row(i, row));
}
