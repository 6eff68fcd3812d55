/*
 * hexdump - shows the bytes of files or of the input: 16 a line, as numbers and
 * as the characters that they may be.
 *
 * Lines equal to the one before are shown as a single *.
 */
#include <complain.h>
#include <ctype.h>
#include <input.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PER_LINE = 16 };

/* Reads up to a line's bytes.  Returns how many there were. */
static int
read_bytes(struct reader *reader, unsigned char *bytes)
{
    int n = 0;

    while (n < PER_LINE) {
        int c = reader_char(reader);
        if (c < 0)
            break;
        bytes[n++] = (unsigned char)c;
    }
    return n;
}

static void
print_line(unsigned offset, const unsigned char *bytes, int n)
{
    char numbers[PER_LINE * 3 + 2];
    char characters[PER_LINE + 1];
    char *end = numbers;

    for (int i = 0; i < n; i++) {
        const char *gap = i == PER_LINE / 2 ? "  " : i > 0 ? " " : "";
        end += snprintf(end, (size_t)(numbers + sizeof numbers - end),
                        "%s%02x", gap, bytes[i]);
        characters[i] = isprint(bytes[i]) ? (char)bytes[i] : '.';
    }
    characters[n] = '\0';
    if (printf("%08x  %-48s  |%s|\n", offset, numbers, characters) < 0)
        output_failed("hexdump");
}

static int
dump(int fd, const char *name)
{
    static struct reader reader;
    unsigned char last[PER_LINE], bytes[PER_LINE];
    bool repeats = false;       // the last line was not shown
    unsigned offset = 0;

    reader_open(&reader, fd);
    int n = read_bytes(&reader, bytes);
    while (n > 0) {
        bool same = offset > 0 && n == PER_LINE && memcmp(bytes, last, n) == 0;
        if (!same)
            print_line(offset, bytes, n);
        else if (!repeats)
            puts("*");
        repeats = same;
        memcpy(last, bytes, sizeof last);
        offset += (unsigned)n;
        n = read_bytes(&reader, bytes);
    }
    printf("%08x\n", offset);
    return reader.failed ? read_failed("hexdump", name) : EXIT_SUCCESS;
}

int
main(int argc, char *argv[])
{
    int option = getopt(argc, argv, "C");

    while (option == 'C')       // what other systems ask for this format with
        option = getopt(argc, argv, "C");
    if (option >= 0) {
        dprintf(STDERR_FILENO, "usage: hexdump [-C] [FILE...]\n");
        return EXIT_FAILURE;
    }
    return for_each_input("hexdump", argv + optind, DIRECTORIES_TOO, dump);
}
