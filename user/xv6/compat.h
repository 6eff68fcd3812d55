/*
 * What programs for xv6 call where our function of that name has other
 * parameters.  Their headers reach these through the names of the symbols:
 * `int wait(void) __asm__("xv6_wait");`.
 */
#pragma once

/* The exit and wait of xv6-public, which know no status. */
void xv6_exit(void) __attribute__((noreturn));
int xv6_wait(void);

/*
 * The printf of xv6-public, and fprintf and printf of xv6-riscv.  Know %d %u %x
 * %p %s %c %%, in xv6-riscv with l or ll for 64 bits, and what xv6 itself does
 * not know, flags and a width.  Digits above 9 are capitals, as there.
 */
void xv6_printf(int fd, const char *fmt, ...);
void xv6_riscv_printf(const char *fmt, ...);

/* The same with the arguments in an array: see riscv/user/slots.h. */
void xv6_print_slots(int fd, const char *fmt, const long long *slots);
