/*
 * What a program for xv6-public can call.
 *
 * The system calls come from our list, so a new one is declared here at once.
 * Three of them differ in xv6: the list declares those under names that nobody
 * uses, and what xv6 has follows.
 */
#pragma once

#include <stddef.h>

struct stat;

#define exit    lectern_exit
#define wait    lectern_wait
#define sbrk    lectern_sbrk
#define SYSCALL(number, result, name, parameters) result name parameters;
#include "../../../include/syscall.h"
#undef SYSCALL
#undef exit
#undef wait
#undef sbrk

void exit(void) __asm__("xv6_exit") __attribute__((noreturn));
int wait(void) __asm__("xv6_wait");
char *sbrk(int n);

int stat(const char *path, struct stat *st);
char *strcpy(char *dst, const char *src);
void *memmove(void *dst, const void *src, int n);
char *strchr(const char *s, char c);
int strcmp(const char *a, const char *b);
void printf(int fd, const char *fmt, ...) __asm__("xv6_printf");
char *gets(char *buf, int max);
unsigned int strlen(const char *s);
void *memset(void *dst, int c, unsigned int n);
void *malloc(unsigned int n);
void free(void *p);
int atoi(const char *s);
