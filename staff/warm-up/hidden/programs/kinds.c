/* The count after reads of several kinds, and after their process has ended. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"

enum { GETREADCOUNT = 26 };

struct input {
    int ends, folders, wild, children;
};

struct seen {
    int start, after_kinds, after_children;
};

int
main(void)
{
    struct input input = { 0 };
    struct seen seen;
    char bytes[16];

    lab_stop(LAB_INPUT, &input, sizeof(input));
    int file = open("/empty", O_RDWR | O_CREATE);
    int folder = open("/", O_RDONLY);
    seen.start = lab_call(GETREADCOUNT);
    for (int i = 0; i < input.ends; i++)
        read(file, bytes, sizeof(bytes));
    for (int i = 0; i < input.folders; i++)
        read(folder, bytes, sizeof(bytes));
    for (int i = 0; i < input.wild; i++)
        read(folder, (void *)0x7f000000, sizeof(bytes));
    seen.after_kinds = lab_call(GETREADCOUNT);
    for (int i = 0; i < input.children; i++) {
        if (fork() == 0) {
            for (int j = 0; j <= i; j++)
                read(file, bytes, sizeof(bytes));
            exit(0);
        }
        wait(NULL);
    }
    seen.after_children = lab_call(GETREADCOUNT);
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
