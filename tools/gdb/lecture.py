"""Plays a lecture, or writes its transcript.  tools/lecture starts GDB with it.

script.py reads the script, machine.py moves the machine, steps.py runs a
step's commands, transcript.py writes what it showed and player.py shows it to a
person.
"""
import os
import sys

# Nothing is written into the source tree.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import gdb                                      # noqa: E402

from lecture import player, transcript          # noqa: E402
from lecture.machine import Machine             # noqa: E402
from lecture.script import BadScript, read      # noqa: E402
from lecture.steps import Runner                # noqa: E402


def main():
    setting = {name: os.environ["LECTURE_" + name]
               for name in ("NAME", "MODE", "AT", "MEM", "WORK")}
    lecture = read("lectures/%s/script.gdb" % setting["NAME"])
    machine = Machine(setting["WORK"])
    runner = Runner(machine)
    if setting["MODE"] == "play":
        return player.Player(setting["NAME"], lecture, runner).play(
            setting["AT"])
    text, failures = transcript.write(setting["NAME"], lecture, runner,
                                      int(setting["MEM"]))
    with open(setting["WORK"] + "/transcript", "w") as file:
        file.write(text)
    for failure in failures:
        print(failure, file=sys.stderr)
    return 1 if failures else 0


try:
    status = main()
except (BadScript, OSError) as error:
    print(error, file=sys.stderr)
    status = 1
except KeyboardInterrupt:                       # ^C while a step runs
    print("\nThe lecture was interrupted.  To go on: make lecture AT=STEP",
          file=sys.stderr)
    status = 130
gdb.execute("quit %d" % status)
