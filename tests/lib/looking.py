"""Takes the commands for looking through a boot, and prints what they show.

Run by GDB.  Each answer begins with a line "=== STOP: COMMAND" and ends with
"=== end"; the test reads these.  An error stands there as "error: ...".
"""
import os

import gdb


def run(command):
    return gdb.execute(command, to_string=True)


def show(stop, *commands):
    for command in commands:
        try:
            text = run(command)
        except gdb.error as error:
            text = "error: %s\n" % error
        print("=== %s: %s\n%s=== end" % (stop, command, text), flush=True)


def go_to(place, temporary="tbreak"):
    run("%s %s" % (temporary, place))
    run("continue")


def machine(stop):
    """What QEMU says of the CPU that is selected.

    Where each page of a range is, it says of the range's first and last.  Its
    `info tlb` would say it of all, but a debugger waits for that for ever.
    """
    run("monitor cpu %d" % (gdb.selected_thread().num - 1))
    show(stop, "monitor info mem", "monitor info registers", "pt")
    for line in run("pt").split("\n"):
        if "->" in line:
            first, last = line.split()[0].split("-")
            show(stop, "monitor gva2gpa 0x" + first,
                 "monitor gva2gpa 0x" + last)


ALL = ("ps", "kstack", "tf", "bt-proc", "files", "pt", "pt-walk &ptable",
       "freelist", "gdt", "idt", "tss", "locks", "bcache", "log", "inode 1",
       "dir /", "picture locks")


def boot():
    show("reset", "p $proc", *ALL)
    go_to("main")
    show("main", "p/d $proc", *ALL)
    go_to("kvmalloc")
    show("kvmalloc", "p/x (unsigned)&end", "freelist 2")
    go_to("kalloc")
    show("kalloc", "freelist 1")
    run("finish")
    show("finish", "p/x (unsigned)$", "freelist 1")
    go_to("allocproc")
    run("finish")
    show("allocproc", "kstack", "tf $", "ps", "pt-walk 0 $")
    go_to("swtch")
    machine("swtch")
    show("swtch", "p $proc->pid", "p $cpu->id", "p $_pid()",
         "p/x (unsigned)$proc->kstack", "x/6xw $proc->context",
         "p/x (unsigned)&cpus[0]", *ALL)
    show("swtch", "pt 1 user", "pt kernel", "p/x (unsigned)kpgdir",
         "pt-walk 0", "pt-walk 0xd0000000", "pt-walk main")
    go_to("*0 if ($cs & 3) == 3")
    machine("user")
    show("user", "x/19xw $proc->tf", *ALL)
    go_to("console_read")
    show("prompt", "kstack", "bt-proc", "backtrace")


def settle():
    """Lets the shell, on the other CPU, go to sleep as well.

    While this CPU takes a step, the others run.  No CPU may have a
    spinlock then.
    """
    for _ in range(1000):
        lines = run("ps").split("\n")
        running = [line for line in lines if " run" in line]
        spinlocks = run("locks").split("SLEEP-LOCK")[0]
        if len(running) == 1 and "CPU" not in spinlocks:
            return
        run("stepi")
    raise gdb.error("the shell does not wait")


def shell():
    # The test types a command that changes the disk, ...
    go_to("disk_flush")
    show("flush", "p $proc->pid", "locks", "log", "bcache", "bt-proc",
         "inode 1")
    # ... and, when all is at rest, uptime.
    go_to("sys_uptime")
    settle()
    machine("uptime")
    show("uptime", *ALL)
    # The first one that was started.
    sleeper, other = sorted((line.split()[0] for line in run("ps").split("\n")
                             if " sleep " in line), key=int)
    show("uptime", "p $proc->pid", "info threads", "kstack " + sleeper,
         "bt-proc " + sleeper, "files " + sleeper, "files " + other,
         "files 1", "pt user",
         "inode 2", "inode 43", "inode 41", "dir /sh", "dir /none/x", "dir x",
         "dir", "kstack 99", "kstack 1 2", "kstack nothing", "kstack &ncpu",
         "inode 0", "inode 99999", "pt 99", "pt-walk", "pt-walk nothing",
         "files $", "picture", "picture nothing", "picture kstack 99",
         "picture kstack 1", "picture pt-walk 0x3000 1", "picture log",
         "help kstack", "help ps")
    run("thread 1")
    show("thread 1", "p $cpu->id")
    run("thread 2")
    show("thread 2", "p $cpu->id")
    plant(sleeper)
    import lectern.pages as pages
    rows = [pages.Range(i * 4096, frame << 12 | 7, 4096)
            for i, frame in enumerate((9, 5, 7, 1))]
    print("=== fold: pages\n" + "\n".join(
        one.line() for one in pages.fold(pages.fold(rows), anyhow=True))
        + "\n=== end")


def plant(sleeper):
    """Locks that are held and waited for, to see how `locks` shows them."""
    import lectern.kernel as kernel
    p = "((struct proc *)%#x)" % int(kernel.find_process(sleeper).address)
    changes = {
        p + "->chan": "&'log.c'::log.busy",
        "'log.c'::log.busy.holder": "initproc",
        "'log.c'::log.busy.next_ticket": "'log.c'::log.busy.serving + 2",
        "'kalloc.c'::kmem.lock.locked": "1",
        "'kalloc.c'::kmem.lock.cpu": "&cpus[1]",
        "'kalloc.c'::kmem.lock.where": "(unsigned)&kinit + 1",
    }
    before = {name: int(gdb.parse_and_eval(name)) for name in changes}
    for name, value in changes.items():
        run("set variable %s = %s" % (name, value))
    show("planted", "locks")
    for name, value in before.items():
        run("set variable %s = %d" % (name, value))


try:
    run("set confirm off")
    run("set pagination off")
    run("set architecture i386")
    run("source " + os.environ["LOOKING"])
    show("alone", "ps")
    run("target remote " + os.environ["GDB_SOCKET"])
    boot()
    shell()
    run("delete")
    run("detach")
    print("=== done: all", flush=True)
except Exception as error:
    print("=== failed: %s" % error, flush=True)
