/* wc - counts lines, words and bytes. */
#include <complain.h>
#include <ctype.h>
#include <input.h>
#include <reader.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct counts {
    unsigned lines, words, bytes;
};

static bool show_lines, show_words, show_bytes;     // -l -w -c
static struct counts total;
static bool named;              // the counts stand before the name of a file

static struct counts
count(struct reader *reader)
{
    struct counts counts = { 0, 0, 0 };
    bool in_word = false;

    for (int c = reader_char(reader); c >= 0; c = reader_char(reader)) {
        counts.bytes++;
        if (c == '\n')
            counts.lines++;
        if (!isspace(c) && !in_word)
            counts.words++;
        in_word = !isspace(c);
    }
    return counts;
}

/* Prints a line in one piece. */
static void
print(const struct counts *counts, const char *name)
{
    char line[40] = "";
    size_t end = 0;

    if (show_lines)
        end += (size_t)snprintf(line, sizeof line, "%u ", counts->lines);
    if (show_words)
        end += (size_t)snprintf(line + end, sizeof line - end, "%u ",
                                counts->words);
    if (show_bytes)
        end += (size_t)snprintf(line + end, sizeof line - end, "%u ",
                                counts->bytes);
    if (!named)
        line[end - 1] = '\0';
    if (printf("%s%s\n", line, named ? name : "") < 0)
        output_failed("wc");
}

/* Counts fd, prints that and adds it to the total. */
static int
count_file(int fd, const char *name)
{
    static struct reader reader;

    reader_open(&reader, fd);
    struct counts counts = count(&reader);
    reader_close(&reader);
    if (reader.failed)
        return read_failed("wc", name);
    print(&counts, name);
    total.lines += counts.lines;
    total.words += counts.words;
    total.bytes += counts.bytes;
    return EXIT_SUCCESS;
}

/* Reads the options.  Returns false if one is wrong. */
static bool
parse_options(int argc, char *argv[])
{
    int option;

    do {
        option = getopt(argc, argv, "lwc");
        show_lines |= option == 'l';
        show_words |= option == 'w';
        show_bytes |= option == 'c';
    } while (option >= 0 && option != '?');
    if (!show_lines && !show_words && !show_bytes)
        show_lines = show_words = show_bytes = true;
    return option != '?';
}

int
main(int argc, char *argv[])
{
    if (!parse_options(argc, argv)) {
        dprintf(STDERR_FILENO, "usage: wc [-l] [-w] [-c] [FILE...]\n");
        return EXIT_FAILURE;
    }
    named = optind < argc;
    int status = for_each_input("wc", argv + optind, FILES_ONLY, count_file);
    if (argc - optind > 1)
        print(&total, "total");
    return status;
}
