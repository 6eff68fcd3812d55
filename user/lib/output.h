/* A buffer between characters and write: printf's sink. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { OUTPUT_SIZE = 512 };

struct output {
    int fd;
    size_t used;                // bytes in text
    bool failed;                // a write did; the rest is dropped
    char text[OUTPUT_SIZE];
};

/* Adds c; the context is the struct output.  A format_sink. */
void output_char(void *context, char c);

/* Writes what is in the buffer.  Returns 0, or -1 if any write failed. */
int output_flush(struct output *output);
