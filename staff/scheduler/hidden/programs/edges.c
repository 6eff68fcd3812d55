/* getpinfo with addresses of all kinds: what it returned, and what was there. */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../lib/programs/lab.h"
#include "../programs/calls.h"

enum { ADDRESSES = 4, PAGE = 4096 };

static struct {
    int addresses[ADDRESSES];   // where no program may write
} input;

static struct {
    int good;                   // result for memory of this process
    int bad[ADDRESSES];
    int text;                   // result for this program's own text
    int end;                    // for memory that ends inside of it
    int n;                      // entries at `good`
} seen;

static struct pinfo info;

int
main(void)
{
    lab_stop(LAB_INPUT, &input, sizeof(input));
    for (int i = 0; i < ADDRESSES; i++)
        seen.bad[i] = call(GETPINFO, input.addresses[i]);
    seen.text = call(GETPINFO, (int)main);
    // The last words of memory: n fits, and the entries do not.
    char *end = sbrk(PAGE);
    end += PAGE - (uintptr_t)end % PAGE;
    while (sbrk(-1) != (void *)-1 && (char *)sbrk(0) > end)
        ;
    seen.end = call(GETPINFO, (int)((char *)sbrk(0) - sizeof(int)));
    seen.good = call(GETPINFO, (int)&info);
    seen.n = info.n;
    lab_stop(LAB_REPORT, &seen, sizeof(seen));
    lab_stop(LAB_END, NULL, 0);
    return 0;
}
