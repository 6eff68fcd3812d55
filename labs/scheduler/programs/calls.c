/*
 * Tickets and getpinfo: numbers, without a verdict.
 *
 * First the first process's own tickets, after each of some calls of
 * settickets.  Then children that set theirs, and wait; one of them has a child
 * that sets none.  The whole table is reported: while they wait, when they have
 * ended, and when they have been waited for.  At last, what is to be refused.
 */
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"
#include "calls.h"

enum { NUMBERS = 8, CHILDREN_MAX = 12, POLICIES = 3 };

static struct {
    int numbers[NUMBERS];       // for settickets, one after the other
    int children;
    int tickets[CHILDREN_MAX];
    int policies[POLICIES];     // that there are not
    int address;                // where no program may write
} input;

static struct {
    int first;                  // tickets that the first process has at first
    struct {
        int result, tickets;    // of the call, and what getpinfo tells then
    } number[NUMBERS];
} numbers;

static struct {
    int result;
    int pid[CHILDREN_MAX], grandchild;
    struct pinfo info;
} table;

static struct {
    int policy[POLICIES];       // what the calls returned
    int address;
} refused;

/* A child: tells the parent that it is ready, and waits for its word. */
static void
child(int n, const int up[2], const int down[2])
{
    char byte = 0;
    int pid = 0;

    call(SETTICKETS, input.tickets[n]);
    if (n == 0) {
        pid = fork();
        if (pid == 0) {
            close(down[1]);
            read(down[0], &byte, 1);
            exit(0);
        }
    }
    close(down[1]);
    write(up[1], &pid, sizeof(pid));
    read(down[0], &byte, 1);
    if (n == 0)
        wait(NULL);
    close(up[1]);
    exit(0);
}

static void
report_table(void)
{
    table.result = call(GETPINFO, (int)&table.info);
    lab_stop(LAB_REPORT, &table, sizeof(table));
}

static void
try_numbers(void)
{
    static struct pinfo info;

    numbers.first = my_entry(&info, getpid()).tickets;
    for (int i = 0; i < NUMBERS; i++) {
        numbers.number[i].result = call(SETTICKETS, input.numbers[i]);
        numbers.number[i].tickets = my_entry(&info, getpid()).tickets;
    }
    lab_stop(LAB_REPORT, &numbers, sizeof(numbers));
}

/* If the kernel takes one of these policies, it is soon rid of it again. */
static void
try_nonsense(void)
{
    for (int i = 0; i < POLICIES; i++) {
        refused.policy[i] = call(SETPOLICY, input.policies[i]);
        call(SETPOLICY, POLICY_QUEUE);
    }
    refused.address = call(GETPINFO, input.address);
    lab_stop(LAB_REPORT, &refused, sizeof(refused));
}

int
main(void)
{
    int up[2], down[2], pid;
    char byte;

    lab_stop(LAB_INPUT, &input, sizeof(input));
    try_numbers();
    pipe(up);
    pipe(down);
    for (int i = 0; i < input.children; i++) {
        table.pid[i] = fork();
        if (table.pid[i] == 0)
            child(i, up, down);
        read(up[0], &pid, sizeof(pid));
        if (i == 0)
            table.grandchild = pid;
    }
    report_table();
    // All children go on; when no writer is left, all have closed their end.
    close(up[1]);
    close(down[0]);
    close(down[1]);
    while (read(up[0], &byte, 1) > 0)
        ;
    report_table();
    while (wait(NULL) > 0)
        ;
    report_table();
    try_nonsense();
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
