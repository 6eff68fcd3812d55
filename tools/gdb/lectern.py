"""The commands for looking at the kernel.  GDB reads this: source lectern.py.

Each file of the folder lectern/ holds the commands of one story.
docs/DEBUGGING.md shows them all.
"""
import os
import sys

# Nothing is written into the source tree.
sys.dont_write_bytecode = True

# Where this file is.  __file__ would be that of a script that sources this one.
here = os.path.abspath(sys._getframe().f_code.co_filename)
sys.path.insert(0, os.path.dirname(here))

import lectern.blocks               # bcache, log
import lectern.locks                # locks
import lectern.names                # inode, dir
import lectern.pages                # pt, pt-walk, freelist
import lectern.picture              # picture
import lectern.processes            # ps, files, bt-proc
import lectern.segments             # gdt, idt, tss
import lectern.stacks               # kstack, tf
import lectern.variables            # $cpu, $proc
