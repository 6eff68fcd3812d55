"""Runs the commands of a step, our words among them."""
import re

import gdb

from lecture.machine import LIMIT, Stopper

MOST_STEPS = 20000
USER = 3                # the privilege level, in %cs
KERNBASE, EXTMEM = 0x80000000, 0x100000

# What these print is where the machine stands, or a breakpoint's number.
MOVES = re.compile(r"(continue|c|stepi?|si|s|nexti?|ni|n|finish|until|advance"
                   r"|reverse-\w+)\b")
BREAKS = re.compile(r"((t|h|th)?b(reak)?|r?watch|delete|d)\b")


class Failed(Exception):
    """A word of ours could not do what it should."""


def forget():
    """Breakpoints and symbols of user programs last for one step."""
    gdb.execute("delete", to_string=True)
    start = int(gdb.parse_and_eval("$user_program"))
    if start >= 0:
        gdb.execute("remove-symbol-file -a %d" % start, to_string=True)
        gdb.execute("set $user_program = -1")


class Result:
    """What a step showed."""

    def __init__(self):
        self.shown = []         # (command, the lines it printed)
        self.vary = []          # patterns
        self.failures = []      # what should not have happened
        self.errors = []        # what GDB could not do: perhaps the point

    def drawing(self):
        """What goes on the screen: what was printed, and by what."""
        drawing = []
        for command, lines in self.shown:
            if lines and command != "console":
                drawing.append("(gdb) " + command.split("\n")[0])
            drawing += [line.expandtabs() for line in lines]
        return drawing


def is_user_mode():
    return int(gdb.parse_and_eval("$cs")) & USER == USER


def function_symbol(name):
    """What GDB knows of a function in C, or None."""
    symbol = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
    is_function = symbol and symbol.type.code == gdb.TYPE_CODE_FUNC
    return symbol if is_function else None


def assembly_address(name):
    """Where code with this name is.  As a variable may have the same name, what
    GDB has of the linker is asked."""
    text = gdb.execute("maintenance print msymbols", to_string=True)
    found = re.search(r"\b[tT] (0x\w+) %s section" % re.escape(name), text)
    if found is None:
        raise Failed("there is no function " + name)
    return int(found[1], 16)


def function_lines(name):
    """Where a function is: its file's path, (number, text) of its lines."""
    symbol = function_symbol(name)
    if symbol is not None:
        path, first = symbol.symtab.fullname(), symbol.line
    else:
        sal = gdb.find_pc_line(assembly_address(name))
        if sal.symtab is None:
            raise Failed("there is no source of " + name)
        path, first = sal.symtab.fullname(), sal.line
    lines = []
    with open(path) as file:
        for number, line in enumerate(file, 1):
            if number >= first:
                lines.append((number, line))
                if line.startswith("}"):
                    break
    return path, lines


def line_with(function, text):
    """The place, as GDB writes it, of the line of a function with a text."""
    path, lines = function_lines(function)
    for number, line in lines:
        if text in line:
            where = "%s:%d" % (path, number)
            places = gdb.decode_line(where)[1] or []
            if number not in [sal.line for sal in places]:
                raise Failed("line %d has no instructions of its own: take "
                             "another one" % number)
            return where
    raise Failed("no line of %s contains: %s" % (function, text))


class Counter(gdb.Breakpoint):
    """Counts the callers of a function, without a stop."""

    def __init__(self, function):
        super().__init__(function, internal=True)
        self.callers = {}

    def stop(self):
        caller = gdb.newest_frame().older()
        name = caller.name() if caller is not None else "?"
        self.callers[name] = self.callers.get(name, 0) + 1
        return False


