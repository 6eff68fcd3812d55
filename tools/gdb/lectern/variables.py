"""$cpu and $proc: the kernel's cpu and proc of the CPU that is selected.

The kernel reaches these two through %gs, which GDB cannot follow.  They are set
anew at each stop, before each prompt, and after the command `thread`.  The
condition of a breakpoint is tested before all that, so it asks a function:

    break syscall if $_pid() == 3
"""
import gdb

from lectern import kernel


def current(field):
    """The selected CPU's struct cpu * or struct proc *; None before paging."""
    if not kernel.paging_is_on():
        return None
    cpu = kernel.this_cpu()
    return cpu.address if field == "cpu" else cpu["proc"]


def update(event=None):
    for name in ("cpu", "proc"):
        try:
            gdb.set_convenience_variable(name, current(name))
        except (gdb.error, kernel.Unreadable):
            gdb.set_convenience_variable(name, None)


class Pid(gdb.Function):
    """$_pid(): the pid of the process that runs on this CPU, 0 if none does.

As in: break syscall if $_pid() == 3"""

    def __init__(self):
        super().__init__("_pid")

    def invoke(self):
        p = current("proc")
        return int(p["pid"]) if p is not None and int(p) != 0 else 0


Pid()
gdb.events.stop.connect(update)
gdb.events.before_prompt.connect(update)
# A script has no prompts, and `thread 2` is no stop.
gdb.execute("define hookpost-thread\n"
            "python import lectern.variables; lectern.variables.update()\n"
            "end")
update()
