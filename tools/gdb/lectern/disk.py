"""The file system as the kernel has it in memory: blocks, inodes, contents."""
import gdb

from lectern import kernel

BSIZE = 4096
T_DIR, T_FILE, T_DEV = 1, 2, 3      # include/stat.h
TYPES = {0: "free", T_DIR: "directory", T_FILE: "file", T_DEV: "device"}
NDIRECT = 12
ROOT_INO = 1
DIRSIZ = 14


def check_mounted():
    if kernel.number("super.nblocks") == 0:
        raise kernel.Unreadable("no file system is mounted yet: initlog "
                                "does it")


def entries(table):
    """The entries of a table of the kernel ('cache.c' ...) that have a number.

    table is 'inode.c'::inodes or 'cache.c'::bufs; they come in its order.
    """
    array = kernel.value(table)
    array.fetch_lazy()
    first, last = array.type.range()
    for i in range(first, last + 1):
        if int(array[i]["entry"]["key"]) != 0:
            yield array[i]


def cached_blocks():
    """The buffers that hold their block's contents, by block number."""
    return {int(buf["entry"]["key"]): buf for buf in entries("'cache.c'::bufs")
            if buf["entry"]["valid"]}


class Files:
    """What can be read of the files without asking the disk."""

    def __init__(self):
        check_mounted()
        self.cached = cached_blocks()

    def block(self, number):
        """The bytes of a block; block 0 is a hole, full of zeros."""
        if number == 0:
            return bytes(BSIZE)
        if number not in self.cached:
            raise kernel.Unreadable("block %d is not in the cache" % number)
        return kernel.memory(kernel.number(self.cached[number]["data"]), BSIZE)

    def in_memory(self, inum):
        """The struct inode of that number, or None."""
        for ip in entries("'inode.c'::inodes"):
            if int(ip["entry"]["key"]) == inum:
                return ip
        return None

    def dinode(self, inum):
        """The struct dinode, from the inode table or else from the cache.

        Returns it and the words for where it was.
        """
        ninodes = kernel.number("super.ninodes")
        if not 0 < inum < ninodes:
            raise kernel.Unreadable("there is no inode %d: they have numbers "
                                    "from 1 to %d" % (inum, ninodes - 1))
        ip = self.in_memory(inum)
        if ip is not None and ip["entry"]["valid"]:
            return ip["d"], "in the inode table"
        size = gdb.lookup_type("struct dinode").sizeof
        per_block = BSIZE // size
        block = kernel.number("super.inode_start") + inum // per_block
        if block not in self.cached:
            raise kernel.Unreadable("inode %d is neither in the inode table "
                                    "nor in the cache" % inum)
        data = kernel.number(self.cached[block]["data"])
        where = data + inum % per_block * size
        return kernel.at("struct dinode", where), "in block %d, cached" % block

    def blocks(self, d):
        """The numbers of a file's blocks, in order; 0 is a hole.

        None stands for those that an indirect block names which is not cached.
        """
        n = (int(d["size"]) + BSIZE - 1) // BSIZE
        addrs = [int(d["addrs"][i]) for i in range(NDIRECT + 1)]
        found = addrs[:min(n, NDIRECT)]
        if n > NDIRECT and addrs[NDIRECT] in self.cached:
            indirect = kernel.words(self.block(addrs[NDIRECT]))
            found += indirect[:n - NDIRECT]
        elif n > NDIRECT:
            filler = 0 if addrs[NDIRECT] == 0 else None
            found += [filler] * (n - NDIRECT)
        return found

    def directory(self, inum, path):
        """The entries of a directory, as (number, name); (None, why) if lost.

        Those that are unused are left out.
        """
        d, _ = self.dinode(inum)
        if int(d["type"]) != T_DIR:
            raise kernel.Unreadable("%s is no directory" % path)
        found, rest = [], int(d["size"])
        for block in self.blocks(d):
            if block is None or (block and block not in self.cached):
                found.append((None, "block %s" % (block or "?")))
            else:
                found += directory_entries(self.block(block)[:rest])
            rest -= BSIZE
        return found

    def lookup(self, path):
        """The inode number of what an absolute path names."""
        if not path.startswith("/"):
            raise kernel.Unreadable("a path begins with a slash")
        inum, walked = ROOT_INO, ""
        for name in path.split("/"):
            if name == "":
                continue
            found = self.directory(inum, walked or "/")
            walked += "/" + name
            numbers = [n for n, known in found if known == name and n]
            if not numbers:
                lost = any(n is None for n, _ in found)
                raise kernel.Unreadable(
                    "%s: %s" % (walked, "part of that directory is not cached"
                                if lost else "there is no such name"))
            inum = numbers[0]
        return inum


def directory_entries(data):
    found = []
    for i in range(0, len(data) - len(data) % 16, 16):
        inum = int.from_bytes(data[i:i + 2], "little")
        name = data[i + 2:i + 2 + DIRSIZ].split(b"\0")[0]
        if inum != 0:
            found.append((inum, name.decode("ascii", "replace")))
    return found


def fold(numbers):
    """Numbers as text, runs as 3-7, at most."""
    runs = []
    for n in numbers:
        if runs and n is not None and runs[-1][1] is not None and \
                n == runs[-1][1] + 1 and n != 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ["?" if a is None else "%d" % a if a == b else "%d-%d" % (a, b)
            for a, b in runs]


def wrap(title, parts, width=80, most=6):
    """Parts as lines that begin with a title; too many lines are cut."""
    lines, line = [], title
    for part in parts:
        if len(line) + 1 + len(part) > width:
            lines.append(line)
            line = " " * len(title)
        line += " " + part
    lines.append(line)
    if len(lines) > most:
        lines = lines[:most] + [" " * len(title) + " ..."]
    return lines
