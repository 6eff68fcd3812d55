/* The files that a program is to read. */
#pragma once

enum which { FILES_ONLY, DIRECTORIES_TOO };

/*
 * Calls `use` for each file that the list names, up to its NULL, or for the
 * input if the list is empty; "-" stands for the input too, and "the input" is
 * its name.  Complains about what cannot be opened.  Returns EXIT_SUCCESS if
 * all could and each call of `use` returned that.
 */
int for_each_input(const char *program, char *const names[], enum which which,
                   int (*use)(int fd, const char *name));

/* Prints a file's name above its lines, after an empty line between files. */
void print_title(const char *name);
