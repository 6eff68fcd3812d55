/* One function per machine instruction that several files use. */
#pragma once

#include <stddef.h>
#include <stdint.h>

static inline uint8_t
inb(uint16_t port)
{
    uint8_t value;
    asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint32_t
inl(uint16_t port)
{
    uint32_t value;
    asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

/*
 * Memory is clobbered because writing to a port may start a DMA transfer: all
 * that the device will read must be stored before.
 */
static inline void
outb(uint16_t port, uint8_t value)
{
    asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void
outw(uint16_t port, uint16_t value)
{
    asm volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void
outl(uint16_t port, uint32_t value)
{
    asm volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void
cli(void)
{
    asm volatile("cli" : : : "memory");
}

static inline void
sti(void)
{
    asm volatile("sti" : : : "memory");
}

static inline void
pause(void)
{
    asm volatile("pause" : : : "memory");
}

/* The address whose access caused the last page fault. */
static inline uint32_t
read_cr2(void)
{
    uint32_t value;
    asm volatile("movl %%cr2, %0" : "=r"(value));
    return value;
}

/* Switches to the page directory at a physical address; empties the TLB. */
static inline void
write_cr3(uint32_t value)
{
    asm volatile("movl %0, %%cr3" : : "r"(value) : "memory");
}

/* Forgets what the TLB holds of the page at va. */
static inline void
invlpg(uintptr_t va)
{
    asm volatile("invlpg (%0)" : : "r"(va) : "memory");
}

/*
 * Device registers in memory.  volatile: each access is a command to the
 * device, so the compiler may neither drop, repeat nor reorder one.
 */
static inline uint32_t
mmio_read32(uintptr_t address)
{
    return *(volatile uint32_t *)address;
}

static inline void
mmio_write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}
