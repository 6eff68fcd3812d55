/* The buffer between characters and write. */
#include "output.h"

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
