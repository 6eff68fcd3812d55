"""Steps through the creation of the first process, as the lecture does.

Run by GDB.  Each thing seen is printed as a line "NAME: what GDB says"; the test
looks at these.  An error ends the script with a line "failed: ...".
"""
import os

import gdb


def tell(name, text):
    for line in text.rstrip("\n").split("\n"):
        print("%s: %s" % (name, line), flush=True)


def run(command):
    return gdb.execute(command, to_string=True)


def examine(name, command):
    """Tells what a command prints, or with which error it fails."""
    try:
        tell(name, run(command))
    except gdb.MemoryError as error:
        tell(name, str(error))


def value(expression):
    return int(gdb.parse_and_eval(expression)) & 0xFFFFFFFF


def until(done, what):
    """Steps by instructions until done()."""
    for _ in range(2000):
        if done():
            return
        run("stepi")
    raise gdb.error("never seen: " + what)


def go_to(function):
    run("tbreak " + function)
    run("continue")
    tell("stop", gdb.selected_frame().name())


def steps():
    # The order of main, with a stop in each of the lecture's functions.
    # At entry paging is off: its address is the physical one.
    run("tbreak *%#x" % (value("&entry") & 0x7FFFFFFF))
    run("continue")
    tell("entry", "%#x %#x" % (value("$eip"), value("$cr0") >> 31))
    until(lambda: value("$cr0") >> 31, "paging")
    tell("page directory", "%#x" % value("$cr3"))
    tell("entrypgdir", "%#x" % (value("&entrypgdir") & 0x7FFFFFFF))
    for function in ("main", "kinit", "kfree", "kvmalloc", "setupkvm", "mappages"):
        go_to(function)
    go_to("userinit")
    go_to("allocproc")
    run("finish")
    p = "((struct proc *)%#x)" % value("$eax")
    gdb.set_convenience_variable("p", gdb.parse_and_eval(p))
    tell("new context eip", run("info symbol $p->context->eip"))
    tell("return address", run("info symbol ((unsigned *)($p->context + 1))[0]"))
    tell("stack top", "%d" % (value("$p->kstack") + 4096 - value("$p->tf")))
    go_to("inituvm")
    go_to("scheduler")

    # switchuvm loads %cr3: address 0 is there afterwards only.
    go_to("switchuvm")
    examine("before cr3", "x/5i 0")
    before = value("$cr3")
    until(lambda: value("$cr3") != before, "a change of cr3")
    examine("after cr3", "x/5i 0")
    tell("cs after cr3", "%#x" % value("$cs"))
    tell("first bytes", run("x/8xb 0"))
    tell("initcode", run("x/8xb &_binary_initcode_start"))

    # swtch changes stacks.
    go_to("swtch")
    tell("state", str(gdb.parse_and_eval("$p->state")))
    stack = value("$esp")
    tell("before swtch", run("x/6xw $esp"))
    until(lambda: abs(value("$esp") - stack) > 4096, "a change of stacks")
    tell("after swtch", run("x/6xw $esp"))
    tell("after swtch symbols", run("info symbol ((unsigned *)$esp)[4]")
         + run("info symbol ((unsigned *)$esp)[5]"))
    go_to("forkret")

    # The first trapret may belong to an interrupt of the kernel.
    run("break trapret")
    run("continue")
    while value("((unsigned *)$esp)[15]") != 0x23:
        run("continue")
    run("delete")
    tell("trapframe", run("x/19xw $esp"))
    until(lambda: value("$cs") == 0x23, "user mode")
    tell("user", "%#x %#x %#x %#x" % (value("$eip"), value("$cs"),
                                      value("$esp"), value("$ss")))
    tell("user code", run("x/6i $eip"))

    go_to("syscall")
    number = "((struct proc *)$p)->tf->eax"
    tell("system call", str(value(number)))
    run("delete")
    run("detach")


try:
    run("set confirm off")
    run("set pagination off")
    run("set architecture i386")
    run("target remote " + os.environ["GDB_SOCKET"])
    steps()
    tell("done", "all steps")
except Exception as error:
    tell("failed", str(error))
