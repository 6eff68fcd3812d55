"""locks: who holds which lock, and who waits for it."""
import gdb

from lectern import kernel
from lectern.command import Command

# Where the kernel's locks are; their order is that of enum lock_rank.
SPINLOCKS = ("'inode.c'::table.lock", "'cache.c'::table.lock",
             "'file.c'::ftable.lock", "'disk.c'::lock", "'console.c'::lock",
             "ptable.lock", "'kalloc.c'::kmem.lock", "'printf.c'::print_lock")
SLEEPLOCKS = (("log.busy", "'log.c'::log.busy"),
              ("cache: filling", "'cache.c'::filling"),
              ("disk: turn", "'disk.c'::turn"))


def pipes():
    """The pipes that are open, each once."""
    files = kernel.value("'file.c'::ftable.files")
    first, last = files.type.range()
    found = {}
    for i in range(first, last + 1):
        f = files[i]
        if int(f["refs"]) != 0 and int(f["pipe"]) != 0:
            found[kernel.number(f["pipe"])] = f["pipe"].dereference()
    return [found[address] for address in sorted(found)]


def inode_locks():
    """The locks of the inodes that are locked, or wanted so."""
    inodes = kernel.value("'inode.c'::inodes")
    inodes.fetch_lazy()
    first, last = inodes.type.range()
    for i in range(first, last + 1):
        lock = inodes[i]["lock"]
        if int(lock["next_ticket"]) != int(lock["serving"]):
            yield "inode %d" % int(inodes[i]["entry"]["key"]), lock


def spinners():
    """The CPUs that wait in acquire: a list of numbers by lock's address."""
    found = {}
    selected, frame = gdb.selected_thread(), gdb.selected_frame()
    for thread in gdb.selected_inferior().threads():
        thread.switch()
        frame_here = gdb.newest_frame()
        while frame_here.type() == gdb.INLINE_FRAME:
            frame_here = frame_here.older()
        if frame_here.name() != "acquire":
            continue
        # The argument lies on the stack, also where GDB has lost `lock`.
        stack = int(frame_here.older().read_register("esp"))
        lock = int(gdb.parse_and_eval("*(unsigned *)%d" % stack))
        found.setdefault(lock, []).append(thread.num - 1)
    selected.switch()
    frame.select()
    return found


class Locks(Command):
    """locks: shows who holds which lock, and who waits for it.

The spinlocks come in the order in which they may be taken (enum lock_rank),
then the sleep-locks.  Pipes are listed if they are open, inodes if they are
locked."""

    def draw(self, words):
        waiting = spinners()
        table = [(None, kernel.value(name)) for name in SPINLOCKS]
        table += [("pipe %08x" % kernel.number(pipe.address), pipe["lock"])
                  for pipe in pipes()]
        table.sort(key=lambda row: int(row[1]["rank"]))
        lines = ["SPINLOCK       HELD BY"]
        for name, lock in table:
            name = name or kernel.string(lock["name"])
            lines.append("%-14s %s" % (name, self.spinlock(lock, waiting)))
        lines.append("SLEEP-LOCK     HELD BY")
        held = [(name, kernel.value(where)) for name, where in SLEEPLOCKS]
        for name, lock in held + list(inode_locks()):
            lines.append("%-14s %s" % (name, self.sleeplock(lock)))
        return lines

    def spinlock(self, lock, waiting):
        text = "nobody"
        if lock["locked"]:
            where = kernel.number(lock["where"])
            text = "a CPU that is just taking it"
            if int(lock["cpu"]) != 0:
                text = "CPU %d, taken in %s %s" % (
                    int(lock["cpu"]["id"]), kernel.function(where - 1),
                    kernel.place(where - 1))
        cpus = [number for number in waiting.get(
                    kernel.number(lock.address), [])
                if int(lock["cpu"]) == 0 or number != int(lock["cpu"]["id"])]
        if cpus and lock["locked"]:
            text += "; CPU %s waits" % ", ".join(map(str, cpus))
        return text

    def sleeplock(self, lock):
        if int(lock["next_ticket"]) == int(lock["serving"]):
            return "nobody"
        text = "the kernel, or whoever is next"
        if int(lock["holder"]) != 0:
            text = kernel.title(lock["holder"].dereference())
        waiters = [str(int(p["pid"])) for p in kernel.processes()
                   if kernel.number(p["chan"]) == kernel.number(lock.address)
                   and kernel.state(p) == "sleeping"]
        return text + ("; waiting: " + ", ".join(waiters) if waiters else "")


Locks()
