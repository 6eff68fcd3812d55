"""Travelling in time, in a recording that `make record` made.

GDB's own reverse-stepi, reverse-continue and watchpoints do it; here is what
they need besides.  At the end of a recording the machine ends, and QEMU cannot
go back from there: so it is made to stop shortly before, where the machine is
told to halt, and no command goes further.  tools/replay starts GDB with this.
"""
import os
import re

import gdb

MARKS = 8               # snapshots on the way to the end: from the nearest one
                        # QEMU goes forward to wherever it shall go back to
MARGIN = 10000          # instructions before the end that are left out
STEP = 1000             # ... to go on if a snapshot cannot be made
KERNBASE = 0x80000000   # kernel/x86/memlayout.h


class Recording:
    def __init__(self, folder):
        self.folder = folder
        with open(folder + "/settings") as file:
            settings = dict(line.split("=") for line in file.read().split())
        self.length = int(settings["instructions"])
        self.end = max(self.length - MARGIN, 1)
        self.position = self.shown = self.printed = 0
        self.is_going_back = False
        gdb.events.stop.connect(self.stopped)
        gdb.events.before_prompt.connect(self.show)

    def update(self):
        """Reads the position, and has the next move stop at the end."""
        answer = gdb.execute("monitor info replay", to_string=True)
        self.position = int(re.search(r"count = (\d+)", answer).group(1))
        if self.position < self.end:
            gdb.execute("monitor replay_break %d" % self.end, to_string=True)

    def stopped(self, event):
        self.is_going_back = False
        if gdb.selected_thread() is not None:
            self.update()

    def console(self):
        """What QEMU has printed since the last call."""
        with open(self.folder + "/output", "rb") as file:
            file.seek(self.printed)
            new = file.read()
        self.printed += len(new)
        return new.decode("latin-1").replace("\r", "")

    def show(self):
        """Says where in the recording we are, after a move."""
        if gdb.selected_thread() is None or self.position == self.shown:
            return
        new = self.console()
        # On its way back QEMU prints things again.
        if new and self.position > self.shown:
            gdb.write("[the machine printed:]\n%s\n" % new.strip("\n"))
        self.shown = self.position
        self.is_going_back = False
        gdb.write("[instruction {:,} of {:,}]\n".format(self.position,
                                                        self.end))

    def run_to(self, position):
        """Returns whether it got there: sys_halt stops it before."""
        gdb.execute("monitor replay_break %d" % position, to_string=True)
        gdb.execute("continue", to_string=True)
        return self.position >= position

    def save(self, name):
        """Makes a snapshot, if no disk request is in flight: it would be lost.

        Returns whether it did."""
        if gdb.parse_and_eval("ticks_left"):
            return False
        gdb.execute("monitor savevm " + name, to_string=True)
        return True

    def go_to_end(self):
        """From the beginning, leaving snapshots behind once there are
        processes."""
        gdb.execute("set suppress-cli-notifications on")
        gdb.Breakpoint("scheduler", internal=True, temporary=True)
        halt = gdb.Breakpoint("sys_halt", internal=True)
        self.run_to(self.end)
        start = self.position
        for i in range(1, MARKS + 1):
            there = self.run_to(start + (self.end - start) * i // MARKS)
            while (there and not self.save("mark%d" % i)
                   and self.position + STEP < self.length):
                there = self.run_to(self.position + STEP)
            if not there:
                break
        self.end = self.position
        halt.delete()
        gdb.execute("set suppress-cli-notifications off")


class Check(gdb.Command):
    """Comes before each command that moves the machine: is there a way?"""

    def __init__(self):
        super().__init__("check-way", gdb.COMMAND_OBSCURE)

    def invoke(self, way, from_tty):
        if way == "back":
            if recording.position == 0:
                raise gdb.GdbError("This is the beginning of the recording.")
            recording.is_going_back = True
        # To GDB, reverse-continue is a kind of continue.
        elif (recording.position >= recording.end
              and not recording.is_going_back):
            raise gdb.GdbError(
                "This is the end of the recording; the way is back: "
                "reverse-continue, reverse-stepi, wrote.")


class Wrote(gdb.Command):
    """wrote EXPRESSION: goes back to the instruction that wrote it last.

As in: wrote proc->state, or, after `user NAME`, for a variable of a program.
The machine then stands before that instruction.  A write of the kernel to
memory of a program is found as well."""

    def __init__(self):
        super().__init__("wrote", gdb.COMMAND_RUNNING, gdb.COMPLETE_EXPRESSION)

    def invoke(self, text, from_tty):
        self.dont_repeat()
        if not text:
            raise gdb.GdbError("wrote what?  wrote EXPRESSION")
        value = gdb.parse_and_eval(text)
        size = value.type.sizeof
        if value.address is None or size not in (1, 2, 4, 8):
            raise gdb.GdbError("wrote: %s is no variable of 1, 2, 4 or 8 bytes"
                               % text)
        address = int(value.address) & 0xFFFFFFFF
        memory = gdb.selected_inferior().read_memory
        after = bytes(memory(address, size))
        space = self.space()
        others = [b for b in gdb.breakpoints() if b.enabled]
        watches = [watch(place, size) for place in self.places(address)]
        for breakpoint in others:
            breakpoint.enabled = False
        try:
            while True:
                gdb.execute("reverse-continue", to_string=True)
                if recording.position == 0:
                    break
                # In another program this address is something else.
                if address >= KERNBASE or self.space() == space:
                    # The watchpoint stops behind the instruction.
                    gdb.execute("reverse-stepi", to_string=True)
                    break
        finally:
            for breakpoint in watches:
                breakpoint.delete()
            for breakpoint in others:
                breakpoint.enabled = True
        if recording.position == 0:
            gdb.write("Nothing in the recording wrote %s.\n" % text)
            return
        before = bytes(memory(address, size))
        gdb.write("%s: %s before, %s after\n" % (text, number(before),
                                                 number(after)))
        gdb.execute("x/i $pc")
        gdb.execute("frame")

    @staticmethod
    def space():
        return int(gdb.parse_and_eval("$cr3")) & ~0xFFF

    @staticmethod
    def places(address):
        """Where that memory is seen: for a program's also where the kernel
        sees it, in the direct map."""
        if address >= KERNBASE:
            return [address]
        answer = gdb.execute("monitor gva2gpa %#x" % address, to_string=True)
        found = re.search(r"gpa: (0x[0-9a-f]+)", answer)
        return [address] + ([KERNBASE + int(found.group(1), 16)] if found
                            else [])


def watch(address, size):
    kind = {1: "char", 2: "short", 4: "int", 8: "long long"}[size]
    return gdb.Breakpoint("*(%s *) %#x" % (kind, address), gdb.BP_WATCHPOINT,
                          gdb.WP_WRITE, internal=True)


def number(data):
    return "%#x" % int.from_bytes(data, "little")


class Snapshot(gdb.Command):
    """snapshot: makes going back to here, or to soon after, take less time."""

    def __init__(self):
        super().__init__("snapshot", gdb.COMMAND_RUNNING)

    def invoke(self, text, from_tty):
        self.dont_repeat()
        if not recording.save("at%d" % recording.position):
            raise gdb.GdbError("snapshot: not while the disk works; go on a "
                               "little")


recording = Recording(os.environ["LECTERN_RECORDING"])
Check()
for name in "continue stepi nexti step next finish until advance".split():
    gdb.execute("define hook-%s\ncheck-way on\nend" % name)
for name in "continue stepi nexti step next finish".split():
    gdb.execute("define hook-reverse-%s\ncheck-way back\nend" % name)
Wrote()
Snapshot()
recording.update()
recording.go_to_end()
recording.console()
