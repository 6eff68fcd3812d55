/*
 * The interrupt controllers: a local APIC in each CPU, and the I/O APIC, which
 * sends the devices' interrupts to them.  SDM 3A, "Advanced Programmable
 * Interrupt Controller (APIC)"; "82093AA I/O APIC" data sheet.
 */
#pragma once

#include <stdint.h>

/*
 * Finds the CPUs and fills in the ids of cpus[], with this one, which boots, as
 * the first.  Silences the old interrupt controller and every I/O APIC input.
 */
void apic_init(void);

/* Switches this CPU's local APIC on. */
void lapic_init(void);

/* Tells this CPU's local APIC that the interrupt has been dealt with. */
void lapic_eoi(void);

/* Sends vector T_WAKE to another CPU, which leaves its hlt. */
void lapic_wake(uint8_t apicid);

/*
 * The three steps that start another CPU in real mode at physical address entry,
 * page-aligned and below 1 MB: first INIT, then after 10 ms STARTUP, and after
 * 200 us STARTUP again if it has not come up.
 */
void lapic_send_init(uint8_t apicid);
void lapic_send_startup(uint8_t apicid, uint32_t entry);

/*
 * Starts this CPU's timer: vector T_TIMER every `count` steps.  With count 0 it
 * only counts down, from UINT32_MAX.
 */
void lapic_timer_start(uint32_t count);

/* Steps that the timer has counted since lapic_timer_start(0). */
uint32_t lapic_timer_elapsed(void);

/* Sends an ISA interrupt to CPU 0 under vector T_IRQ0 + irq. */
void ioapic_enable(int irq);
