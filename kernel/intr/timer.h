/* Short delays, and each CPU's clock tick. */
#pragma once

/* Waits for us microseconds, at most 50,000, without giving up the CPU. */
void delay_us(unsigned us);

/*
 * Starts this CPU's tick: vector T_TIMER, HZ times a second.  The first CPU is
 * the first to do so, and measures how fast the local APICs' timers count.
 */
void timer_start(void);