class Runner:
    def __init__(self, machine):
        self.machine = machine
        self.told = 0           # so much of the console has been shown
        self.waited = 0         # and so much has been waited for
        self.marked = None
        self.at_rest = False    # does the machine stand where `wait` left it?
        self.words = {"go": self.go, "rewind": self.rewind,
                      "steps": self.steps, "type": self.type,
                      "keys": self.keys, "wait": self.wait,
                      "quiet": self.quiet, "console": self.show_console,
                      "vary": self.vary, "count": self.count,
                      "mark": self.mark, "back": self.back}

    def run(self, step):
        """Runs a step and returns its Result."""
        self.result = Result()
        forget()
        for command in step.commands:
            lines = self.one(command)
            self.result.shown.append((command, lines))
        return self.result

    def one(self, command):
        word, _, rest = command.partition(" ")
        try:
            if word in self.words:
                return self.words[word](rest) or []
            return self.plain(command)
        except Failed as error:
            self.result.failures.append("%s: %s" % (command, error))
            return [str(error)]

    def plain(self, command):
        """A command of GDB's; returns what it printed."""
        with Stopper(self.machine) as stopper:
            try:
                text = gdb.execute(command, to_string=True)
            except gdb.error as error:
                self.result.errors.append("%s: %s" % (command, error))
                return str(error).split("\n")
            finally:
                self.at_rest = self.at_rest and not MOVES.match(command)
        if stopper.too_long:
            raise Failed("still running after %d seconds" % LIMIT)
        if MOVES.match(command) or BREAKS.match(command):
            return []
        text = text.rstrip("\n")
        return text.split("\n") if text else []

    def quiet(self, command):
        self.one(command)

    def resume(self, way):
        with Stopper(self.machine) as stopper:
            gdb.execute(way, to_string=True)
        self.at_rest = False
        return stopper

    def go(self, text):
        self.run_to(text, "continue")

    def rewind(self, text):
        self.run_to(text, "reverse-continue")

    def run_to(self, text, way):
        function, colon, line = text.partition(": ")
        place, _, condition = text.partition(" if ")
        if colon:
            place = line_with(function, line)
            condition = ""
        try:
            stop = gdb.Breakpoint(place, internal=True)
            stop.silent = True
            if stop.pending:
                stop.delete()
                raise Failed("there is no such place")
            if condition:
                stop.condition = condition
            stopper = self.resume(way)
            reached, valid = stop.hit_count, stop.is_valid()
            if valid:
                stop.delete()
        except gdb.error as error:
            raise Failed(str(error))
        if stopper.too_long:
            raise Failed("not reached in %d seconds" % LIMIT)
        if not reached:
            raise Failed("the machine stopped elsewhere")

    def steps(self, condition):
        self.at_rest = False
        with Stopper(self.machine):
            for _ in range(MOST_STEPS):
                try:
                    if gdb.parse_and_eval(condition):
                        return
                    gdb.execute("stepi", to_string=True)
                except gdb.error as error:
                    raise Failed(str(error))
        raise Failed("not true in %d steps" % MOST_STEPS)

    def type(self, line):
        self.send(line + "\r")

    def keys(self, text):
        self.send(re.sub(r"\^([A-Z[])", lambda m: chr(ord(m[1]) - 64), text))

    def send(self, text):
        self.waited = len(self.machine.console.text)
        self.machine.console.send(text)

    def wait(self, text):
        start = self.waited
        pattern = re.compile(r"^\$ \Z" if text == "$" else re.escape(text),
                             re.M)
        with Stopper(self.machine,
                     lambda said: pattern.search(said, start)) as stopper:
            gdb.execute("continue", to_string=True)
        if stopper.too_long:
            raise Failed("not printed in %d seconds" % LIMIT)
        if not stopper.found:
            raise Failed("the machine stopped before it was printed")
        self.waited = pattern.search(self.machine.console.text, start).end()
        self.at_rest = True

    def count(self, text):
        """Counts who calls a function until the console prints a text."""
        function, _, text = text.partition(" until ")
        try:
            counter = Counter(function)
        except gdb.error as error:
            raise Failed(str(error))
        self.wait(text)
        counter.delete()
        return ["%6d  %s" % (counter.callers[name], name)
                for name in sorted(counter.callers)]

    def mark(self, _):
        self.marked = self.state()
        self.machine.save("mark")

    def back(self, _):
        if self.marked is None:
            raise Failed("there is no mark")
        self.machine.load("mark")
        self.set_state(self.marked)

    def state(self):
        """What belongs to a snapshot of the machine, for set_state."""
        return self.machine.console.text, self.told, self.waited, self.at_rest

    def set_state(self, state):
        (self.machine.console.text, self.told, self.waited,
         self.at_rest) = state

    def show_console(self, _):
        text = self.machine.console.text
        said, self.told = text[self.told:], len(text)
        return said.strip("\n").split("\n")

    def vary(self, pattern):
        try:
            self.result.vary.append(re.compile(pattern))
        except re.error as error:
            raise Failed(str(error))


def source_line():
    """Where in the source the machine stands: the file's path and the number
    of the line, or None."""
    frame = gdb.newest_frame()
    sal = frame.find_sal()
    if is_low():
        sal = gdb.find_pc_line(frame.pc() + KERNBASE)
    if sal.symtab is None or sal.line == 0:
        return None
    if is_user_mode() and real_frame().name() != linked_name(frame.pc()):
        return None
    return sal.symtab.fullname(), sal.line


def is_low():
    """Does the kernel run at its physical address?"""
    end = int(gdb.parse_and_eval("(unsigned)&end"))
    return (EXTMEM <= gdb.newest_frame().pc() < end - KERNBASE
            and not is_user_mode())


def real_frame():
    """In what is inlined, the function is still the one around it."""
    frame = gdb.newest_frame()
    while frame.type() == gdb.INLINE_FRAME:
        frame = frame.older()
    return frame


def linked_name(pc):
    """The function there as the linker knows it, or None.  What it left out of
    a program has address 0 for GDB, as the program's own code has."""
    text = gdb.execute("info symbol %#x" % pc, to_string=True)
    # The compiler may have added to it, as in add.constprop.0.
    found = re.match(r"(\w+)\S*( \+ \d+)? in section", text)
    return found[1] if found else None


def place():
    """Where the machine stands: function and file, or what is known."""
    frame = gdb.newest_frame()
    if is_user_mode() and int(gdb.parse_and_eval("$user_program")) < 0:
        return "%#x in user mode" % frame.pc()
    frame = real_frame()
    name, symtab = frame.name(), frame.find_sal().symtab
    if is_user_mode() and name != linked_name(frame.pc()):
        return linked_name(frame.pc())
    if name is None:
        return "%#x" % frame.pc()
    if symtab is None:
        return name
    return "%s (%s)" % (name, re.sub(r"^\./", "", symtab.filename))
