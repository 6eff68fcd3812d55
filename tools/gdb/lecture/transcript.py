"""Writes what a lecture shows, so that it can be compared.

lectures/README.md says which numbers are replaced, and by what.
"""
import re

import gdb

from lecture.steps import function_symbol, place

KERNBASE = 0x80000000
EXTMEM = 0x100000
PGSIZE = 4096
BIGPGSIZE = 0x400000
KSTACKBASE, DEVBASE = 0xFDC00000, 0xFE000000
NEW_STACK = 100         # bytes at the top that allocproc fills

# GDB's symbol behind an address, too, as the address becomes just that.
NUMBER = re.compile(r"\b(?:0x)?([0-9a-f]{6,8})\b( <[A-Za-z_.$][^<>]*>)?")
OFFSET = re.compile(r"\b([A-Za-z_]\w*)\+[0-9]+\b")
NAMED = re.compile(r"\$[0-9]+ = ")
BREAKPOINT = re.compile(r"\b([Bb]reakpoint) [0-9]+")
SECTION = re.compile(r"( in section \S+) of \S+")
LINE = re.compile(r"\b(\w+\.[chS]):[0-9]+")


class Normal:
    """Replaces the numbers that move when the kernel changes."""

    def __init__(self, mem):
        self.end = int(gdb.parse_and_eval("(unsigned)&end"))
        self.top = KERNBASE + mem * 0x100000
        self.pages = {}

    def text(self, text, vary):
        for pattern in vary:
            text = pattern.sub(self.varies, text)
        return "\n".join(map(self.line, text.split("\n")))

    def line(self, line):
        """A line of the transcript.  The space after what is replaced was as
        wide as that left it."""
        normal = self.replaced(line)
        if normal != line or "<...>" in line:
            normal = re.sub(r"(?<=\S)  +", "  ", normal)
        return normal

    def replaced(self, text):
        text = NAMED.sub("$ = ", text)
        text = BREAKPOINT.sub(r"\1", text)
        text = LINE.sub(r"\1:<line>", text)
        text = SECTION.sub(r"\1", text)
        text = NUMBER.sub(self.number, text)
        return OFFSET.sub(self.offset, text)

    @staticmethod
    def offset(match):
        """Where in a C function something is hangs on the compiler."""
        return match[1] + "+..." if function_symbol(match[1]) else match[0]

    @staticmethod
    def varies(match):
        if not match.re.groups:
            return "<...>"
        text, start = match.group(), match.start()
        spans = [match.span(i) for i in range(1, match.re.groups + 1)]
        for low, high in sorted(spans, reverse=True):
            if low >= 0:
                text = text[:low - start] + "<...>" + text[high - start:]
        return text

    def number(self, match):
        digits = match[1]
        if not match[0].startswith("0x") and len(digits) < 8:
            return match[0]
        value = int(digits, 16)
        if (value + 1) % BIGPGSIZE < 2:
            return match[0]
        if value == self.end and value % PGSIZE:
            return "<end>"
        if KERNBASE + EXTMEM < value < self.end:
            return (match[2] or " <%s>" % self.symbol(value))[1:]
        if self.end <= value < self.top:
            return self.page("page", value)
        if value == self.end - KERNBASE and value % PGSIZE:
            return "<V2P(end)>"
        if EXTMEM < value < self.end - KERNBASE:
            return "<V2P(%s)>" % self.symbol(value + KERNBASE)
        if self.end - KERNBASE <= value < self.top - KERNBASE:
            return self.page("frame", value + KERNBASE)
        if KSTACKBASE <= value < DEVBASE and (
                0 < value % PGSIZE < PGSIZE - NEW_STACK):
            return "<stack of slot %d>" % ((value - KSTACKBASE) // PGSIZE // 2)
        return match[0]

    def page(self, word, address):
        number = self.pages.setdefault(address // PGSIZE, len(self.pages) + 1)
        offset = address % PGSIZE
        return "<%s %d%s>" % (word, number, "+%#x" % offset if offset else "")

    @staticmethod
    def symbol(address):
        text = gdb.execute("info symbol %#x" % address, to_string=True)
        match = re.match(r"(\S+)(?: \+ (\d+))? in section", text)
        if not match:
            return "kernel"
        return match[1] + ("+" + match[2] if match[2] else "")


def step_lines(step, result, where):
    """The lines of the transcript for a step."""
    kind = "question" if step.is_question else "step"
    lines = ["%s %d: %s" % (kind, step.number, step.title)]
    if step.stage:
        lines.append("stage: " + step.stage)
    if step.say:
        lines.append("say: " + step.say)
    lines += ["answer: " + line for line in step.answer]
    for command, printed in result.shown:
        lines += ["(gdb) " + command.replace("\n", "\n(...) ")]
        lines += ["  " + line for line in printed]
    if step.commands:
        lines.append("at " + where)
    return [line.rstrip() for line in lines]


def write(name, lecture, runner, mem):
    """Runs a lecture; returns its transcript and what went wrong, which ends
    it."""
    normal, lines, failures = Normal(mem), ["lecture " + name], []
    for step in lecture.steps:
        result = runner.run(step)
        where = "rest" if runner.at_rest else place()
        text = "\n".join(step_lines(step, result, where))
        lines += ["", normal.text(text, result.vary)]
        failures += ["step %d, %s: %s" % (step.number, step.title, failure)
                     for failure in result.failures]
        if failures:
            break
    return "\n".join(lines) + "\n", failures
