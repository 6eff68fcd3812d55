"""Names for what stands in a trapframe."""
from lectern import kernel

SELECTORS = {0x08: "kernel code", 0x10: "kernel data", 0x18: "this CPU's data",
             0x23: "user code", 0x2B: "user data", 0x30: "task state"}
FLAGS = ((0, "CF"), (2, "PF"), (4, "AF"), (6, "ZF"), (7, "SF"), (8, "TF"),
         (9, "IF"), (10, "DF"), (11, "OF"), (17, "VM"))

T_IRQ0, NIRQS = 32, 16
T_SYSCALL = 64
DEVICES = {1: "keyboard", 4: "serial line", 14: "disk"}
OURS = {48: "clock", 49: "wake-up from a CPU", T_SYSCALL: "system call",
        255: "spurious interrupt"}


def call_name(eax):
    """The name of a system call, '' if there is none with that number."""
    calls = kernel.value("'syscall.c'::calls")
    first, last = calls.type.range()
    if not first < eax <= last:
        return ""
    return kernel.string(calls[eax]["name"])


def trap_name(vector):
    """What a vector is, in words."""
    names = kernel.value("'trap.c'::exception_names")
    first, last = names.type.range()
    if first <= vector <= last:
        name = names[vector]
        return kernel.string(name) if int(name) != 0 else "exception"
    if T_IRQ0 <= vector < T_IRQ0 + NIRQS:
        irq = vector - T_IRQ0
        return DEVICES.get(irq, "device %d" % irq)
    return OURS.get(vector, "no vector of ours")


def flags(eflags):
    return " ".join(name for bit, name in FLAGS if eflags >> bit & 1)


def is_user(tf):
    return bool(int(tf["cs"]) & kernel.DPL_USER)
