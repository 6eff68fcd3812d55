"""The lecture's machine: its console, its monitor, its snapshots.

The console is read by a thread of its own, which touches nothing of GDB's.
QEMU's monitor can stop the machine while GDB waits for it.
"""
import select
import socket
import sys
import threading

import gdb

LIMIT = 60             # seconds that a command may take
REST = 0.05             # seconds that the machine goes on after a `wait`


def connect(path):
    line = socket.socket(socket.AF_UNIX)
    line.connect(path)
    return line


class Monitor:
    def __init__(self, path):
        self.line = connect(path)
        self.lock = threading.Lock()
        self.read()

    def read(self):
        answer = b""
        while not answer.endswith(b"(qemu) "):
            some = self.line.recv(4096)
            if not some:
                return
            answer += some

    def stop(self):
        """Stops the machine.  That does nothing if it stands already."""
        with self.lock:
            self.line.sendall(b"stop\n")
            self.read()


class Console(threading.Thread):
    """What the machine prints on its serial line, and its keyboard."""

    def __init__(self, path):
        super().__init__(daemon=True)
        self.line = connect(path)
        self.changed = threading.Condition()
        self.said = ""
        self.start()

    def run(self):
        while select.select([self.line], [], [])[0] and self.take():
            pass

    def take(self):
        """Takes what has come by now; returns False at the end."""
        with self.changed:
            try:
                while True:
                    some = self.line.recv(4096, socket.MSG_DONTWAIT)
                    if not some:
                        return False
                    self.said += some.decode("latin-1").replace("\r", "")
                    self.changed.notify_all()
            except BlockingIOError:
                return True

    @property
    def text(self):
        """All that the machine has printed."""
        self.take()
        return self.said

    @text.setter
    def text(self, text):
        self.take()
        self.said = text

    def send(self, text):
        self.line.sendall(text.encode("latin-1"))

    def wait(self, is_there, seconds):
        """Waits until is_there(text); returns whether it is."""
        with self.changed:
            return self.changed.wait_for(lambda: is_there(self.text), seconds)


class RecordedConsole:
    """What the machine printed when it was recorded.  On its way back and forth
    a replay prints some of it again, or not yet."""

    def __init__(self, folder):
        self.changed = threading.Condition()
        with open(folder + "/console.txt") as file:
            # At the end ../../lecture has typed halt.
            self.text = file.read().rpartition("halt\n")[0]


class Stopper(threading.Thread):
    """Stops the machine when its console has said something, or if a command
    takes too long.  Use it in a `with` around that command."""

    def __init__(self, machine, is_there=None):
        super().__init__(daemon=True)
        self.machine = machine
        self.is_there = is_there
        self.over = threading.Event()
        self.found = self.too_long = False

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *error):
        self.over.set()
        with self.machine.console.changed:
            self.machine.console.changed.notify_all()
        self.join()

    def run(self):
        if self.is_there is not None:
            self.machine.console.wait(
                lambda text: self.over.is_set() or self.is_there(text), LIMIT)
            self.found = self.is_there(self.machine.console.text)
            if self.over.wait(REST if self.found else 0):
                return
        elif self.over.wait(LIMIT):
            return
        self.too_long = not self.found
        self.machine.monitor.stop()


def quietly(*commands):
    """Executes the first of these that this GDB knows."""
    for command in commands:
        try:
            gdb.execute(command, to_string=True)
            return
        except gdb.error:
            pass


class Machine:
    def __init__(self, work):
        self.monitor = Monitor(work + "/monitor")
        # Only ../replay.py makes one; it has gone to its end already.
        self.recording = getattr(sys.modules["__main__"], "recording", None)
        if self.recording is None:
            self.console = Console(work + "/serial")
        else:
            self.console = RecordedConsole(self.recording.folder)
        quietly("set suppress-cli-notifications on")

    def save(self, name):
        gdb.execute("monitor savevm " + name, to_string=True)

    def load(self, name):
        gdb.execute("monitor loadvm " + name, to_string=True)
        # GDB believes that nothing has moved.
        quietly("maintenance flush register-cache", "flushregs")
        quietly("maintenance flush dcache")
        gdb.execute("hook-stop", to_string=True)
        if self.recording is not None:
            self.recording.update()
        variables = __import__("lectern.variables").variables
        variables.update()
