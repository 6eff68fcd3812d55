/* Tickets: what settickets, setpolicy and getpinfo agree on with programs. */
#pragma once

/* How the next process is chosen, for setpolicy.  A machine starts with 0. */
enum policy {
    POLICY_QUEUE = 0,           // who has waited longest
    POLICY_LOTTERY = 1,         // who has the ticket that is drawn
    POLICY_STRIDE = 2,          // who has the lowest pass
};

enum {
    TICKETS_FIRST = 10,         // of the first process
    TICKETS_MAX = 1000,         // of any process; at least 1
    STRIDE_ONE = 1 << 20,       // the stride of a process with one ticket
    PINFO_MAX = 256,            // processes there can be
};

/* What getpinfo tells: one entry for each process that has begun to run. */
struct pinfo {
    int n;                      // entries that are filled
    struct pinfo_entry {
        int pid;
        int tickets;
        int ticks;              // clock ticks that came while it was running
    } of[PINFO_MAX];
};
