/*
 * What a program for xv6-riscv can call.
 *
 * The system calls come from our list, so a new one is declared here at once.
 * Two of them differ in xv6-riscv: the list declares those under names that
 * nobody uses, and what xv6-riscv has follows.
 */
#pragma once

#include <stddef.h>

#include "slots.h"

struct stat;

#define fstat   lectern_fstat
#define sbrk    lectern_sbrk
#define SYSCALL(number, result, name, parameters) result name parameters;
#include "../../../../include/syscall.h"
#undef SYSCALL
#undef fstat
#undef sbrk

void exit(int status) __attribute__((noreturn));
int fstat(int fd, struct stat *st) __asm__("xv6_riscv_fstat");
char *sbrk(int n);
char *sbrklazy(int n) __asm__("sbrk");      // the two of newer xv6-riscv
int pause(int ticks) __asm__("sleep");

int stat(const char *path, struct stat *st) __asm__("xv6_riscv_stat");
char *strcpy(char *dst, const char *src);
void *memmove(void *dst, const void *src, int n);
char *strchr(const char *s, char c);
int strcmp(const char *a, const char *b);
char *gets(char *buf, int max);
unsigned int strlen(const char *s);
void *memset(void *dst, int c, unsigned int n);
int memcmp(const void *a, const void *b, unsigned int n);
void *memcpy(void *dst, const void *src, unsigned int n);
void *malloc(unsigned int n);
void free(void *p);
int atoi(const char *s);

/*
 * The functions are for who wants their address.  A call goes to the macros,
 * which give each argument 64 bits, as the registers of a RISC-V do.
 */
void printf(const char *fmt, ...) __asm__("xv6_riscv_printf");
void fprintf(int fd, const char *fmt, ...) __asm__("xv6_printf");
void xv6_print_slots(int fd, const char *fmt, const long long *slots);

#define printf(...) xv6_print_slots(1, XV6_SLOTS(__VA_ARGS__))
#define fprintf(fd, ...) xv6_print_slots(fd, XV6_SLOTS(__VA_ARGS__))
