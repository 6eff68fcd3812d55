/*
 * A disk in memory, for the machine whose schedule comes from a seed: a real
 * disk's answers come in the host's time, never twice after the same number of
 * instructions.  QEMU has laid a copy of the boot disk at DEBUG_RAMDISK.
 */
#include "core/debug.h"

#include "lib/string.h"
#include "x86/mmu.h"
#include "x86/x86.h"
#include "sched/sleep.h"
#include "sched/sleeplock.h"

enum { SECTOR = 512 };

// Held over a request, as by those of the real disk.
static struct sleeplock turn;

bool
debug_ramdisk(bool writing, uint32_t sector, void *const pages[], size_t npages)
{
    if (!debug_seeded)
        return false;
    sleeplock_acquire(&turn);
    for (size_t i = 0; i < npages; i++) {
        void *at = P2V(DEBUG_RAMDISK + sector * SECTOR + i * PGSIZE);
        memcpy(writing ? at : pages[i], writing ? pages[i] : at, PGSIZE);
    }
    // It takes a tick, so that others run meanwhile.
    if (proc != NULL) {
        acquire(&ptable.lock);
        sleep(&ticks, &ptable.lock);
        release(&ptable.lock);
    }
    sleeplock_release(&turn);
    return true;
}
