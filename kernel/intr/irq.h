/* Interrupts of devices. */
#pragma once

/* ISA interrupt numbers of the devices we drive. */
enum {
    IRQ_KEYBOARD = 1,
    IRQ_COM1 = 4,
    IRQ_IDE = 14,
};

/*
 * Has handler called, interrupts off, at each interrupt of an ISA device, and
 * unmasks it: it goes to one CPU.
 */
void irq_register(int irq, void (*handler)(void));

/*
 * Calls the handler of an interrupt's vector, if there is one.  Called by trap,
 * interrupts off.
 */
void irq_dispatch(unsigned vector);
