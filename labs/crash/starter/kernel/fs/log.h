/*
 * The log: what makes each file-system call atomic and, at its return, durable.
 *
 * A call that modifies the file system is framed by begin_op and end_op.  It
 * changes blocks in the cache only, and announces each by log_modify.  All that
 * it changed is a transaction, which end_op hands to the journal.
 *
 * One call at a time is between begin_op and end_op; it sees no other's
 * half-made changes, and needs no lock for the bitmap and the inode blocks.
 */
#pragma once

#include "fs.h"
#include "fs/cache.h"

/*
 * Mounts the file system: reads the superblock, recovers the journal, and frees
 * the files that were removed while open when the power went.  Called once,
 * before any process exists.  If there is no usable file system it says so and
 * halts.
 */
void initlog(void);

/* Gives the log LOG_MAX pages to work with. */
void log_start(void *const pages[]);

/*
 * Begins a call that changes at most nblocks blocks, LOG_MAX at most.  Returns
 * 0, or -1 if the file system has become read-only.  The caller holds no inode
 * lock.  Sleeps while another call is in progress.
 */
int begin_op(unsigned nblocks);

/*
 * Ends the call.  Returns 0 when everything it changed is durable (at once, if
 * nothing was), or -1 if that failed.  The caller holds no inode lock.
 */
int end_op(void);

/*
 * Announces that the running call will change buf's contents; comes before the
 * change.  The buffer counts as valid from now on.
 */
void log_modify(struct buf *buf);

/* Takes back all that the running call has changed in the cache. */
void undo_op(void);

/* Brings all that was committed home.  Returns 0, or -1 on a disk error. */
int log_checkpoint(void);
