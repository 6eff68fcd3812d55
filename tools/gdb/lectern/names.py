"""inode and dir: what the kernel knows of files and of their names."""
from lectern import disk, kernel
from lectern.command import Command


class Inode(Command):
    """inode N: shows the inode with that number.

It is taken from the table of inodes in memory or, if it is not there, from its
block in the cache."""

    def draw(self, words):
        inum = kernel.number(words[0])
        files = disk.Files()
        d, where = files.dinode(inum)
        kind = disk.TYPES.get(int(d["type"]), "of unknown type")
        lines = ["Inode %d: %s; %s" % (inum, kind, where)]
        lines.append("  links %d, size %d" % (int(d["nlink"]), int(d["size"])))
        if int(d["type"]) == disk.T_DEV:
            lines.append("  major %d, minor %d" % (int(d["major"]),
                                                   int(d["minor"])))
        ip = files.in_memory(inum)
        if ip is not None:
            lines.append("  references in memory: %d"
                         % int(ip["entry"]["refs"]))
            if int(ip["lock"]["holder"]) != 0:
                lines.append("  locked by " + kernel.title(
                    ip["lock"]["holder"].dereference()))
        blocks = files.blocks(d)
        if blocks:
            lines += disk.wrap("  blocks", disk.fold(blocks))
        indirect = int(d["addrs"][disk.NDIRECT])
        if indirect:
            cached = indirect in files.cached
            lines.append("  indirect block %d%s" % (
                indirect, "" if cached else ", not in the cache"))
        return lines


class Dir(Command):
    """dir PATH: lists a directory, as far as its blocks are in the cache.

PATH begins with a slash.  What is not in the cache is said to be missing, as
the disk is not asked."""

    def draw(self, words):
        files = disk.Files()
        inum = files.lookup(words[0])
        lines = ["%s is inode %d" % (words[0], inum),
                 "INODE TYPE            SIZE NAME"]
        for number, name in files.directory(inum, words[0]):
            if number is None:
                lines.append("%s is not in the cache" % name)
                continue
            lines.append(self.line(files, number, name))
        return lines

    def line(self, files, inum, name):
        try:
            d, _ = files.dinode(inum)
        except kernel.Unreadable:
            return "%5d %-9s %10s %s" % (inum, "?", "?", name)
        return "%5d %-9s %10d %s" % (inum, disk.TYPES.get(int(d["type"]), "?"),
                                     int(d["size"]), name)


Inode()
Dir()
