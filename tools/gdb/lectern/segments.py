"""gdt, idt and tss: the tables by which the CPU changes segments and stacks."""
from lectern import kernel, traps
from lectern.command import Command, Problem

SEGMENTS = ("none", "SEG_KCODE", "SEG_KDATA", "SEG_KCPU", "SEG_UCODE",
            "SEG_UDATA", "SEG_TSS", "SEG_DOUBLE")
PRESENT, CODE_OR_DATA, CODE, BUSY = 0x80, 0x10, 0x08, 0x02
GATES = {0x5: "task gate", 0xE: "interrupt gate", 0xF: "trap gate"}
VECTOR_SIZE = 16                # kernel/x86/traps.h


def this_cpu():
    """The selected CPU's struct cpu, which cpu_init has filled in."""
    c = kernel.this_cpu()
    if int(c["self"]) == 0:
        raise Problem("CPU %d has no tables of the kernel's yet: cpu_init "
                      "makes them" % kernel.cpu_number())
    return c


def access(descriptor):
    """What a descriptor is, as ACCESS_... of kernel/x86/mmu.h."""
    return descriptor >> 40 & 0xFF


class GDT(Command):
    """gdt: shows the segment descriptors of this CPU.

SELECTOR is what a segment register holds to use one: eight times its index,
and for those of user mode its privilege level, 3."""

    def draw(self, words):
        c = this_cpu()
        lines = ["GDT of CPU %d, at %08x" % (kernel.cpu_number(),
                                             kernel.number(c["gdt"].address)),
                 "SELECTOR NAME        BASE     LIMIT    LEVEL WHAT"]
        first, last = c["gdt"].type.range()
        for i in range(first, last + 1):
            lines.append(self.line(i, int(c["gdt"][i])))
        return lines

    def line(self, i, descriptor):
        kind = access(descriptor)
        level = kind >> 5 & 3
        name = SEGMENTS[i] if i < len(SEGMENTS) else ""
        if not kind & PRESENT:
            return "%#8x %-11s not present" % (i * 8, name)
        base = descriptor >> 16 & 0xFFFFFF | descriptor >> 32 & 0xFF000000
        limit = descriptor & 0xFFFF | descriptor >> 32 & 0xF0000
        if descriptor >> 55 & 1:        # counted in pages
            limit = limit << 12 | 0xFFF
        return "%#8x %-11s %08x %08x %5d %s" % (i * 8 | level, name, base,
                                                limit, level, self.what(kind))

    def what(self, kind):
        if not kind & CODE_OR_DATA:
            return "task state" + (", in use" if kind & BUSY else "")
        return "code" if kind & CODE else "data"


class IDT(Command):
    """idt: shows where each vector leads, like vectors folded to one line.

An interrupt gate turns interrupts off, a trap gate does not, a task gate
switches to another task state.  LEVEL 3: user mode may use it, with int.
TO: the stubs lie 16 bytes apart, from the symbol `vectors` on."""

    def draw(self, words):
        table = kernel.value("'idt.c'::idt")
        start = kernel.number(table.address)
        size = table.type.sizeof
        half = kernel.words(kernel.memory(start, size))
        gates = [low | high << 32 for low, high in zip(half[::2], half[1::2])]
        if not any(gates):
            raise Problem("the table is empty: idt_init fills it in")
        lines = ["IDT at %08x" % start,
                 "VECTORS   GATE           LEVEL TO                   FOR"]
        first = 0
        for n in range(1, len(gates) + 1):
            if n == len(gates) or self.kind(gates[n], n) != \
                    self.kind(gates[first], first):
                lines.append(self.line(first, n - 1, gates[first]))
                first = n
        return lines

    def kind(self, gate, n):
        """What must be the same in two gates for one line to tell of both."""
        offset = gate & 0xFFFF | gate >> 32 & 0xFFFF0000
        stub = kernel.address_of("vectors") + n * VECTOR_SIZE
        return access(gate), gate >> 16 & 0xFFFF, offset - stub, self.group(n)

    def group(self, n):
        ours = traps.OURS.get(n)
        if ours or n == 8:
            return ours or "double fault"
        if n < traps.T_IRQ0:
            return "exceptions"
        if n < traps.T_IRQ0 + traps.NIRQS:
            return "devices' interrupts"
        return "nothing of ours"

    def line(self, first, last, gate):
        kind = access(gate)
        vectors = "%d" % first + ("-%d" % last if last > first else "")
        if not kind & PRESENT:
            return "%-9s not present" % vectors
        selector = gate >> 16 & 0xFFFF
        to = "task %#x" % selector
        if kind & 0xF != 5:
            offset = gate & 0xFFFF | gate >> 32 & 0xFFFF0000
            to = "%#x:%s" % (selector, kernel.symbol(offset))
        return "%-9s %-14s %5d %-20s %s" % (
            vectors, GATES.get(kind & 0xF, "?"), kind >> 5 & 3, to,
            self.group(first))


class TSS(Command):
    """tss: shows the task states of this CPU.

From the first the CPU takes its stack when it comes from user mode: ss0 and
esp0, the top of the process's kernel stack.  A double fault switches to the
second one.  The rest of them the kernel does not use."""

    def draw(self, words):
        c = this_cpu()
        tss, double = c["tss"], c["double_fault"]
        eip = kernel.number(double["eip"])
        return [
            "Task state of CPU %d, at %08x" % (kernel.cpu_number(),
                                               kernel.number(tss.address)),
            "  ss0    %08x  %s" % (int(tss["ss0"]), traps.SELECTORS.get(
                int(tss["ss0"]), "not set yet")),
            "  esp0   %08x  %s" % (int(tss["esp0"]),
                                   self.owner(int(tss["esp0"]))),
            "  iomap  %08x  no port is open to user mode"
            % int(tss["iomap"]),
            "For a double fault, at %08x" % kernel.number(double.address),
            "  eip    %08x  %s" % (eip, kernel.symbol(eip)),
            "  esp    %08x  %s" % (int(double["esp"]),
                                   kernel.symbol(int(double["esp"]))),
            "  cr3    %08x  %s" % (int(double["cr3"]), self.directory(
                int(double["cr3"])))]

    def owner(self, esp0):
        for p in kernel.processes():
            if kernel.number(p["kstack"]) + kernel.PGSIZE == esp0:
                return "top of the kernel stack of " + kernel.title(p)
        return "no process's" if esp0 else "not set yet"

    def directory(self, cr3):
        if cr3 == 0:
            return "not set yet"
        own = kernel.number("kpgdir") - kernel.KERNBASE == cr3
        return "the kernel's own page table" if own else "?"


GDT()
IDT()
TSS()
