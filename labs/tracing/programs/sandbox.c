/* What processes in a sandbox can do: results of calls, without a verdict. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "call.h"

enum { KINDS = 6, FOLDERS = 10 };

struct input {
    calls_t first, second;      // sets that are forbidden one after the other
    int status;
};

struct seen {
    int moment;
    int result;                 // of sandbox, of fork, or a status
    int results[KINDS];         // what the calls below returned
};

static struct input input;

/* The calls that the sets are drawn from.  All of them can be carried out. */
static void
report(int moment, int result)
{
    char folder[] = { 'f', (char)('0' + moment), '\0' };
    const struct call calls[KINDS] = {
        { GETPID, 0, 0, 0 }, { UPTIME, 0, 0, 0 }, { SBRK, 64, 0, 0 },
        { DUP, 0, 0, 0 }, { MKDIR, (int)folder, 0, 0 },
        { CHDIR, (int)"/", 0, 0 },
    };
    struct seen seen = { .moment = moment, .result = result };

    for (int i = 0; i < KINDS; i++)
        seen.results[i] = make(&calls[i]);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
}

/* A descendant, which then becomes another program. */
static void
grandchild(void)
{
    static char *const again[] = { "init", "again", NULL };

    report(2, 0);
    exec("/init", again);
    leave(1);
}

static void
child(void)
{
    report(1, sandbox_calls(input.first));
    if (fork() == 0)
        grandchild();
    wait(NULL);
    report(4, sandbox_calls(input.second));
    report(5, sandbox_calls(0));
    sandbox_calls(~0ULL);
    report(6, call(0, 0, 0, FORK));
    leave(input.status);
}

/* Which of the folders are there? */
static void
report_folders(int moment)
{
    struct seen seen = { .moment = moment };

    for (int i = 0; i < FOLDERS; i++) {
        char folder[] = { 'f', (char)('0' + i), '\0' };
        int fd = open(folder, O_RDONLY);
        seen.result |= (fd >= 0) << i;
        close(fd);
    }
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
}

int
main(int argc, char *argv[])
{
    int status = -1;

    lab_stop(LAB_INPUT, &input, sizeof(input));
    if (argc > 1 && strcmp(argv[1], "again") == 0) {
        report(3, 0);
        leave(0);
    }
    open("/", O_RDONLY);
    if (fork() == 0)
        child();
    wait(&status);
    report(7, status);
    if (fork() == 0) {
        report(8, 0);
        leave(0);
    }
    wait(NULL);
    report_folders(9);
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
