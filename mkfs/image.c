/*
 * A disk image in memory.  (No <fcntl.h> here: include/ has one of its own.)
 *
 * Saving skips blocks of zeros, so that an image takes as much space on the
 * host as there is data in it.
 */

#define _POSIX_C_SOURCE 200809L

#include "image.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "fs.h"

/* The image is used as the structs of fs.h, whose numbers are little-endian. */
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "byte order");

static const char *program_name = "?";
static int die_status = 1;

void
die_setup(const char *program, int status)
{
    program_name = program;
    die_status = status;
}

void
die(const char *fmt, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "%s: ", program_name);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    exit(die_status);
}

static void *
check_allocated(void *p)
{
    if (p == NULL)
        die("out of memory");
    return p;
}

void *
allocate(size_t size)
{
    return check_allocated(malloc(size > 0 ? size : 1));
}

void *
reallocate(void *p, size_t size)
{
    return check_allocated(realloc(p, size));
}

void *
allocate_zeroed(size_t n, size_t size)
{
    return check_allocated(calloc(n > 0 ? n : 1, size));
}

void
image_create(struct image *image, size_t size)
{
    image->bytes = allocate_zeroed(size, 1);
    image->size = size;
}

/* Opens a regular file for reading and finds its size. */
static FILE *
open_regular(const char *path, size_t *size)
{
    struct stat st;
    FILE *file;

    // Looked at before it is opened: opening a named pipe would wait.
    if (stat(path, &st) < 0)
        die("%s: %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        die("%s: not a regular file", path);
    file = fopen(path, "rb");
    if (file == NULL)
        die("%s: %s", path, strerror(errno));
    *size = st.st_size;
    return file;
}

void
image_load(struct image *image, const char *path)
{
    FILE *file = open_regular(path, &image->size);

    image->bytes = allocate(image->size);
    if (fread(image->bytes, 1, image->size, file) != image->size)
        die("%s: it cannot be read", path);
    fclose(file);
}

/* True if all of p's n bytes, at least one, are zero. */
static bool
is_zero(const uint8_t *p, size_t n)
{
    return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* Writes the blocks that are not zero, and sets the file's size. */
static bool
write_image(FILE *file, const struct image *image)
{
    for (size_t at = 0; at < image->size; at += BSIZE) {
        size_t n = image->size - at < BSIZE ? image->size - at : BSIZE;

        if (is_zero(image->bytes + at, n))
            continue;
        if (fseeko(file, at, SEEK_SET) < 0 ||
            fwrite(image->bytes + at, 1, n, file) != n)
            return false;
    }
    return fflush(file) == 0 && ftruncate(fileno(file), image->size) == 0;
}

void
image_save(const struct image *image, const char *path)
{
    char *temporary = allocate(strlen(path) + sizeof(".new"));
    FILE *file;
    bool ok;

    strcpy(temporary, path);
    strcat(temporary, ".new");
    file = fopen(temporary, "wb");
    if (file == NULL)
        die("%s: %s", temporary, strerror(errno));
    ok = write_image(file, image);
    ok = fclose(file) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    if (!ok) {
        int error = errno;

        unlink(temporary);
        die("%s: %s", path, strerror(error));
    }
    free(temporary);
}
