/* Processes whose calls are traced, all at once. */
#include <stdlib.h>
#include <unistd.h>

#include "../programs/call.h"

enum { CHILDREN = 4, LOOPS = 90 };

struct input {
    int first[CHILDREN];        // arguments in each child's calls
};

struct seen {
    int part, pids[CHILDREN];
};

int
main(void)
{
    struct seen seen = { .part = 1 };
    struct input input = { 0 };
    int ready[2], go[2];
    char bytes[CHILDREN] = { 0 };

    lab_stop(LAB_INPUT, &input, sizeof(input));
    lab_stop(LAB_REPORT, &(struct seen){ 0 }, sizeof(struct seen));
    pipe(ready);
    pipe(go);
    trace_calls(1ULL << LSEEK);
    for (int i = 0; i < CHILDREN; i++) {
        seen.pids[i] = fork();
        if (seen.pids[i] == 0) {
            write(ready[1], "x", 1);
            read(go[0], bytes, 1);
            for (int j = 0; j < LOOPS; j++)
                call(-1, input.first[i], j, LSEEK);
            leave(0);
        }
    }
    for (int i = 0; i < CHILDREN; i++)
        read(ready[0], bytes, 1);
    write(go[1], bytes, CHILDREN);
    for (int i = 0; i < CHILDREN; i++)
        wait(NULL);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
