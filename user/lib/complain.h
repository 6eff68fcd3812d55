/*
 * Complaints about files that say why.
 *
 * The kernel tells only that a call failed.  These look at the file's path to
 * find out what may have been wrong with it.
 */
#pragma once

/* What a program wanted of a path. */
enum purpose {
    READ_IT,                    // it has to be there
    ENTER_IT,                   // it has to be a directory
    WRITE_IT,                   // a file; it is made if it is not there
    MAKE_IT,                    // it must not be there yet
};

/* Returns why a call failed that wanted this of path. */
const char *explain(const char *path, enum purpose purpose);

/* Returns why a write to fd failed. */
const char *explain_write(int fd);

/* Prints "program: what path: why" on fd 2.  Returns EXIT_FAILURE. */
int complain(const char *program, const char *what, const char *path,
             const char *why);

/* open, with a complaint if it fails. */
int open_file(const char *program, const char *path, int flags);

/* Complains of a file from which a read failed.  Returns EXIT_FAILURE. */
int read_failed(const char *program, const char *name);

/*
 * Ends a program whose output cannot be written, with a complaint: unless the
 * output is a pipe, since then its reader just had enough, as in `ls | head`.
 */
void output_failed(const char *program) __attribute__((noreturn));
