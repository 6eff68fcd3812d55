/* Our kernel's limits under the names that xv6 has for them. */
#pragma once

#include "../../../kernel/lib/limits.h"

#define ROOTDEV     0
#define NBUF        NBUF_MIN
#define LOGSIZE     (8 * 31)        // blocks: 8 transactions of 31
#define MAXOPBLOCKS 16              // a write of so many blocks is atomic
#define FSSIZE      8192            // blocks, if mkfs is told nothing else
#define USERSTACK   USER_STACK_PAGES
