/* Reading a file fast: line by line, or a character at a time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct reader {
    int fd;
    bool failed;                // a read failed, or memory ran out
    int next, end;              // unread characters: buf[next] to buf[end - 1]
    char *line;                 // the last line; grows as lines need it
    size_t room;                // bytes it has
    char buf[1024];
};

/* Begins to read fd.  The reader may take more from it than it gives out. */
void reader_open(struct reader *reader, int fd);

/* Returns the next character, or -1 at the end of the file or an error. */
int reader_char(struct reader *reader);

/*
 * Returns the next line without its newline, with a terminating zero, and
 * stores its length unless that is NULL.  It is valid until the next call.
 * Returns NULL at the end of the file, or with `failed` set.
 */
char *reader_line(struct reader *reader, size_t *length);

/*
 * Frees the reader's memory and leaves fd open.  Where fd can seek, the next
 * read from it goes on behind what the reader gave out.
 */
void reader_close(struct reader *reader);
