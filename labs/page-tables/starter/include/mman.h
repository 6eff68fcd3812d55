/* What a program may do with its memory, for mprotect. */
#pragma once

enum {
    PROT_READ = 1,
    PROT_WRITE = 2,             // only together with PROT_READ
};
