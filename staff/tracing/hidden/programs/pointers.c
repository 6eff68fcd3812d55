/* trace and sandbox with sets that cannot be read, or not all of them. */
#include <stdlib.h>
#include <unistd.h>

#include "../programs/call.h"

enum { PAGE = 4096, BAD = 8, TRIED = 3 };

struct seen {
    int part;
    int good;                   // of a set at an odd address, in two pages
    int bad[BAD];
    int tried[TRIED];           // results of getpid, uptime, dup
};

int
main(void)
{
    char *pages = sbrk(2 * PAGE);
    char *end = pages + 2 * PAGE;
    // Of what lies across the end, all that can be read is ones.
    char *bad[BAD] = {
        (char *)0x80000000, (char *)0x80100000, (char *)0xfffffffc,
        (char *)0x7f000000, end - 4, end - 1, end, (char *)0x7ffffffc,
    };
    calls_t calls = 1ULL << UPTIME;
    struct seen traced = { .part = 1 }, confined = { .part = 2 };
    int input;

    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int i = 1; i <= 8; i++)
        end[-i] = (char)0xff;
    lab_stop(LAB_REPORT, &(struct seen){ 0 }, sizeof(struct seen));
    for (unsigned i = 0; i < sizeof(calls); i++)
        pages[PAGE - 3 + i] = ((char *)&calls)[i];
    traced.good = trace_at(pages + PAGE - 3);
    for (int i = 0; i < BAD; i++)
        traced.bad[i] = trace_at(bad[i]);
    traced.tried[0] = call(0, 0, 0, GETPID);
    traced.tried[1] = call(0, 0, 0, UPTIME);
    traced.tried[2] = call(-input, 0, 0, DUP);
    trace_calls(0);
    lab_stop(LAB_REPORT, &traced, sizeof(traced));

    if (fork() == 0) {
        for (int i = 0; i < BAD; i++)
            confined.bad[i] = sandbox_at(bad[i]);
        confined.tried[0] = call(0, 0, 0, GETPID);
        confined.tried[1] = call(0, 0, 0, UPTIME);
        confined.tried[2] = (int)sbrk(0);
        confined.good = sandbox_at(pages + PAGE - 3);
        lab_stop(LAB_REPORT, &confined, sizeof(confined));
        leave(0);
    }
    wait(NULL);
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
