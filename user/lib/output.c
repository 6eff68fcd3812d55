/* The buffer between characters and write. */
#include "output.h"

#include <stat.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
output_flush(struct output *output)
{
    if (!output->failed && output->used > 0)
        if (write_all(output->fd, output->text, output->used) < 0)
            output->failed = true;
    output->used = 0;
    return output->failed ? -1 : 0;
}

void
output_char(void *context, char c)
{
    struct output *output = context;

    if (output->used == OUTPUT_SIZE)
        output_flush(output);
    output->text[output->used++] = c;
}

void
output_failed(const char *program)
{
    struct stat st;

    if (fstat(STDOUT_FILENO, &st) < 0 || st.type != 0)
        dprintf(STDERR_FILENO, "%s: cannot write (is the disk full?)\n",
                program);
    exit(EXIT_FAILURE);
}
