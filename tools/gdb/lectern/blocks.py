"""bcache and log: the block cache, and the transactions in the log."""
from lectern import disk, kernel
from lectern.command import Command

LOG_SLOTS = 8                   # include/fs.h


def area(block):
    """Which part of the disk a block is in."""
    for name, field in (("data", "data_start"), ("bitmap", "bitmap_start"),
                        ("inodes", "inode_start"), ("log", "log_start")):
        if block >= kernel.number("super." + field):
            return name
    return "superblock"


class BlockCache(Command):
    """bcache: shows which blocks of the disk are in the cache.

Buffers in use have references, of calls in progress or of the log, which pins
what is not home yet.  CHANGED is the last transaction that changed a block."""

    def draw(self, words):
        disk.check_mounted()
        total = kernel.number("'cache.c'::table.nentries")
        hand = kernel.number("'cache.c'::table.hand")
        bufs = list(disk.entries("'cache.c'::bufs"))
        used = [buf for buf in bufs if int(buf["entry"]["refs"]) != 0]
        lines = ["%d buffers, %d of them with a block, %d in use; hand at %d"
                 % (total, len(bufs), len(used), hand)]
        areas = {}
        for buf in bufs:
            block = int(buf["entry"]["key"])
            areas.setdefault(area(block), []).append(block)
        for name in ("superblock", "log", "inodes", "bitmap", "data"):
            if name in areas:
                lines += disk.wrap("%-6s blocks" % name,
                                   disk.fold(sorted(areas[name])))
        invalid = [int(buf["entry"]["key"]) for buf in bufs
                   if not buf["entry"]["valid"]]
        if invalid:
            lines += disk.wrap("of these without contents",
                               disk.fold(sorted(invalid)))
        if used:
            lines.append("IN USE  BLOCK  REFS  CHANGED  DATA AT")
        for buf in sorted(used, key=lambda buf: int(buf["entry"]["key"])):
            lines.append("%13d %5d %8d  %08x" % (
                int(buf["entry"]["key"]), int(buf["entry"]["refs"]),
                int(buf["changed"]), kernel.number(buf["data"])))
        return lines


class Log(Command):
    """log: shows the log: what is committed, and what is not home yet.

Each slot is drawn with the transaction that it holds.  One that is home may be
written over; of others the blocks are pinned in the cache.  `next` is where
the one in the making will go."""

    def draw(self, words):
        disk.check_mounted()
        log = kernel.value("'log.c'::log")
        number, home = int(log["number"]), int(log["home"])
        lines = [
            "Committed up to transaction %d; home up to %d%s" % (
                number, home, "; written home, not flushed, up to %d"
                % int(log["written"]) if int(log["written"]) != home else "")]
        if log["read_only"]:
            lines.append("A write failed: nothing can be changed any more.")
        lines += self.slots(number, home)
        lines.append("Transaction %d, in the making: %d blocks so far"
                     % (number + 1, int(log["nchanged"])))
        pinned = [log["pinned"][i] for i in range(int(log["npinned"]))]
        lines += disk.wrap("Pinned blocks:", disk.fold(
            [int(buf["entry"]["key"]) for buf in pinned]) or ["none"])
        lines.append("log.busy: %s" % self.holder(log["busy"]))
        return lines

    def slots(self, number, home):
        newest = {}
        for n in range(max(number - LOG_SLOTS + 1, 0), number + 1):
            newest[n % LOG_SLOTS] = n
        cells, states = [], []
        for slot in range(LOG_SLOTS):
            n = newest.get(slot, 0)
            cells.append(" %-7s" % ("T%d" % n if n else "-"))
            is_next = slot == (number + 1) % LOG_SLOTS
            states.append(" %-7s" % ("next" if is_next and n <= home else
                                     "" if not n else
                                     "home" if n <= home else "pinned"))
        edge = "     +" + "--------+" * LOG_SLOTS
        numbers = "slot  " + "".join("%-9d" % i for i in range(LOG_SLOTS))
        return [numbers, edge, "     |%s|" % "|".join(cells),
                "     |%s|" % "|".join(states), edge]

    def holder(self, lock):
        if int(lock["next_ticket"]) == int(lock["serving"]):
            return "nobody has it"
        if int(lock["holder"]) == 0:
            return "whoever is next"
        return kernel.title(lock["holder"].dereference())


BlockCache()
Log()
