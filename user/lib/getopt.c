/*
 * getopt, the way programs read their options.
 *
 * Several letters may share one argument (-vn), and a value may follow its
 * letter at once (-n5) or be the next argument (-n 5).  "--" ends the options,
 * and so does the first argument that is not one.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1;

static char no_letters[] = "";
static char *letters = no_letters;      // not yet returned, of one argument

/* Stores the value of the last letter in optarg.  Returns 0, or -1 if none. */
static int
take_value(int argc, char *const argv[])
{
    if (*letters != '\0')
        optarg = letters;
    else if (optind < argc)
        optarg = argv[optind++];
    else
        return -1;
    letters = no_letters;
    return 0;
}

int
getopt(int argc, char *const argv[], const char *options)
{
    if (*letters == '\0') {
        if (optind >= argc || argv[optind][0] != '-' || argv[optind][1] == '\0')
            return -1;
        letters = argv[optind++] + 1;
        if (strcmp(letters, "-") == 0) {
            letters = no_letters;
            return -1;
        }
    }

    if (isdigit(*letters) && strchr(options, '#') != NULL) {
        optarg = letters;
        letters = no_letters;
        return '#';
    }
    char letter = *letters++;
    const char *known =
        strchr(":#", letter) != NULL ? NULL : strchr(options, letter);
    if (known == NULL) {
        // A long option, such as --help, is shown whole.
        int length = letter == '-' ? (int)strlen(letters) + 1 : 1;
        dprintf(STDERR_FILENO, "%s: unknown option -%.*s\n", argv[0], length,
                letters - 1);
        return '?';
    }
    if (known[1] == ':' && take_value(argc, argv) < 0) {
        dprintf(STDERR_FILENO, "%s: -%c needs a value\n", argv[0], letter);
        return '?';
    }
    return letter;
}
