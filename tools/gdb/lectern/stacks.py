"""kstack and tf: a process's kernel stack, and the user registers on it."""
from lectern import kernel, traps
from lectern.calls import stack_of
from lectern.command import Command, Problem, pid_or_none

FL_IF = 0x200
INNER = 60                      # characters in a box

# The fields of a trapframe from the top down: in each row the lowest first.
TRAPFRAME = (("esp", "ss"), ("eip", "cs", "eflags"), ("trapno", "err"),
             ("gs", "fs", "es", "ds"), ("ebx", "edx", "ecx", "eax"),
             ("edi", "esi", "ebp", "oesp"))


def edge(address, title="", label=""):
    line = "+--" + (" " + title + " " if title else "")
    return "%-7s %08x%s+" % (label, address, line.ljust(INNER + 3, "-"))


def row(address, text, label=""):
    return "%-7s %08x| %-60.60s |" % (label, address, text)


def cells(structure, names, note=""):
    """Fields by name and value, and what they mean."""
    return "  ".join(["%-4s %08x" % (name, kernel.number(structure[name]))
                      for name in names] + [note])


def offset(structure, name):
    for field in structure.type.strip_typedefs().fields():
        if field.name == name:
            return field.bitpos // 8
    raise LookupError(name)


def note_of(tf, names):
    """What the fields of a row mean."""
    if names[0] == "esp":
        return traps.SELECTORS.get(int(tf["ss"]), "")
    if names[0] == "eip":
        selector = traps.SELECTORS.get(int(tf["cs"]), "")
        return (selector.split() or [""])[0] + (
            ", IF" if int(tf["eflags"]) & FL_IF else "")
    if names[0] == "trapno":
        return meaning(tf)
    return ""


def meaning(tf):
    """What brought the kernel here."""
    vector = int(tf["trapno"])
    if all(int(tf[name]) == 0 for name in ("trapno", "esi", "edi", "ebp")):
        return "none: made by hand"
    text = traps.trap_name(vector)
    if vector == traps.T_SYSCALL:
        # The kernel puts the result where the number was.
        text += " " + traps.call_name(int(tf["eax"]))
    return text


def trapframe_rows(tf, address, label):
    user = traps.is_user(tf) or label == "tf"
    rows = TRAPFRAME if user else TRAPFRAME[1:]
    return [row(address + offset(tf, names[0]),
                cells(tf, names, note_of(tf, names)),
                label if names[0] == "edi" else "") for names in rows]


class KStack(Command):
    """kstack [PID]: draws a process's kernel stack, its top first.

From the top down: the trapframe, field by field; who called whom in the
kernel; and what swtch left there, the context.  In each row the lowest word
stands first, at the address in front.  In front of that stand the names of
the pointers that lead there.

PID may also be a pointer, as in: kstack p
Without it: the process that runs here or, if none does, the newest one."""

    def draw(self, words):
        p = kernel.find_process(pid_or_none(words))
        stack = stack_of(p)
        lines = ["Kernel stack of %s, %s; top first" % (kernel.title(p),
                                                        self.where(stack))]
        return lines + self.trapframe(stack) + self.middle(stack) \
            + self.bottom(stack)

    def where(self, stack):
        if stack.in_user_mode:
            return "in user mode: empty"
        if stack.live:
            return "in use"
        return kernel.state(stack.p)

    def trapframe(self, stack):
        if stack.tf is None:
            return [edge(stack.high, "no trapframe yet", "top")]
        tf = stack.p["tf"].dereference()
        return [edge(stack.high, "trapframe", "top")] \
            + trapframe_rows(tf, stack.tf, "tf")

    def middle(self, stack):
        """What lies between the trapframe and the lowest word in use."""
        if stack.tf is None or stack.in_user_mode:
            return []
        low = stack.esp
        if stack.context and not stack.live:
            low = stack.context + stack.p["context"].dereference().type.sizeof
        if low is None:             # allocproc has not come that far
            return self.few_words(stack, stack.tf - 4)
        if stack.tf - low <= 32:
            return self.few_words(stack, low)
        return self.call_rows(stack, low)

    def few_words(self, stack, low):
        """Every word from low up to the trapframe."""
        lines = []
        for address in range(stack.tf - 4, low - 4, -4):
            word = stack.word(address)
            lines.append(row(address, "%08x %s" % (word, kernel.symbol(word))))
        title = "return address" if len(lines) == 1 else ""
        return [edge(stack.tf, title)] + lines if lines else []

    def call_rows(self, stack, low):
        """The return addresses, and the trapframes of interrupts."""
        lines = []
        for address, back, tf in reversed(stack.calls()):
            if address < low:
                continue
            inner = tf is not None and not traps.is_user(tf)
            if inner:
                lines += self.interrupt(tf)
            text = "%08x %-28.28s %s" % (back, kernel.symbol(back),
                                         kernel.place(back - 1))
            lines.append(row(address, text))
        return [edge(stack.tf, "return addresses of the calls")] + lines

    def interrupt(self, tf):
        address = kernel.number(tf.address)
        eip = kernel.number(tf["eip"])
        title = "%s, at %s" % (meaning(tf), kernel.symbol(eip))
        return [edge(address, title)] + trapframe_rows(tf, address, "") \
            + [edge(address)]

    def bottom(self, stack):
        lines, low = [], stack.esp
        if stack.context and not stack.live and not stack.in_user_mode:
            lines = self.context(stack)
        if low is None:
            low = stack.tf or stack.high
        label = "esp" if stack.live else ""
        return lines + [edge(low, "free: %d bytes, down to kstack %08x"
                             % (low - stack.low, stack.low), label)]

    def context(self, stack):
        context = stack.p["context"].dereference()
        eip = stack.context + offset(context, "eip")
        return [edge(eip + 4, "context"),
                row(eip, cells(context, ["eip"], kernel.symbol(
                    kernel.number(context["eip"])))),
                row(stack.context, cells(context, ("edi", "esi", "ebx", "ebp")),
                    "context")]


class TrapFrame(Command):
    """tf [PID]: draws the trapframe that a process's tf leads to.

It holds the registers of user mode: those at the last entry to the kernel,
which are those at the next return.
PID may also be a pointer, as in: tf p
Without it: the process that runs here or, if none does, the newest one."""

    def draw(self, words):
        p = kernel.find_process(pid_or_none(words))
        address = kernel.number(p["tf"])
        if address == 0:
            raise Problem("%s has no trapframe yet" % kernel.title(p))
        tf = p["tf"].dereference()
        size = tf.type.sizeof
        vector = int(tf["trapno"])
        lines = ["Trapframe of %s: %d words" % (kernel.title(p), size // 4),
                 edge(address + size, meaning(tf))]
        lines += trapframe_rows(tf, address, "tf") + [edge(address)]
        lines.append("eflags: %s" % (traps.flags(int(tf["eflags"])) or "none"))
        if vector == traps.T_SYSCALL:
            lines.append("eax: the call's number; its result, once it is done")
        return lines


KStack()
TrapFrame()
