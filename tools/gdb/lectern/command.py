"""What all commands for looking have in common.

A command is a class whose docstring is its help; its first line begins with
how it is called, as in "pt-walk ADDRESS [PID]: ...".  Its method draw returns
lines of text.  Whatever goes wrong becomes one line in plain English.
"""
import gdb

from lectern import kernel

WIDTH = 80

COMMANDS = {}                   # by name


class Problem(Exception):
    """Something that the user should be told, and no more."""


def pid_or_none(words, i=0):
    return words[i] if len(words) > i else None


class Command(gdb.Command):
    def __init__(self):
        self.usage = self.__doc__.split(":")[0]
        self.name = self.usage.split()[0]
        super().__init__(self.name, gdb.COMMAND_USER)
        COMMANDS[self.name] = self

    def draw(self, words):
        """Returns the lines for these arguments."""
        raise NotImplementedError

    def split(self, text):
        """The arguments in text; as many as the usage line allows."""
        words = gdb.string_to_argv(text)
        names = self.usage.split()[1:]
        needed = [name for name in names if not name.startswith("[")]
        if not len(needed) <= len(words) <= len(names):
            raise Problem("type: %s" % self.usage)
        return words

    def lines(self, text):
        """What the command prints, as lines of at most WIDTH characters."""
        try:
            kernel.check_machine()
            return [line[:WIDTH].rstrip()
                    for line in self.draw(self.split(text))]
        except (Problem, kernel.Unreadable, gdb.error) as error:
            raise gdb.GdbError("%s: %s" % (self.name, error))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise gdb.GdbError("%s: what is there makes no sense (%s)"
                               % (self.name, error))

    def invoke(self, text, from_tty):
        self.dont_repeat()
        gdb.write("\n".join(self.lines(text)) + "\n")
