"""picture: writes what a command draws as an SVG file.

The text stands in it as it does on the screen; the boxes that are drawn with
+, - and | become lines.  There are no colours but black and white.
"""
import os

import gdb

from lectern.command import COMMANDS, WIDTH, Command, Problem

CELL, LINE, SIZE = 8.4, 18, 14      # of a character: width, height; its font
MARGIN = 16


def escape(text):
    return (text.replace("&", "&amp;").replace("<", "&lt;")
            .replace(">", "&gt;").replace('"', "&quot;"))


class Grid:
    """Lines of text, of which some characters are parts of boxes."""

    def __init__(self, lines):
        self.lines = lines

    def char(self, x, y):
        line = self.lines[y] if 0 <= y < len(self.lines) else ""
        return line[x] if 0 <= x < len(line) else " "

    def edges(self, y):
        """The columns of line y that belong to an edge: from + on, and back."""
        line, found, start = self.lines[y], set(), None
        for x, char in enumerate(line):
            if char == "+" and self.is_corner(x, y):
                if start is not None and "--" in line[start:x]:
                    found.update(range(start, x + 1))
                start = x
        return found

    def is_corner(self, x, y):
        sides = self.char(x - 1, y) + self.char(x + 1, y)
        ends = self.char(x, y - 1) + self.char(x, y + 1)
        return "-" in sides and ("|" in ends or "+" in ends)

    def is_wall(self, x, y):
        return self.char(x, y) == "|"

    def shapes(self):
        """The lines of the boxes, and all other characters."""
        found = []
        for y, line in enumerate(self.lines):
            edges, rest = self.edges(y), list(line)
            for x, char in enumerate(line):
                left, middle = MARGIN + x * CELL, MARGIN + x * CELL + CELL / 2
                top = MARGIN + (y + 1) * LINE
                half = top + LINE / 2
                if x in edges and char in "+-":
                    rest[x] = " "
                    if char == "-" or x + 1 in edges:
                        found.append(stroke(left if char == "-" else middle,
                                            half, left + CELL, half))
                    if char == "+" and x - 1 in edges:
                        found.append(stroke(left, half, middle, half))
                    if char == "+" and self.char(x, y - 1) in "|+":
                        found.append(stroke(middle, top, middle, half))
                    if char == "+" and self.char(x, y + 1) in "|+":
                        found.append(stroke(middle, half, middle, top + LINE))
                elif self.is_wall(x, y):
                    rest[x] = " "
                    found.append(stroke(middle, top, middle, top + LINE))
            text = "".join(rest).rstrip()
            if text:
                found.append(words(text, y + 1))
        return found


def stroke(x1, y1, x2, y2):
    return ('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="black"/>'
            % (x1, y1, x2, y2))


def words(text, row, weight=""):
    """A line of text; textLength keeps the columns whatever the font."""
    start = len(text) - len(text.lstrip())
    text = text.lstrip()
    return ('<text x="%.1f" y="%.1f" textLength="%.1f" xml:space="preserve"%s>'
            '%s</text>' % (MARGIN + start * CELL, MARGIN + row * LINE + SIZE,
                           len(text) * CELL, weight, escape(text)))


def svg(title, description, lines):
    width = MARGIN * 2 + WIDTH * CELL
    height = MARGIN * 2 + (len(lines) + 1) * LINE
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        'aria-labelledby="title description" width="%d" height="%d" '
        'viewBox="0 0 %d %d" font-family="monospace" font-size="%d">'
        % (width, height, width, height, SIZE),
        '<title id="title">%s</title>' % escape(title),
        '<desc id="description">%s</desc>' % escape(description),
        '<rect width="100%" height="100%" fill="white" stroke="black"/>',
        words(title, 0, ' font-weight="bold"')]
        + Grid(lines).shapes() + ["</svg>", ""])


def build_folder():
    """The folder of the kernel that GDB has loaded."""
    for objfile in gdb.objfiles():
        if objfile.filename.endswith("kernel.elf"):
            return os.path.dirname(objfile.filename)
    raise Problem("the kernel's symbols are not loaded")


class Picture(Command):
    """picture COMMAND [...]: writes a drawing to build/picture-COMMAND.svg.

COMMAND is one of the commands for looking, with its arguments, as in
    picture kstack 1"""

    def split(self, text):
        name = text.split()[:1]
        if not name or name[0] not in COMMANDS or name[0] == self.name:
            raise Problem("type: picture COMMAND, as in: picture kstack 1")
        return [text.strip()]

    def draw(self, words):
        name, _, arguments = words[0].partition(" ")
        lines = COMMANDS[name].lines(arguments)
        path = "%s/picture-%s.svg" % (build_folder(), name)
        description = "What the debugger's command %s shows: %s" % (
            words[0], "; ".join(line.strip() for line in lines))
        with open(path, "w") as file:
            file.write(svg(words[0], description, lines))
        return ["written: " + os.path.relpath(path)]


Picture()
