"""Reading the kernel's data: by the names and types of its own symbols.

What the kernel defines as macros has no symbol; that little stands here again,
under the same names.
"""
import struct

import gdb

KERNBASE = 0x80000000           # kernel/x86/memlayout.h
EXTMEM = 0x00100000
TEMPBASE = 0xFD400000
KSTACKBASE = 0xFDC00000
DEVBASE = 0xFE000000
PGSIZE = 4096                   # kernel/x86/mmu.h
BIGPGSIZE = 0x400000
CR0_PG = 0x80000000
DPL_USER = 3


class Unreadable(Exception):
    """The kernel cannot be looked at, or has not what is asked for."""


def register(name):
    """A register of the CPU, or None if GDB does not know it."""
    try:
        return int(gdb.newest_frame().read_register(name)) & 0xFFFFFFFF
    except ValueError:
        return None


def has_machine():
    thread = gdb.selected_thread()
    return thread is not None and thread.is_valid()


def paging_is_on():
    return has_machine() and bool((register("cr0") or 0) & CR0_PG)


def cpu_number():
    """QEMU's threads count from 1, the kernel's CPUs from 0."""
    return gdb.selected_thread().num - 1


def check_machine():
    if not has_machine():
        raise Unreadable("there is no machine: start one with make qemu-gdb, "
                         "then make gdb")
    if not paging_is_on():
        raise Unreadable("paging is off on CPU %d, so the kernel's data is "
                         "not in sight" % cpu_number())


def value(expression):
    return gdb.parse_and_eval(expression)


def number(expression):
    """A number that an expression or a value has, without a sign."""
    if isinstance(expression, str):
        expression = value(expression)
    return int(expression) & 0xFFFFFFFF


def address_of(expression):
    return number("&" + expression)


def at(type_name, address):
    """What lies at an address, as that type."""
    pointer = gdb.lookup_type(type_name).pointer()
    return gdb.Value(address).cast(pointer).dereference()


def memory(address, size):
    """The bytes at a virtual address."""
    return bytes(gdb.selected_inferior().read_memory(address, size))


def physical(address, size):
    """The bytes at a physical address of RAM."""
    return memory(address + KERNBASE, size)


def words(data):
    """Bytes as 32-bit words."""
    return struct.unpack("<%dI" % (len(data) // 4), data)


def string(pointer):
    return pointer.string("ascii", "replace")


def symbol(address):
    """The name of a kernel address, as in trap+12; '' if it has none."""
    if address < KERNBASE:
        return ""
    pointer = gdb.Value(address).cast(gdb.lookup_type("void").pointer())
    text = pointer.format_string(symbols=True)
    return text[text.index("<") + 1:-1] if "<" in text else ""


def function(address):
    """The name of the kernel's function in which an address lies, or ''."""
    return symbol(address).split("+")[0]


def place(address):
    """Where in the source an address lies, as in trap.c:152, or ''."""
    found = gdb.find_pc_line(address)
    if address < KERNBASE or found.symtab is None:
        return ""
    return "%s:%d" % (found.symtab.filename.split("/")[-1], found.line)


def cpus():
    """The CPUs that the kernel knows."""
    table = value("cpus")
    return [table[i] for i in range(number("ncpu"))]


def this_cpu():
    """The selected CPU's struct cpu."""
    n = cpu_number()
    if n >= number("ncpu"):
        raise Unreadable("CPU %d is not used, or not yet" % n)
    return value("cpus")[n]


def processes():
    """The entries of the process table that are in use, in its order."""
    table = value("ptable.proc")
    first, last = table.type.range()
    entries = [table[i] for i in range(first, last + 1)]
    return [p for p in entries if int(p["pid"]) != 0]


def running_process():
    """The process of the selected CPU, or None."""
    p = this_cpu()["proc"]
    return p.dereference() if int(p) != 0 else None


def find_process(wanted):
    """The process with that pid, or at that struct proc *.

    Without one, that is None: the running process or, if none runs, the newest.
    """
    if wanted is None:
        running = running_process()
        if running is not None:
            return running
        if not processes():
            raise Unreadable("there is no process yet")
        return max(processes(), key=lambda p: int(p["pid"]))
    found = value(wanted)
    kind = found.type.strip_typedefs().code
    if kind not in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_PTR):
        raise Unreadable("%s is neither a pid nor a pointer to a process"
                         % wanted)
    if kind == gdb.TYPE_CODE_PTR:
        low, high = address_of("ptable.proc[0]"), number("&ptable + 1")
        if not low <= number(found) < high:
            raise Unreadable("%s is no pointer to a process" % wanted)
        return at("struct proc", number(found))
    for p in processes():
        if int(p["pid"]) == int(found):
            return p
    raise Unreadable("there is no process %d; ps lists them" % int(found))


def cpu_of(p):
    """The number of the CPU on which a process runs, or None."""
    for i, c in enumerate(cpus()):
        if number(c["proc"]) == number(p.address):
            return i
    return None


def title(p):
    """A process by pid and name."""
    name = string(p["name"])
    return "process %d%s" % (int(p["pid"]), ", " + name if name else "")


def state(p):
    return str(p["state"]).lower()
