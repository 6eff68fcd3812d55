"""Chains of calls on a kernel stack, followed by the frame pointers.

A frame holds the address of the caller's frame, then the return address.  The
registers of alltraps are still the interrupted code's, so from trap the chain
leads on through the trapframe.
"""
import gdb

from lectern import kernel
from lectern.command import Problem


RET, PUSH = b"\xc3", b"\x55"      # ret; push %ebp


class Stack:
    """The kernel stack of a process, and where its owner stands on it."""

    def __init__(self, p):
        self.p = p
        self.low = kernel.number(p["kstack"])
        self.high = self.low + kernel.PGSIZE
        self.words = kernel.words(kernel.memory(self.low, kernel.PGSIZE))
        self.tf = self.inside(p["tf"])
        self.context = self.inside(p["context"])
        self.in_user_mode = False
        self.live = False           # are its registers in a CPU?
        self.pc = self.esp = self.ebp = None
        self.find_registers()

    def inside(self, pointer):
        """The number of a pointer into this stack, or None."""
        address = kernel.number(pointer)
        return address if self.low <= address < self.high else None

    def word(self, address):
        return self.words[(address - self.low) // 4]

    def find_registers(self):
        cpu = kernel.cpu_of(self.p)
        if cpu is not None:
            self.look_at_cpu(cpu)
        if not self.live and not self.in_user_mode and self.context:
            context = self.p["context"].dereference()
            self.esp = self.context
            self.pc = kernel.number(context["eip"])
            self.ebp = kernel.number(context["ebp"])

    def look_at_cpu(self, cpu):
        """Is its owner in user mode, or on this stack, on that CPU?"""
        selected, frame = gdb.selected_thread(), gdb.selected_frame()
        for thread in gdb.selected_inferior().threads():
            if thread.num == cpu + 1:
                thread.switch()
        if kernel.register("cs") & kernel.DPL_USER:
            self.in_user_mode = True
        elif self.low <= kernel.register("esp") < self.high:
            self.live = True
            self.esp = kernel.register("esp")
            self.pc, self.ebp = kernel.register("eip"), kernel.register("ebp")
        selected.switch()
        frame.select()

    def bare_return(self):
        """Where the return address lies while there is no frame of its own.

        That is at the first two instructions of a function (push %ebp; mov
        %esp,%ebp) and at its ret.  None anywhere else.
        """
        if not self.live or self.pc < kernel.KERNBASE:
            return None
        start = kernel.symbol(self.pc)
        if "+" not in start or kernel.memory(self.pc, 1) == RET:
            return self.esp
        pushed = start.endswith("+1") and kernel.memory(self.pc - 1, 1) == PUSH
        return self.esp + 4 if pushed else None

    def calls(self):
        """Who called whom, innermost first.

        A list of (address of the word, return address, trapframe).  The third
        is None but where the caller is alltraps.
        """
        found, ebp, last = [], self.ebp, self.low
        if self.ebp is None:
            return found
        bare = self.bare_return()
        if bare is not None:
            found.append(self.call(bare))
        while last < ebp <= self.high - 8 and ebp % 4 == 0:
            found.append(self.call(ebp + 4))
            last, ebp = ebp, self.word(ebp)
        return found

    def call(self, address):
        """The call whose return address lies there."""
        back, tf = self.word(address), None
        if kernel.function(back) == "alltraps":
            tf = kernel.at("struct trapframe", self.word(address + 4))
        return address, back, tf


def stack_of(p):
    """The kernel stack of a process that has one; else says that it has none."""
    if int(p["kstack"]) == 0:
        raise Problem("%s has no kernel stack yet" % kernel.title(p))
    return Stack(p)
