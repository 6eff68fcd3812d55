/* help - says what a newcomer can do at the prompt. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct entry {
    const char *usage, *purpose;
};

static const struct entry entries[] = {
    { "cat [FILE...]", "write files to the output" },
    { "cd [DIRECTORY]", "go to another directory (done by sh itself)" },
    { "clear", "empty the screen" },
    { "cp FILE... TO", "copy files" },
    { "echo [-n] [WORD...]", "write words" },
    { "exit [N]", "leave the shell (done by sh itself)" },
    { "false", "fail" },
    { "grep [-vnicql] PATTERN [FILE...]", "find lines" },
    { "halt [N]", "stop the machine" },
    { "head [-N] [FILE...]", "show the first lines" },
    { "help [COMMAND]", "show this" },
    { "hexdump [FILE...]", "show bytes" },
    { "kill PID...", "end processes" },
    { "ln FILE NAME", "give a file another name" },
    { "loop", "keep a CPU busy" },
    { "ls [-la] [FILE...]", "list files" },
    { "mkdir [-p] DIRECTORY...", "make directories" },
    { "mv OLD... NEW", "rename or move files" },
    { "ps", "list processes" },
    { "pwd", "print the current directory" },
    { "rm [-rf] FILE...", "remove files, with -r directories too" },
    { "sh [-c COMMAND | FILE]", "run a command, or a file of commands" },
    { "sleep SECONDS", "wait" },
    { "tail [-N] [FILE...]", "show the last lines" },
    { "tee [-a] [FILE...]", "copy the input to the output and to files" },
    { "touch FILE...", "make empty files" },
    { "true", "succeed" },
    { "uptime", "tell how long the machine runs" },
    { "wc [-lwc] [FILE...]", "count lines, words and bytes" },
};

enum { NENTRIES = sizeof entries / sizeof entries[0] };

static const char more[] =
    "\n"
    "The shell knows: a | b  a && b  a || b  a ; b  a &  (a; b)  $?\n"
    "                 < file  > file  >> file  2> file  *  ?  'text'  # note\n"
    "^C ends what runs, ^D is the end of the input, ^P shows processes.\n"
    "To test the system: usertests, fuzz, stressfs, forktest, races, bench.\n"
    "To add a program: put NAME.c in the top folder of the source, start\n"
    "again with make qemu, and type NAME.  To leave: halt.\n";

static void
print_entry(const struct entry *entry)
{
    printf("  %-30s  %s\n", entry->usage, entry->purpose);
}

/* Returns whether the entry is about the command of this name. */
static bool
is_about(const struct entry *entry, const char *name)
{
    size_t length = strcspn(entry->usage, " ");

    return strlen(name) == length && strncmp(entry->usage, name, length) == 0;
}

int
main(int argc, char *argv[])
{
    bool found = argc < 2;

    for (int i = 0; i < NENTRIES; i++) {
        if (argc < 2 || is_about(&entries[i], argv[1])) {
            print_entry(&entries[i]);
            found = true;
        }
    }
    if (argc < 2)
        printf("%s", more);
    if (!found)
        dprintf(STDERR_FILENO, "help: %s is none of ours\n", argv[1]);
    return found ? EXIT_SUCCESS : EXIT_FAILURE;
}
