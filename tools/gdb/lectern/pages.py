"""pt, pt-walk and freelist: page tables, and the pages that are free."""
import gdb

from lectern import kernel
from lectern.command import Command, Problem, pid_or_none

P, W, U, PCD, A, D, PS, G = 0x1, 0x2, 0x4, 0x10, 0x20, 0x40, 0x80, 0x100
LETTERS = (("P", P), ("W", W), ("U", U), ("A", A), ("D", D), ("S", PS),
           ("G", G), ("C", PCD))
LEGEND = ("P present  W writable  U user  A accessed  D dirty  S 4 MB page",
          "G global  C not cached; a small letter: so are some of the pages")
FLAGS = 0xFFF
MAX_USER_LINES = 12             # of a process's memory


def letters(every, some):
    """Flags as letters; small ones for those that only some entries have."""
    return "".join(letter if every & bit else letter.lower() if some & bit
                   else "-" for letter, bit in LETTERS)


class Range:
    """Pages of successive addresses, with frames in order, up or down."""

    def __init__(self, va, entry, size):
        self.va, self.size, self.npages = va, size, 1
        self.pa = entry & ~FLAGS
        self.every = self.some = entry & FLAGS
        self.step = None        # from one frame to the next; 0: anyhow

    def kind(self):
        """What all pages of a range have in common."""
        return self.some & ~(A | D), self.size

    def end(self):
        return self.va + self.npages * self.size

    def follows(self, other):
        return other.end() == self.va and other.kind() == self.kind()

    def take(self, other, anyhow=False):
        """Adds the pages of the range behind this one, if they fit."""
        if not other.follows(self):
            return False
        step = other.pa - self.pa - (self.step or 0) * (self.npages - 1)
        steps = (self.step,) if self.step else (self.size, -self.size)
        if not anyhow and (other.npages > 1 or step not in steps):
            return False
        self.step = 0 if anyhow else step
        self.npages += other.npages
        self.every &= other.every
        self.some |= other.some
        return True

    def frames(self):
        last = self.pa + self.npages * self.size - 1
        if self.step == 0:
            return "scattered frames "
        if self.step == -self.size:
            return "%08x downward" % self.pa
        return "%08x-%08x" % (self.pa, last)

    def line(self):
        return "%08x-%08x -> %s %6d %s  %s" % (
            self.va, self.end() - 1, self.frames(), self.npages,
            letters(self.every, self.some), region(self))


def region(pages):
    """What the kernel uses addresses for: kernel/x86/memlayout.h."""
    va = pages.va
    if va < kernel.KERNBASE:
        return "process" if pages.every & U else "to turn paging on"
    if pages.end() <= kernel.KERNBASE + kernel.EXTMEM:
        return "first MB"
    if va < kernel.KERNBASE + kernel.EXTMEM:
        return "RAM"
    if va < kernel.address_of("data"):
        return "kernel's text"
    if va < kernel.TEMPBASE:
        return "data, RAM"
    if va < kernel.KSTACKBASE:
        return "temporary"
    if va < kernel.DEVBASE:
        return "kernel stack"
    return "devices"


def entries(directory, last):
    """All pages that a directory, by its physical address, maps below last."""
    for i, pde in enumerate(kernel.words(kernel.physical(directory, 4096))):
        va = i * kernel.BIGPGSIZE
        if not pde & P or va >= last:
            continue
        if pde & PS:
            yield Range(va, pde, kernel.BIGPGSIZE)
            continue
        table = kernel.words(kernel.physical(pde & ~FLAGS, kernel.PGSIZE))
        for j, pte in enumerate(table):
            if pte & P:
                # What both levels allow is allowed.
                allowed = pde | ~(W | U)
                yield Range(va + j * kernel.PGSIZE, pte & allowed,
                            kernel.PGSIZE)


def fold(ranges, anyhow=False):
    folded = []
    for one in ranges:
        if not folded or not folded[-1].take(one, anyhow):
            folded.append(one)
    return folded


def find_directory(wanted):
    """The physical address of a directory, and whose it is."""
    in_use = kernel.register("cr3") & ~FLAGS
    if wanted is None:
        return in_use, "the page table in use (%cr3)"
    if wanted == "kernel":
        pgdir, whose = kernel.number("kpgdir"), "the kernel's page table"
    else:
        p = kernel.find_process(wanted)
        pgdir = kernel.number(p["pgdir"])
        whose = "the page table of " + kernel.title(p)
    if pgdir == 0:
        raise Problem("%s is not there yet" % whose)
    if pgdir - kernel.KERNBASE == in_use:
        whose += ", in use (%cr3)"
    return pgdir - kernel.KERNBASE, whose


