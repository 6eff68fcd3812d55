# What has happened is a recording: the lecture begins at its end and goes back.
machine replay=session
stages symptom | bad word | who wrote it | why
pause What the machine printed
stage symptom
say Five animals went into a list, three came out.  The machine has run already.
rewind sys_exit if $_pid() == 3
console
pause The program's last moment
say This is a recording: animals is back in sys_exit, with its memory as it was.
quiet user animals
print $proc->name
vary 0x(\w+)\w\w <zoo
print 'animals.c'::last
print *'animals.c'::last
pause The list, followed by hand
stage bad word
say Each animal points at the one before it: dog, elephant ... and then ant.
quiet user animals
vary 0x(\w+)\w\w <zoo
print zoo[4]
print zoo[3]
print zoo[2]
ask Which word is wrong, and by how much?
answer zoo[3].next should point at zoo[2], the cat: its address ends in 18.  It
answer ends in 00, so its lowest byte has become 0.  No statement stores a 0 there.
quiet user animals
vary 0x(\w+)\w\w <zoo
print &zoo[2]
print zoo[3].next
ask How would you look for the culprit without a recording?
answer Stop earlier, in a new run, and watch the word from there; guess how early.
answer In a recording the time before is still there: watch it, and run backwards.
pause Backwards, to the last write
stage who wrote it
say watch and reverse-continue: back to the instruction that changed the word.
quiet user animals
watch -l zoo[3].next
reverse-continue
reverse-stepi
vary 0x(\w+)\w\w <zoo
print zoo[3].next
print zoo[3].name
pause Forward over it, and back
say One instruction on the word is bad, one back it is good: this is the culprit.
quiet user animals
vary 0x(\w+)\w\w <zoo
quiet stepi
print zoo[3].next
quiet reverse-stepi
print zoo[3].next
pause Who had called it
say memcpy does as it is told.  Back to the call of add that led here.
quiet user animals
rewind add
vary 0x\w+(?= "elephant)
print n
print name
print zoo[3].name
print zoo[3].next == 0
ask Is the pointer not set yet, where add begins?
answer No: zoo[3] is still all zeros.  So the word is written twice after this:
answer right by the pointer's assignment, and wrong by the name, which comes later.
pause Forward: the right write
stage why
say Time goes both ways.  Where the copy of the name begins, the word is good.
quiet user animals
go strcpy if $_pid() == 3
vary 0x(\w+)\w\w <zoo
print zoo[3].next
print sizeof zoo[3].name
print sizeof "elephant"
ask Why does a name of eight letters write nine bytes?
answer A string ends with a zero byte, which strcpy copies as well.  name has room
answer for 8, so the zero falls on the next word: its lowest byte, on the x86.
pause The end is the same
say Looking changes nothing, going back neither: the word goes bad once more.
quiet user animals
go sys_exit if $_pid() == 3
vary 0x(\w+)\w\w <zoo
print zoo[3].next
