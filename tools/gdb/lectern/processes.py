"""ps, files and bt-proc: the process table, and what a process is at."""
from lectern import kernel, traps
from lectern.calls import Stack, stack_of
from lectern.command import Command, Problem, pid_or_none


def waits_in(p):
    """Where a sleeping process waits: the first call that is not sleep's."""
    for _, back, _ in Stack(p).calls():
        name = kernel.function(back - 1)
        if not name.startswith("sleep"):
            return "%s %s" % (name, kernel.place(back - 1))
    return "?"


class PS(Command):
    """ps: lists the processes, as the machine's own ps does.

WAITING IN is the function that a sleeping process waits in, and the line of
the source.  For a running one the CPU stands there."""

    def draw(self, words):
        lines = ["  PID  PPID STATE          KB NAME            WAITING IN"]
        for p in kernel.processes():
            lines.append("%5d %5d %-8s %8d %-15s %s" % (
                int(p["pid"]), self.parent(p), kernel.state(p),
                int(p["sz"]) // 1024, kernel.string(p["name"]), self.place(p)))
        if len(lines) == 1:
            raise Problem("there is no process yet")
        return lines

    def parent(self, p):
        return int(p["parent"]["pid"]) if int(p["parent"]) != 0 else 0

    def place(self, p):
        if kernel.state(p) == "sleeping":
            return waits_in(p)
        cpu = kernel.cpu_of(p)
        return "" if cpu is None else "(on CPU %d)" % cpu


class Backtrace(Command):
    """bt-proc [PID]: lists the chain of calls of a process, innermost first.

For one that sleeps or waits for its turn the chain begins at the registers
that swtch saved; for one that runs, at the registers of its CPU.
PID may also be a pointer, as in: bt-proc p
Without it: the process that runs here or, if none does, the newest one."""

    def draw(self, words):
        p = kernel.find_process(pid_or_none(words))
        stack = stack_of(p)
        lines = ["%s, %s%s" % (kernel.title(p), kernel.state(p),
                               self.channel(p))]
        if stack.in_user_mode:
            return lines + ["  in user mode, on CPU %d" % kernel.cpu_of(p)]
        if stack.pc is None:
            return lines + ["  it has not been given registers yet"]
        # Where it stands, exactly; but for that, the call is one byte before.
        fresh = "+" not in kernel.symbol(stack.pc)
        lines.append(self.line(stack.pc, 0 if stack.live or fresh else 1))
        calls = stack.calls()
        if not calls and not stack.live:
            back = stack.context + stack.p["context"].dereference().type.sizeof
            lines.append(self.line(stack.word(back), 0) + "  (next)")
        for _, back, tf in calls:
            lines += self.caller(back, tf)
        return lines

    def channel(self, p):
        if kernel.state(p) != "sleeping":
            return ""
        chan = kernel.number(p["chan"])
        name = kernel.symbol(chan)
        return " on %#010x%s" % (chan, ", which is " + name if name else "")

    def line(self, address, before):
        return "  %08x %-32.32s %s" % (address, kernel.symbol(address),
                                       kernel.place(address - before))

    def caller(self, back, tf):
        lines = [self.line(back, 1)]
        if tf is not None:
            why = traps.trap_name(int(tf["trapno"]))
            if int(tf["trapno"]) == traps.T_SYSCALL:
                why += " " + traps.call_name(int(tf["eax"]))
            eip = kernel.number(tf["eip"])
            if traps.is_user(tf):
                lines.append("  %08x in user mode: %s" % (eip, why))
            else:
                lines += ["           %s, in the kernel at" % why,
                          self.line(eip, 0)]
        return lines


class Files(Command):
    """files [PID]: lists a process's open files and its current directory.

REFS is how many descriptors, of all processes, share the open file and with
it the offset.
Without PID: the process that runs here or, if none does, the newest one."""

    def draw(self, words):
        p = kernel.find_process(pid_or_none(words))
        lines = ["Open files of %s" % kernel.title(p),
                 "   FD MODE   REFS   OFFSET  WHAT"]
        first, last = p["ofile"].type.range()
        for fd in range(first, last + 1):
            if int(p["ofile"][fd]) != 0:
                lines.append(self.line(fd, p["ofile"][fd].dereference()))
        if int(p["cwd"]) != 0:
            lines.append("  cwd%s%s" % (" " * 24, self.inode(p["cwd"])))
        return lines

    def line(self, fd, f):
        mode = (("r" if f["readable"] else "") + ("w" if f["writable"] else "")
                + (" add" if f["append"] else ""))
        return "%5d %-6s %4d %8d  %s" % (fd, mode, int(f["refs"]),
                                         int(f["off"]), self.what(f))

    def what(self, f):
        if int(f["pipe"]) != 0:
            pipe = f["pipe"].dereference()
            waiting = (int(pipe["nwrite"]) - int(pipe["nread"])) & 0xFFFFFFFF
            return "pipe at %08x, %d bytes in it" % (
                kernel.number(f["pipe"]), waiting)
        if int(f["device"]) != 0:
            reader = kernel.symbol(kernel.number(f["device"]["read"]))
            return "inode %d, a device that %s reads" % (
                int(f["ip"]["entry"]["key"]), reader)
        return self.inode(f["ip"])

    def inode(self, pointer):
        if int(pointer) == 0:
            return "being opened"
        ip = pointer.dereference()
        kinds = {1: "directory", 2: "file", 3: "device node"}
        kind = kinds.get(int(ip["d"]["type"]), "inode")
        if not ip["entry"]["valid"]:
            return "inode %d, not read yet" % int(ip["entry"]["key"])
        return "inode %d, %s of %d bytes" % (int(ip["entry"]["key"]), kind,
                                             int(ip["d"]["size"]))


PS()
Backtrace()
Files()
