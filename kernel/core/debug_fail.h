/* Making the kernel's resources fail on demand, in the DEBUG build. */
#pragma once

/* What can be made to fail on demand, and how a program asks: debug_fail.c. */
enum resource {
    FAIL_PAGE, FAIL_PROCESS, FAIL_DESCRIPTOR, FAIL_FILE, FAIL_INODE,
    FAIL_DISK_INODE, FAIL_DISK_BLOCK, FAIL_DISK_READ
};
enum { FAIL_CALL = 0x7A17ED00 };
