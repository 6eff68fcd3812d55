/* Time in ticks, HZ a second, and sleeping for some of it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Ticks since the kernel started; wraps after 497 days. */
uint32_t clock_ticks(void);

/* Sleeps for n ticks; not at all if n <= 0.  False if killed meanwhile. */
bool clock_sleep(int n);

/* Has hook called at each tick, on the first CPU, interrupts off. */
void clock_set_hook(void (*hook)(void));

/* Counts a tick.  Called by trap on the first CPU, interrupts off. */
void clock_tick(void);
