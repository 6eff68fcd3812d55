/*
 * grep - prints the lines that fit a pattern.
 *
 * In a pattern
 *
 *   .        is any character       ^   is the start of the line, if first
 *   [a-z0]   is one of these        $   is the end of the line, if last
 *   [^a-z]   is any but these       \   takes the next one's meaning away
 *
 * and behind one of these, or behind a plain character, * asks for any number
 * of them, + for at least one, ? for one or none.
 *
 * The pattern is translated once, to a list of items: each is a set of
 * characters and how often one of the set may come.
 */
#include <complain.h>
#include <ctype.h>
#include <input.h>
#include <limits.h>
#include <reader.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STATUS_FOUND = 0,
    STATUS_NONE = 1,
    STATUS_ERROR = 2,
    ITEMS_MAX = 128,
};

struct item {
    uint32_t set[8];            // a bit for each character
    int min, max;               // repetitions
};

static struct item items[ITEMS_MAX];
static int nitems;
static bool at_start, at_end;   // the pattern had ^ or $

static bool invert;             // -v: print the lines that do not fit
static bool number_lines;       // -n
static bool ignore_case;        // -i
static bool count_only;         // -c
static bool quiet;              // -q: only the exit status tells
static bool names_only;         // -l: print only the names of files
static bool show_names;         // several files are searched
static bool found;              // a line fitted, in any file

static void
fail(const char *why)
{
    dprintf(STDERR_FILENO, "grep: %s\n", why);
    exit(STATUS_ERROR);
}

static void
set_add(struct item *item, int c)
{
    item->set[c / 32] |= (uint32_t)1 << c % 32;
}

static bool
set_has(const struct item *item, int c)
{
    return item->set[c / 32] >> c % 32 & 1;
}

static void
set_invert(struct item *item)
{
    for (int i = 0; i < 8; i++)
        item->set[i] = ~item->set[i];
}

/* Adds the other case of each letter in the set. */
static void
set_add_case(struct item *item)
{
    for (int c = 'a'; c <= 'z'; c++) {
        if (set_has(item, c))
            set_add(item, toupper(c));
        if (set_has(item, toupper(c)))
            set_add(item, c);
    }
}

/*
 * Translates a set, whose characters begin at p, behind the bracket.  Returns
 * where the pattern goes on.  A ] at the start of the set is one of it.
 */
static const char *
parse_set(struct item *item, const char *p)
{
    bool inverted = *p == '^';
    const char *start = inverted ? p + 1 : p;

    for (p = start; *p != ']' || p == start; p++) {
        if (*p == '\0')
            fail("a [ in the pattern has no ]");
        int first = (unsigned char)*p;
        int last = first;
        if (p[1] == '-' && p[2] != ']' && p[2] != '\0') {
            last = (unsigned char)p[2];
            p += 2;
        }
        for (int c = first; c <= last; c++)
            set_add(item, c);
    }
    if (ignore_case)
        set_add_case(item);
    if (inverted)
        set_invert(item);
    return p + 1;
}

/* Translates the characters that one item stands for. */
static const char *
parse_characters(struct item *item, const char *p)
{
    if (*p == '[')
        return parse_set(item, p + 1);
    if (*p == '.') {
        set_invert(item);       // all, as the set is empty
        return p + 1;
    }
    if (*p == '\\') {
        p++;
        if (*p == '\0')
            fail("the pattern ends with a \\");
    }
    set_add(item, (unsigned char)*p);
    if (ignore_case)
        set_add_case(item);
    return p + 1;
}

static const char *
parse_repetition(struct item *item, const char *p)
{
    item->min = *p == '*' || *p == '?' ? 0 : 1;
    item->max = *p == '*' || *p == '+' ? INT_MAX : 1;
    return *p != '\0' && strchr("*+?", *p) != NULL ? p + 1 : p;
}

static void
parse_pattern(const char *p)
{
    if (*p == '^') {
        at_start = true;
        p++;
    }
    while (*p != '\0') {
        if (*p == '$' && p[1] == '\0') {
            at_end = true;
            return;
        }
        if (nitems == ITEMS_MAX)
            fail("the pattern is too long");
        struct item *item = &items[nitems++];
        p = parse_characters(item, p);
        p = parse_repetition(item, p);
    }
}

/*
 * Returns whether the items from number i on fit the text at s.  An item first
 * takes as much as it may, then gives back one by one what the others need.
 */
static bool
fits_here(int i, const char *s)
{
    if (i == nitems)
        return !at_end || *s == '\0';

    const struct item *item = &items[i];
    int n = 0;
    while (n < item->max && s[n] != '\0' && set_has(item, (unsigned char)s[n]))
        n++;
    for (; n >= item->min; n--)
        if (fits_here(i + 1, s + n))
            return true;
    return false;
}

static bool
fits(const char *line)
{
    if (at_start)
        return fits_here(0, line);
    for (; *line != '\0'; line++)
        if (fits_here(0, line))
            return true;
    return fits_here(0, line);
}

static void
print(const char *name, int number, const char *line)
{
    char prefix[16] = "";

    if (number_lines)
        snprintf(prefix, sizeof prefix, "%d:", number);
    if (printf("%s%s%s%s\n", show_names ? name : "", show_names ? ":" : "",
               prefix, line) < 0)
        output_failed("grep");
}

/*
 * Prints the lines that fit, if that is asked for.  Returns how many there are,
 * 1 if that is enough to know.
 */
static int
search_lines(struct reader *reader, const char *name)
{
    bool one_is_enough = quiet || names_only;
    int count = 0;
    const char *line = reader_line(reader, NULL);

    for (int number = 1; line != NULL; number++) {
        if (fits(line) != invert) {
            count++;
            if (one_is_enough)
                break;
            if (!count_only)
                print(name, number, line);
        }
        line = reader_line(reader, NULL);
    }
    return count;
}

/* Searches fd.  Returns EXIT_SUCCESS if it could be read. */
static int
search(int fd, const char *name)
{
    static struct reader reader;

    reader_open(&reader, fd);
    int count = search_lines(&reader, name);
    reader_close(&reader);
    if (reader.failed)
        return read_failed("grep", name);
    found |= count > 0;
    if (quiet)
        return EXIT_SUCCESS;
    if (names_only && count > 0)
        printf("%s\n", name);
    else if (count_only && !names_only)
        printf("%s%s%d\n", show_names ? name : "", show_names ? ":" : "",
               count);
    return EXIT_SUCCESS;
}

/* Reads the options.  Returns false if one is wrong. */
static bool
parse_options(int argc, char *argv[])
{
    int option;

    do {
        option = getopt(argc, argv, "vnicql");
        invert |= option == 'v';
        number_lines |= option == 'n';
        ignore_case |= option == 'i';
        count_only |= option == 'c';
        quiet |= option == 'q';
        names_only |= option == 'l';
    } while (option >= 0 && option != '?');
    return option != '?';
}

int
main(int argc, char *argv[])
{
    if (!parse_options(argc, argv) || optind == argc) {
        dprintf(STDERR_FILENO, "usage: grep [-vnicql] PATTERN [FILE...]\n");
        return STATUS_ERROR;
    }
    parse_pattern(argv[optind++]);
    show_names = argc - optind > 1;
    int status = for_each_input("grep", argv + optind, FILES_ONLY, search);
    if (status != EXIT_SUCCESS && !(quiet && found))
        return STATUS_ERROR;
    return found ? STATUS_FOUND : STATUS_NONE;
}
