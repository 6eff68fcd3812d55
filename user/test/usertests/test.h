/*
 * What the files of usertests share.
 *
 * A test is a function that returns if the promise it is named for is kept, and
 * leaves through EXPECT or CHECK if not.  Each runs in a process of its own, so
 * it may crash, hang or spoil its memory; its current folder is empty, and is
 * removed afterwards with all that is in it, so it need not tidy up.
 *
 * Descriptors 0 to 2 are the console, REPORT leads to the driver, the others
 * are free.  Nothing here calls malloc: the heap belongs to the test.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fs.h"

enum {
    UNIX = 1,           // means the same on every Unix
    SLOW = 2,           // takes a second or more: left out by -q
    LONG = 4,           // takes a minute: only with -a, or when named in full
};

struct test {
    const char *name;   // "pipe: EOF after the last writer closes"
    void (*run)(void);
    int flags;
};

/* The tests by topic.  Each table ends with a test that has no name. */
extern const struct test fork_tests[];
extern const struct test wait_tests[];
extern const struct test kill_tests[];
extern const struct test time_tests[];
extern const struct test sbrk_tests[];
extern const struct test memory_tests[];
extern const struct test pointer_tests[];
extern const struct test length_tests[];
extern const struct test path_tests[];
extern const struct test open_tests[];
extern const struct test fd_tests[];
extern const struct test file_tests[];
extern const struct test seek_tests[];
extern const struct test link_tests[];
extern const struct test unlink_tests[];
extern const struct test dir_tests[];
extern const struct test rename_tests[];
extern const struct test device_tests[];
extern const struct test pipe_tests[];
extern const struct test pipe_many_tests[];
extern const struct test exec_tests[];
extern const struct test elf_tests[];
extern const struct test trap_tests[];
extern const struct test segment_tests[];
extern const struct test syscall_tests[];
extern const struct test fpu_tests[];
extern const struct test race_name_tests[];
extern const struct test race_file_tests[];
extern const struct test race_process_tests[];
extern const struct test limit_tests[];
extern const struct test limit_disk_tests[];

/* ---- Saying what must be ---- */

enum { REPORT = 3 };    // the descriptor that leads to the driver

/* The test ends here, failed, unless expression has the value wanted. */
#define EXPECT(expression, wanted)                                      \
    expect_equal(__FILE__, __LINE__, #expression, (long)(expression),   \
                 (long)(wanted))

/* The test ends here, failed, unless the condition holds. */
#define CHECK(condition)                                                \
    expect_true(__FILE__, __LINE__, #condition, (condition))

/* The test ends here, failed, unless the file at path holds just this text. */
#define EXPECT_FILE(path, text)                                         \
    expect_file(__FILE__, __LINE__, path, text)

void expect_equal(const char *file, int line, const char *what, long seen,
                  long wanted);
void expect_true(const char *file, int line, const char *what, bool holds);
void expect_file(const char *file, int line, const char *path,
                 const char *text);

/* From now on, failures of this process say this too: a loop's round, say. */
void remark(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* ---- Children ---- */

/*
 * fork, but the test fails if there is no child.  A child that fails a check
 * tells the driver why, and exits with 1.
 */
int spawn(void);

/* Waits for the next child to end, which must be pid.  Returns its status. */
int reap(int pid);

/*
 * Calls body(argument) in a child.  Returns its exit status: 0 if body
 * returned, -1 if it was killed.
 */
int outcome(void (*body)(uintptr_t), uintptr_t argument);

/*
 * Calls body(0) to body(n - 1) in n children at the same time, and waits for
 * all of them.  The test fails if one did not return.
 */
void together(int n, void (*body)(int who));

/* Bodies for outcome: they read, write, or call what stands at an address. */
void read_byte(uintptr_t address);
void write_byte(uintptr_t address);
void call_code(uintptr_t address);

/* The byte at any address; the compiler cannot see which it is. */
volatile char *at(uintptr_t address);

/* ---- Files and memory ---- */

enum {
    PIECE = 64 * 1024,              // what one write puts on the disk at once
    FILE_MAX_BYTES = MAXFILE * BSIZE,
};

extern char buffer[PIECE];          // for whatever a test likes

/* Fills n bytes with a pattern that depends on seed, and looks it up again. */
void fill(char *bytes, size_t n, unsigned seed);
bool filled(const char *bytes, size_t n, unsigned seed);

/* open, and the test fails if it does. */
int must_open(const char *path, int flags);

/* Makes a file that holds this text.  The name must not be taken. */
void make_file(const char *path, const char *text);

/* Can this file be opened for reading? */
bool exists(const char *path);

/* The size and inode number of a file, from fstat. */
long size_of(const char *path);
long inode_of(const char *path);

/*
 * Hands path to every call that takes one, in the place of each such argument.
 * The test fails if one of them does not return -1.
 */
void expect_path_refused(const char *path);

/* The first address of the heap, which is also the end of the stack. */
extern uintptr_t heap_base;

/* The end of this process's memory. */
uintptr_t memory_end(void);

/* The page below the stack, which nobody may touch. */
uintptr_t guard_page(void);

/*
 * What `usertests @ ...` does: the program that the tests of exec start.  Its
 * result is the exit status.
 */
int helper_main(int argc, char *argv[]);

/* ---- The folder ---- */

#define FOLDER "/usertests.tmp"     // where each test finds itself

/* Removes all that is in it.  Returns whether it is there and empty. */
bool empty_folder(void);

/* ---- What the machine has ---- */

/*
 * How many pages of memory (PAGES_MAX at most, as more would take long),
 * processes and open files a program can get hold of now.  All are given back
 * before these return.
 */
enum { PAGES_MAX = 256 * 1024 * 1024 / 4096 };

int count_pages(void);
int count_processes(void);
int count_files(void);
