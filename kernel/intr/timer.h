/* Short delays, and each CPU's clock tick. */
#pragma once

/* Waits for us microseconds, at most 50,000, without giving up the CPU. */
void delay_us(unsigned us);

/* Measures how fast the local APICs' timers count.  Called once. */
void timer_calibrate(void);

/* Starts this CPU's tick: vector T_TIMER, HZ times a second. */
void timer_start(void);
