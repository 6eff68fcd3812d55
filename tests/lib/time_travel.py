"""What tests/76-replay.t asks of a recording, in GDB, at its end."""
import re

import gdb


def show(name, command):
    try:
        text = gdb.execute(command, to_string=True).strip()
    except gdb.error as error:
        text = str(error)
    for line in text.split("\n"):
        print("%s: %s" % (name, line))


def show_state(name):
    """All registers, and the console's last line as the kernel holds it."""
    text = gdb.execute("info registers", to_string=True)
    print("%s: %s" % (name, re.sub(r"\s+", " ", text)))


show("end", "print recording.end")
show("forward at the end", "continue")
# Before animals the session ran cat twice.
gdb.execute("break sys_exit if $_pid() == 5")
gdb.execute("reverse-continue", to_string=True)
gdb.execute("delete")
show("stop", "print $_as_string($pc)")
show("function", "info symbol $pc")

show_state("before")
for i in range(3):
    gdb.execute("stepi", to_string=True)
show_state("after three steps")
for i in range(3):
    gdb.execute("reverse-stepi", to_string=True)
show_state("back")

gdb.execute("user animals")
show("bad word", "print zoo[3].next")
show("wrote", "wrote zoo[3].next")
show("position", "python print(recording.position)")
show("name so far", "print zoo[3].name")
show("word then", "print zoo[3].next")
show("wrote first", "wrote zoo[3].next")
show("position", "python print(recording.position)")

# The same with GDB's own means.
gdb.execute("set language c")
gdb.execute("watch -l ptable.proc[2].state")
gdb.execute("reverse-continue", to_string=True)
show("watched", "backtrace 1")
print("done: all")
