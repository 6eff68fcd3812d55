/*
 * The journal: the log's blocks on the disk, which hold one transaction.
 *
 * fs.h says how: a header that names home blocks, and then their contents.
 */
#pragma once

#include "fs.h"
#include "fs/cache.h"

/*
 * What the last boot left in the log goes home.  Called once, at mount, before
 * anything else of the file system is read.  The pages belong to the journal
 * from then on.  Sets *count to how many transactions were brought home, 0 or
 * 1.  Returns NULL, or what is wrong.
 */
const char *journal_recover(void *const pages[LOG_BLOCKS], unsigned *count);

/*
 * Makes the contents of n buffers, 1 to LOG_MAX, a transaction: after a power
 * cut, all of them are on the disk or none.  When it returns 0, none is lost
 * any more; -1 means that the disk failed.  Caller holds the log's lock.
 */
int journal_commit(struct buf *const bufs[], unsigned n);

/* Returns 0 when all that was committed is home, or -1.  Locking as above. */
int journal_checkpoint(void);
