/* What a failed assert does. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void
assert_failed(const char *text, const char *file, int line)
{
    dprintf(STDERR_FILENO, "%s:%d: assertion failed: %s\n", file, line, text);
    abort();
}
