/*
 * What the files of fuzz share.
 *
 * A worker is a process that makes system calls with arguments drawn from a
 * seed, in its folder, until it has made enough of them or somebody kills it.
 * It is careful about two things only.  The kernel is never given an address of
 * the worker's own variables to write to, or the worker would lose its mind:
 * the heap is there for that, the arena.  And what may wait for ever, or end
 * the program, is done by a child, which is killed after a while.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- Chance (random.c) ---- */

/* Each process has its own sequence; a child goes on where its parent was. */
void random_start(uint32_t seed);
uint32_t random_word(void);

/* A number from 0 to n - 1. */
uint32_t below(uint32_t n);

/* True in one of n cases. */
bool one_in(uint32_t n);

void random_fill(void *bytes, size_t n);

/* One of the elements of an array. */
#define ONE_OF(array) ((array)[below(sizeof(array) / sizeof((array)[0]))])

/* ---- Arguments (value.c) ---- */

enum { ARENA = 16 * 4096 };         // bytes of the heap, more or less

/* The ends of the arena, which is the whole heap. */
extern uintptr_t heap_start, heap_end;

/* Gives the heap its first bytes.  False if there is no memory. */
bool arena_start(void);

/* The first address above the heap that is not memory: a page ends there. */
uintptr_t heap_edge(void);

/* The lowest address of the stack; the page below it is the guard. */
uintptr_t stack_bottom(void);

/*
 * An address at which n bytes, at most half of the arena, may be written, or
 * none may: at the edges of text, guard, heap, kernel and of all memory.
 */
uintptr_t an_address(size_t n);

/* A number of bytes, small as a rule and never above a quarter of the arena. */
size_t a_length(void);

/* What no length is, offset or identifier should be. */
int an_odd_number(void);

int a_descriptor(void);

/*
 * The address of a path: of a file in the folder, if there is any, or of what
 * is no path.  It never names what others need.
 */
uintptr_t a_path(void);

/* One of a few names, as a string. */
const char *a_name(void);

/* ---- Calls (call.c) ---- */

enum {
    FAILED = -7777,                 // an exit status: the kernel is wrong
};

/* Where workers live.  Their names for it are absolute, too. */
extern const char folder[];

/* Up to this one, process numbers belong to processes that must live. */
extern int last_protected;

/* Makes n calls, then exits with n, or with FAILED.  */
void work(uint32_t seed, int n) __attribute__((noreturn));

/* The words in which the arguments of a call stand, for what overlaps them. */
enum { BLOCK_WORDS = 8 };
extern uint32_t block[BLOCK_WORDS];

/* Says what is wrong on the console, and ends the process with FAILED. */
void complain_and_exit(const char *fmt, ...)
    __attribute__((noreturn, format(printf, 1, 2)));

/* ---- What children do (image.c, code.c) ---- */

/* exec of a program that may be damaged.  Returns if exec does. */
void exec_something(void);

/* Random registers and random code.  Does not return, if all goes well. */
void run_something(void) __attribute__((noreturn));

/* ---- What must not change (canary.c) ---- */

/* Fills the floating-point registers; later, are they as they were? */
void fpu_start(void);
bool fpu_same(void);

/* The sum of the program's text, which nobody may write to. */
uint32_t text_sum(void);

/*
 * Watches memory and registers of its own.  Looks at them whenever a byte comes
 * from fd; exits at its end: with 0, or with FAILED.
 */
void canary(uint32_t seed, int fd) __attribute__((noreturn));

/* ---- What the machine has (stock.c) ---- */

struct stock {
    int pages, processes, files, blocks, inodes;
};

/* Counts all that is free, by taking it, in the current folder. */
struct stock take_stock(void);
bool same_stock(struct stock a, struct stock b);
