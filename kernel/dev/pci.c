/*
 * The PCI bus, through configuration mechanism 1: one port takes an address,
 * the other moves the register there.  PCI Local Bus Specification,
 * "Configuration Space".
 *
 * A function is addressed by 8 bits of bus, 5 of device and 3 of function.  One
 * counter runs through all of them; where nothing is, reads give all ones.
 *
 * Called only while the kernel boots, so the pair of ports has no lock.
 */
#include "dev/pci.h"

#include "x86/x86.h"

enum {
    CONFIG_ADDRESS = 0xCF8,
    CONFIG_DATA = 0xCFC,
    NFUNCTIONS = 256 * 32 * 8,
};
#define CONFIG_ENABLE 0x80000000u

uint32_t
pci_read(int function, uint8_t offset)
{
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | offset);
    return inl(CONFIG_DATA);
}

void
pci_write(int function, uint8_t offset, uint32_t value)
{
    outl(CONFIG_ADDRESS, CONFIG_ENABLE | function << 8 | offset);
    outl(CONFIG_DATA, value);
}

int
pci_find(uint16_t class_and_subclass)
{
    for (int function = 0; function < NFUNCTIONS; function++) {
        if (pci_read(function, PCI_CLASS) >> 16 == class_and_subclass)
            return function;
    }
    return -1;
}
