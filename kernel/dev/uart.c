/*
 * The serial port.  Output waits for the transmitter, input is taken at the
 * interrupt.  National Semiconductor, "PC16550D Universal Asynchronous
 * Receiver/Transmitter with FIFOs".
 */
#include "dev/uart.h"

#include "x86/x86.h"

enum {
    COM1 = 0x3F8,
    DATA = COM1 + 0,        // byte received, byte to send; with DLAB: divisor
    IER = COM1 + 1,         // interrupt enable; with DLAB: its high byte
    FCR = COM1 + 2,         // FIFO control
    LCR = COM1 + 3,         // line control
    MCR = COM1 + 4,         // modem control
    LSR = COM1 + 5,         // line status
    DIVISOR = 1,            // of the clock
    IER_RDA = 0x01,         // interrupt when data is available
    FCR_RESET = 0x07,       // both FIFOs on and empty, interrupt at 1 byte
    LCR_8N1 = 0x03,         // 8 data bits, no parity, 1 stop bit
    LCR_DLAB = 0x80,        // the divisor is in place of two other registers
    MCR_ON = 0x0B,          // DTR, RTS, and OUT2, which lets the interrupt out
    LSR_DR = 0x01,          // data ready
    LSR_THRE = 0x20,        // transmitter has room
    LSR_ABSENT = 0xFF,      // no chip drives the bus
    SEND_TRIES = 100000,    // about 1 us each on a PC; a byte takes 87
};

void
uart_init(void)
{
    outb(LCR, LCR_DLAB);
    outb(DATA, DIVISOR);
    outb(IER, DIVISOR >> 8);
    outb(LCR, LCR_8N1);
    outb(FCR, FCR_RESET);
    outb(MCR, MCR_ON);
    outb(IER, IER_RDA);
}

void
uart_putc(char c)
{
    for (int i = 0; i < SEND_TRIES && (inb(LSR) & LSR_THRE) == 0; i++)
        pause();
    outb(DATA, c);
}

void
uart_input(void (*take)(uint8_t c))
{
    // The first look clears the error bits, so that no chip has all bits set at
    // the second.
    while ((inb(LSR) & LSR_DR) != 0 && inb(LSR) != LSR_ABSENT)
        take(inb(DATA));
}
