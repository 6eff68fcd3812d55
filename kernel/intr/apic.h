/*
 * The interrupt controllers: a local APIC in each CPU, and the I/O APIC, which
 * sends the devices' interrupts to them.  SDM 3A, "Advanced Programmable
 * Interrupt Controller (APIC)"; "82093AA I/O APIC" data sheet.
 */
#pragma once

#include <stdint.h>

/* ISA interrupt numbers of the devices we drive. */
enum { IRQ_KEYBOARD = 1, IRQ_COM1 = 4, IRQ_IDE = 14 };

/* Switches this CPU's local APIC on, and the old interrupt controllers off. */
void apic_init(void);

/*
 * Sends another CPU an interrupt, by its vector, or a command: SDM 3A,
 * "Interrupt Command Register (ICR)".
 */
void lapic_send(uint8_t apicid, uint32_t command);

/*
 * Starts this CPU's tick: vector T_TIMER, HZ times a second.  The first CPU is
 * the first to do so, and measures how fast the local APICs' timers count.
 */
void timer_start(void);

/* Waits for us microseconds, at most 50,000, without giving up the CPU. */
void delay_us(unsigned us);

/*
 * Starts every CPU in cpus[] but this one, which is the first, and says how
 * many run.  Each goes to ap_main.
 */
void start_other_cpus(void);

/*
 * Has handler called, interrupts off, at each interrupt of an ISA device, and
 * unmasks it: it goes to the first CPU.
 */
void irq_register(unsigned irq, void (*handler)(void));

/*
 * Calls the handler of an interrupt's vector, if there is one, and tells this
 * CPU's local APIC that the interrupt is over.  Called by trap, interrupts off.
 */
void irq_dispatch(unsigned vector);
