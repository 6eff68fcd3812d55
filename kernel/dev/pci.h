/* The PCI bus: finding a device and reading and writing its registers. */
#pragma once

#include <stdint.h>

/* Registers of a function that we use, by offset, and their bits. */
enum {
    PCI_COMMAND = 0x04,         // the low half; the high one is the status
    PCI_COMMAND_IO = 0x01,      // answer at I/O ports
    PCI_COMMAND_MASTER = 0x04,  // may access memory by itself
    PCI_CLASS = 0x08,           // class, subclass, interface, revision
    PCI_BAR4 = 0x20,            // fifth base address
    PCI_BAR_PORT = 0xFFFC,      // in a base address: the port
};

/*
 * Returns the first function of that class and subclass (its bus, device and
 * function number in one, as the calls below take it), or -1.
 */
int pci_find(uint16_t class_and_subclass);

/* Reads and writes a register, its offset a multiple of 4. */
uint32_t pci_read(int function, uint8_t offset);
void pci_write(int function, uint8_t offset, uint32_t value);
