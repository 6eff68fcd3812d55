"""Shows a lecture to a person, screen by screen."""
import os
import re
import sys

import gdb

from lecture.machine import quietly
from lecture.steps import is_user_mode, place, source_line

WIDTH, HEIGHT = 80, 24
NSOURCE = 7             # lines around the program counter
CLEAR = "\033[H\033[2J"


def height():
    try:
        return max(HEIGHT, os.get_terminal_size().lines)
    except OSError:
        return HEIGHT


def source():
    """Seven lines around the program counter, or instructions if there is no
    source."""
    path, number = source_line() or ("", 0)
    if not os.path.exists(path):
        return instructions()
    with open(path) as file:
        lines = file.read().split("\n")
    first = max(0, min(number - 1 - NSOURCE // 2, len(lines) - NSOURCE))
    return ["%s%4d  %s" % ("=>" if i + 1 == number else "  ", i + 1,
                           lines[i].expandtabs())
            for i in range(first, min(first + NSOURCE, len(lines)))]


def instructions():
    code = "$cs * 16 + $pc" if not gdb.parse_and_eval("$cr0 & 1") else "$pc"
    try:
        text = gdb.execute("x/%di %s" % (NSOURCE, code), to_string=True)
    except gdb.error as error:
        text = str(error)
    return [line.expandtabs() for line in text.rstrip("\n").split("\n")]


class Shown:
    """What is on the screen at a step, and what must be known to be there
    again."""

    def __init__(self, result, state):
        self.drawing = result.drawing() if result else []
        self.source = source() if result else []
        self.place = place() if result else ""
        if is_user_mode():
            self.place += ", user mode"
        self.state = state              # for Runner.set_state


class Player:
    def __init__(self, name, lecture, runner):
        self.name = name
        self.lecture = lecture
        self.steps = lecture.steps
        self.runner = runner
        self.machine = runner.machine
        self.start = None               # the state of Runner then
        self.shown = {}                 # by the index of a step
        self.touched = False            # has the person moved the machine?

    # Steps.

    def run(self, index):
        """Runs a step, and keeps the machine as it is then."""
        if self.touched and index > 0:
            self.restore(index - 1)
        elif self.touched:
            self.machine.load("start")
            self.runner.set_state(self.start)
        self.touched = False
        result = self.runner.run(self.steps[index])
        self.keep(index, result)

    def keep(self, index, result):
        self.shown[index] = Shown(result, self.runner.state())
        self.machine.save("step%d" % index)

    def restore(self, index):
        """Takes the machine back to how it was after a step."""
        self.machine.load("step%d" % index)
        self.runner.set_state(self.shown[index].state)
        self.touched = False

    def find(self, where):
        """Runs up to the step that the person asked for; returns its index."""
        if where.isdigit() and 1 <= int(where) <= len(self.steps):
            wanted = int(where) - 1
        else:
            wanted = self.titled(where)
        for index, step in enumerate(self.steps):
            if index == wanted:
                return index
            self.run(index)
            if wanted is None and self.shown[index].place.split()[:1] == [
                    where]:
                return index
        return None

    def titled(self, where):
        for index, step in enumerate(self.steps):
            if step.title.lower().startswith(where.lower()):
                return index
        return None

    # The screen.

    def stages(self, step):
        return " | ".join("[%s]" % stage if stage == step.stage else stage
                          for stage in self.lecture.stages)

    def screen(self, index, revealed):
        """The lines of the screen at a step, without the last one."""
        step, room = self.steps[index], height() - 1
        lines = ["%s: step %d of %d" % (self.name, step.number,
                                        len(self.steps)), self.stages(step)]
        if step.is_question:
            lines += ["", "Question: " + step.title, ""]
            if revealed:
                lines += step.answer + [""]
                lines += self.cut(self.shown[index].drawing,
                                  room - sum(map(rows, lines)))
            return lines
        shown = self.shown[index]
        lines[0] += "   " + step.title
        lines += [step.say, rule(shown.place)] + shown.source + [rule("")]
        return lines + self.cut(shown.drawing, room - len(lines))

    @staticmethod
    def cut(drawing, room):
        if len(drawing) <= room:
            return drawing
        left = len(drawing) - room + 1
        return drawing[:room - 1] + ["... %d more lines: type all" % left]

    def draw(self, index, revealed):
        clear = CLEAR if os.isatty(1) else ""
        lines = self.screen(index, revealed)
        step = self.steps[index]
        if not step.is_question:
            lines = [line[:WIDTH] for line in lines]
        blank = height() - 1 - sum(map(rows, lines))
        text = "\n".join(lines) + "\n" * (1 + max(0, blank))
        gdb.write(clear + text)

    # The person.

    def prompt(self, index, revealed):
        step = self.steps[index]
        if step.is_question and not revealed:
            return "Enter: the answer   b: back   q: leave > "
        if index + 1 == len(self.steps):
            return "The end.   b: back   q: leave   or a GDB command > "
        return "Enter: on   b: back   q: leave   or a GDB command > "

    def ask(self, index, revealed):
        gdb.write(self.prompt(index, revealed))
        gdb.flush()
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            gdb.write("\n")
            return None
        return line.strip() if line else "q"

    def play(self, where):
        quietly("set pagination off")
        self.start = self.runner.state()
        self.machine.save("start")
        index = self.find(where) if where else 0
        if index is None:
            print("No step stops at %s or has a title that begins so." % where,
                  file=sys.stderr)
            return 1
        forward = index not in self.shown
        while True:
            index = self.at_step(index, forward)
            if index is None:
                return 0
            index, forward = index

    def at_step(self, index, forward):
        """Shows a step.  Returns the next one's index and whether that is to
        run first, or None if the person leaves."""
        revealed = not forward
        if not self.steps[index].is_question:
            if index not in self.shown or forward:
                self.run(index)
            revealed = True
        self.draw(index, revealed)
        while True:
            line = self.ask(index, revealed)
            if line in ("q", "quit"):
                return None
            if line == "":
                if not revealed:
                    self.run(index)
                    revealed = True
                    self.draw(index, revealed)
                elif index + 1 < len(self.steps):
                    return index + 1, True
            elif line == "b":
                if index > 0:
                    self.restore(index - 1)
                    return index - 1, False
            elif line is not None:
                self.command(line, index)

    def command(self, line, index):
        """What the person types to GDB."""
        if line == "all":
            gdb.write("\n".join(self.shown[index].drawing) + "\n")
            return
        if line == "console":
            gdb.write(self.machine.console.text.strip("\n") + "\n")
            return
        self.touched = True
        word, _, rest = line.partition(" ")
        quietly("set suppress-cli-notifications off")
        try:
            if word in self.runner.words:
                self.runner.one(line)
            else:
                gdb.execute(line)
        except gdb.error as error:
            gdb.write("%s\n" % error)
        except KeyboardInterrupt:
            gdb.write("\n")
        quietly("set suppress-cli-notifications on")


def rule(text):
    return ("--- %s " % text if text else "").ljust(WIDTH, "-")


def rows(line):
    """How many rows of the screen a line takes."""
    return max(1, -(-len(line) // WIDTH))