class PageTable(Command):
    """pt [PID] [user]: shows a page table, its pages folded to ranges.

Each line is a range of virtual addresses, the frames that it is mapped to,
the number of pages, and their flags as letters.  `pt kernel` shows kpgdir;
without PID it is the page table in use.  With `user` only the lower half,
the process's memory: as in `pt 3 user`, or `pt user` for the one in use."""

    def draw(self, words):
        only_user = words[-1:] == ["user"]
        words = words[:-1] if only_user else words
        if len(words) > 1:
            raise Problem("type: %s" % self.usage)
        directory, whose = find_directory(pid_or_none(words))
        last = kernel.KERNBASE if only_user else 1 << 32
        pages = list(entries(directory, last))
        user = fold(one for one in pages if one.va < kernel.KERNBASE)
        if len(user) > MAX_USER_LINES:
            user = fold(user, anyhow=True)
        rest = fold(one for one in pages if one.va >= kernel.KERNBASE)
        lines = ["%s: directory at physical %08x" % (
                     whose[0].upper() + whose[1:], directory),
                 "VIRTUAL              PHYSICAL           PAGES FLAGS     IS"]
        lines += [one.line() for one in user + rest]
        if not user + rest:
            lines.append("no page is mapped there")
        return lines + list(LEGEND)


def address(expression):
    """The address that an expression gives, or that of a function."""
    found = kernel.value(expression)
    if found.type.code in (gdb.TYPE_CODE_FUNC, gdb.TYPE_CODE_ARRAY):
        found = found.address
    return kernel.number(found)


class Walk(Command):
    """pt-walk ADDRESS [PID]: follows an address through a page table.

Draws the address as its three parts (10, 10 and 12 bits), the entries that
the CPU looks at, and how the walk ends.  ADDRESS may be an expression without
spaces, or the name of a function.  PID as for pt."""

    def draw(self, words):
        va = address(words[0])
        directory, whose = find_directory(pid_or_none(words, 1))
        parts = va >> 22, va >> 12 & 0x3FF, va & 0xFFF
        name = kernel.symbol(va)
        lines = ["%#010x%s" % (va, " <%s>" % name if name else ""),
                 "by %s" % whose,
                 "   31        22 21        12 11          0",
                 "  +------------+------------+--------------+",
                 "  | {:010b} | {:010b} | {:012b} |".format(*parts),
                 "  +------------+------------+--------------+",
                 "    entry %-4d   entry %-4d   offset %#x" % parts]
        return lines + self.walk(va, directory)

    def entry(self, what, table, index):
        """One entry, and the line that shows it."""
        place = table + 4 * index
        entry, = kernel.words(kernel.physical(place, 4))
        return entry, "%-9s[%4d] at physical %08x: %08x  %s" % (
            what, index, place, entry, letters(entry & FLAGS, 0))

    def walk(self, va, directory):
        pde, line = self.entry("directory", directory, va >> 22)
        lines = [line]
        if not pde & P:
            return lines + ["No P: there is no page table, so no page here: "
                            "an access faults."]
        if pde & PS:
            return lines + ["S: the walk ends here, with a page of 4 MB."] \
                + self.end(va, kernel.BIGPGSIZE, pde, pde)
        pte, line = self.entry("table", pde & ~FLAGS, va >> 12 & 0x3FF)
        lines.append(line)
        if not pte & P:
            return lines + ["No P: there is no page here: an access faults."]
        return lines + self.end(va, kernel.PGSIZE, pte, pde & pte)

    def end(self, va, size, entry, allowed):
        frame, offset = entry & ~(size - 1), va % size
        what = "read and write" if allowed & W else "read, not write,"
        who = ("User mode and the kernel" if allowed & U else
               "The kernel alone")
        return ["physical address %08x = frame %08x + offset %#x"
                % (frame + offset, frame, offset),
                "%s may %s here." % (who, what)]


class FreeList(Command):
    """freelist [N]: shows the list of free pages: its head, and how many.

The first N pages are shown, or 5; each holds the address of the next one in
its first four bytes.  All of them are counted."""

    def draw(self, words):
        shown = kernel.number(words[0]) if words else 5
        page = kernel.number("'kalloc.c'::kmem.freelist")
        inferior = gdb.selected_inferior()
        limit = kernel.number("ram_top") - kernel.KERNBASE
        limit //= kernel.PGSIZE
        lines, npages = ["kmem.freelist = %08x" % page], 0
        while page != 0 and npages <= limit:
            if page % kernel.PGSIZE or page < kernel.address_of("end"):
                raise Problem("page %d of the list is no page: %08x"
                              % (npages + 1, page))
            link = int.from_bytes(inferior.read_memory(page, 4), "little")
            if npages < shown:
                lines.append("  page %08x, physical %08x, next %08x"
                             % (page, page - kernel.KERNBASE, link))
            npages += 1
            page = link
        if npages > limit:
            raise Problem("the list goes round in a circle")
        if npages > shown:
            lines.append("  ... and %d more" % (npages - shown))
        lines.append("%d pages are free: %d KB" % (npages, npages * 4))
        return lines


PageTable()
Walk()
FreeList()
