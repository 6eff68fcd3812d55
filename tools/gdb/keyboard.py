"""The command type: keys for the machine that `make debug` runs."""
import os

import gdb


class Type(gdb.Command):
    """type LINE: types a line at the machine's keyboard.

It is read when the machine runs.  Only `make debug` has it; after `make
qemu-gdb` the machine has a terminal of its own."""

    def __init__(self):
        super().__init__("type", gdb.COMMAND_USER)

    def invoke(self, line, from_tty):
        self.dont_repeat()
        kernel = gdb.current_progspace().filename or ""
        try:
            # Nobody may be there to read, so this must not wait.
            keys = os.open(os.path.dirname(kernel) + "/keys",
                           os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            raise gdb.GdbError("type: this machine was not started by `make "
                               "debug`: type in its own terminal")
        os.write(keys, line.encode() + b"\n")
        os.close(keys)


Type()
