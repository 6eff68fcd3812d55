# A path walk, a commit, power cuts and their recovery.
machine mem=32 cpus=1
stages the disk | a path | a commit | power cuts | going home

pause The kernel has looked at its disk
stage the disk
say Before the first process starts, the file system is mounted: see the line fs.
wait $
console

pause What is where on the disk
say The superblock is block 0: how many blocks there are, and where parts begin.
print super.nblocks
print super.log_start
print super.inode_start
print super.bitmap_start
print super.data_start

pause An inode
say 64 bytes on the disk: type, number of names, size, and where its blocks are.
ptype/o struct dinode

pause The cache
say The disk is slow, so what was read stays in memory: a buffer for each block.
ptype struct buf
print 'cache.c'::bufs[0].entry
vary chain = (.*)\}

pause A path is a list of names
stage a path
say Two directories and a file were made.  cat opens it: the kernel gets a path.
type mkdir a; mkdir a/b; echo hello > a/b/f
wait $
type cat /a/b/f
go path_lookup if $_pid() > 2 && path[0] == '/'
console
print path

pause The first name
say A slash in front: the walk starts at inode 1.  Is there an `a` in it?
go dir_find if $_pid() > 2
set $first = inum
print dir->entry.key
print *name@3
finish
print *$first
vary \$\d+ = (\d\d+)

pause The second name
say Number and name: that is all that a directory knows of what is in it.
go dir_find if $_pid() > 2
print dir->entry.key
print *name@3
dir /a
vary \$\d+ = (\d\d+)|inode (\d+)
vary \n +(\d\d+) dir
vary (\d\d+) \.\.

pause The last name
say The walk ends at the inode of f: where its blocks are, but not its name.
go dir_find if $_pid() > 2
set $last = inum
print *name@3
dir /a/b
finish
eval "inode %d", *$last
vary [Ii]node (\d+)
vary \n +(\d\d+) (?:dir|file)
vary blocks (\d+)

ask How many blocks are read to open /a/b/f, if none is cached?
answer One with entries for each of the three directories, and those in which the
answer four inodes are: one block if they are near each other, four if not.  So it
answer is four to seven.  That is what the cache is for.
print 4096 / sizeof(struct dinode)
print 4096 / sizeof(struct dirent)

pause rename: one call, two directories
stage a commit
say mv asks the kernel to take a name out of one directory, and put it in another.
wait $
console
type mv a/b/f f
go fs_rename
print from
print to
print 'log.c'::log.number
print 'log.c'::log.nchanged

pause Changed in memory only
say Transaction 7 has three blocks, all in the cache.  The disk knows nothing yet.
go write_slot
log
vary Pinned blocks: (.*)

pause The power goes before the log is written
stage power cuts
say Reset, and the same disk again: six transactions are replayed, those before.
monitor system_reset
wait $
console

pause Nothing has happened
say The file has its old name.  mv had not returned: nothing was promised.
type ls a/b f
wait $
console

pause Again, up to the disk command
say One command: a header, which names the blocks, and their three new contents.
type mv a/b/f f
go disk_write
print 'log.c'::log.header->number
print 'log.c'::log.header->home
print 'log.c'::log.header->count
print 'log.c'::log.header->checksum
print npages
vary checksum\n.*(\{.*\})

pause The power goes in the middle of the write
say Three of four blocks reach the disk: the checksum is wrong, 7 is not replayed.
set var npages = 3
go disk_flush
monitor system_reset
wait $
console

pause Still nothing has happened
say Half of a transaction is none.  The file has its old name.
type ls a/b f
wait $
console

ask Why were the same six transactions replayed again?
answer The newest whole transaction is 6, as before, and its header says that none
answer is known to be home.  Recovery does not change that.  To copy the same
answer blocks to the same places once more does no harm.
print 'log.c'::log.number

pause The commit
say The third try: all is written, and flushed.  From here on it has happened.
type mv a/b/f f
go commit
finish
log
vary Pinned blocks: (.*)

pause The power goes after the commit
say The blocks are in the log only.  Recovery writes the first one: block 257.
monitor system_reset
go disk_write
print (sector - 4096) / 8
print npages

pause The power goes during recovery
say And again.  It finds the same log, and replays the same transaction.
monitor system_reset
wait $
console

pause The file has its new name
say mv had not returned, but it has happened: as a whole, not in one place only.
type ls a/b f; cat f
wait $
console

ask What if the power goes every time?
answer Recovery only reads the log and writes blocks home.  Nothing is lost by
answer starting over, any number of times, until one recovery comes to its end.
print 'log.c'::log.number
print 'log.c'::log.home

pause Seven more transactions
stage going home
say All slots but one are in use: now the blocks go to where they belong.
type touch g1 g2 g3 g4 g5 g6 g7
go write_home
log
vary Pinned blocks: (.*)

pause Written, but not flushed
say The disk may still have them in its own memory, so nothing is forgotten yet.
finish
print 'log.c'::log.number
print 'log.c'::log.written
print 'log.c'::log.home

pause The next commit's flush
say It was the flush of transaction 15 that made sure: all up to 14 is home.
wait $
type rm g1
go commit
finish
log
vary Pinned blocks: (.*)
