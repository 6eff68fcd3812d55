/* Flags of open and origins of lseek. */
#pragma once

enum {
    O_RDONLY = 0x000, O_WRONLY = 0x001, O_RDWR = 0x002,
    O_ACCMODE = 0x003,      // mask of the three above; 3 itself is refused
    O_CREATE = 0x200,       // make the file if it is not there
    O_TRUNC = 0x400,        // empty the file; needs a mode that can write
    O_APPEND = 0x800,       // every write goes to the end of the file
};

enum { SEEK_SET = 0, SEEK_CUR = 1, SEEK_END = 2 };
