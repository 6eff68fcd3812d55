/* Tables as small as can be, in the place of kernel/lib/limits.h. */
#pragma once

enum {
    NDEV = 8,
    NFILE = 16,             // 4 processes with 3 files each, and one to spare
    NINODE = 40,
    NBUF_MIN = 256,         // of which the log may pin 248
    NBUF_MAX = 256,
};
