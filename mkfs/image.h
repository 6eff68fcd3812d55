/*
 * A disk image as one array in memory, read and written as a whole.
 *
 * Both programs work on the array and save at the end, into a new file that
 * then takes the image's name: whoever looks finds the old image or the new
 * one, never half of it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct image {
    uint8_t *bytes;
    size_t size;
};

/* Names the program and its exit status for die(), before anything else. */
void die_setup(const char *program, int status);

/* Prints "program: message" to stderr and exits. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* malloc, realloc and calloc that die if there is no memory. */
void *allocate(size_t size);
void *reallocate(void *p, size_t size);
void *allocate_zeroed(size_t n, size_t size);

/* An image of zeros. */
void image_create(struct image *image, size_t size);

/* Reads a regular file; dies if that fails.  Serves for any other file too. */
void image_load(struct image *image, const char *path);

/* Replaces the file `path` by the image, or leaves it alone and dies. */
void image_save(const struct image *image, const char *path);
