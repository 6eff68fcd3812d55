/*
 * From the BIOS to protected mode and C, with all that only the BIOS can do.
 *
 * The BIOS loads sector 0 of the disk at 0x7c00 and starts it in real mode.  We
 * have it read the sectors that follow into the memory behind: the rest of the
 * boot block, which so runs as the linker laid it out, and the kernel's file.
 * Then we ask it for the memory map and switch to protected mode for good; only
 * a message brings us back.  The other CPUs come the same way, started by the
 * kernel: so the boot block stays where it is.
 *
 * A real-mode address is segment * 16 + offset: with all data segments 0 an
 * offset is simply the address.  In protected mode, too, all segments begin at
 * 0, so pointers and the stack stay what they are.
 *
 *   0x0500  the stack grows down towards here, from 0x7c00
 *   0x7c00  sector 0: where this code begins, the partition table
 *   0x7e00  what else is done in real mode
 *   0x8000  the change to protected mode, and bootmain.c
 *   0x9c00  sector 16 and on: the kernel's file
 *  0x8fe00  the end of what is read
 */
#include "bootinfo.h"

#define BIOS_VIDEO      0x10
#define VIDEO_TELETYPE  0x0e        // in %ah: print %al
#define BIOS_DISK       0x13
#define DISK_READ       0x42        // in %ah: read as the packet at %si says
#define BIOS_SERIAL     0x14
#define SERIAL_9600_8N1 0x00e3      // in %ax: set up the line
#define SERIAL_SEND     0x01        // in %ah: send %al, and keep it
#define BIOS_SYSTEM     0x15
#define SYSTEM_A20_ON   0x2401      // in %ax
#define SYSTEM_E820     0xe820      // in %eax: store a range of memory
#define E820_SIGNATURE  0x534d4150  // in %edx: "SMAP"

#define NREADS          17          // bootblock.ld says where that ends
#define READ_SECTORS    64          // 32 KB
#define READ_PARAGRAPHS (READ_SECTORS * 512 / 16)

#define CR0_PE          0x1         // protected mode

/* Segment selectors: byte offsets into gdt. */
#define CODE32          0x08
#define DATA32          0x10
#define CODE16          0x18
#define DATA16          0x20

    .macro  load_data_segments selector
    movw    \selector, %ax
    movw    %ax, %ds
    movw    %ax, %es
    movw    %ax, %ss
    .endm

    .globl  start, bootinfo, partition_table, next, stop
    .section .sector0, "ax"
    .code16

    /*
     * Called by: the BIOS, some at 0:0x7c00 and some at 0x7c0:0, so up to the
     * first far jump only relative ones will do.  %dl is our drive's number,
     * which the BIOS keeps from call to call.
     */
start:
    cld
    load_data_segments $0
    movl    $start, %esp            // no interrupt comes in between
    sti
    movw    $packet, %si
1:  movb    $DISK_READ, %ah
    int     $BIOS_DISK
    jc      2f
    addw    $READ_PARAGRAPHS, segment
    addl    $READ_SECTORS, sector
    cmpl    $(1 + NREADS * READ_SECTORS), sector
    jb      1b
    jmp     loader
2:  movw    $unreadable, %si

    /* Prints the string at %si on the screen and the serial port, and halts. */
print:
    movw    $SERIAL_9600_8N1, %ax
    xorw    %dx, %dx                // the first serial port
    int     $BIOS_SERIAL
    movw    $7, %bx                 // page 0, light grey
1:  lodsb
    testb   %al, %al
    jz      2f
    movb    $SERIAL_SEND, %ah
    int     $BIOS_SERIAL
    movb    $VIDEO_TELETYPE, %ah
    int     $BIOS_VIDEO
    jmp     1b
2:  cli
    hlt
    jmp     2b

unreadable:
    .asciz  "Lectern cannot start: the disk cannot be read\r\n"
// The BIOS's "disk address packet": its size, what to read; where in segment.
packet:     .word   16, READ_SECTORS, 0
segment:    .word   0x7e0           // where to: first 0x7e00
sector:     .quad   1               // from where on the disk

    .org    446                     // an error here: the above is too long
partition_table:                    // mkfs fills it in
    .org    510
    .word   0xaa55                  // the BIOS looks for it

    /*
     * PCs once had to behave like the 8086, whose addresses wrap at 1 MB, and
     * some start with address line 20 held at 0: the BIOS frees it.
     */
loader:
    movw    $SYSTEM_A20_ON, %ax
    int     $BIOS_SYSTEM

    // Each call stores a range of memory and says in %ebx how it calls the next
    // one.  The first is called 0; an error or another 0 ends the list.
    xorl    %ebx, %ebx
    movw    $ranges, %di
1:  movl    $SYSTEM_E820, %eax
    movl    $E820_SIZE, %ecx
    movl    $E820_SIGNATURE, %edx
    int     $BIOS_SYSTEM
    jc      protect
    addw    $E820_SIZE, %di
    incl    nranges
    testl   %ebx, %ebx
    jz      protect
    cmpl    $E820_MAX, nranges
    jb      1b
    jmp     protect

    /*
     * From real mode to protected mode.  bootblock.ld puts this at AP_ENTRY of
     * the kernel, which makes each other CPU start here: with interrupts off,
     * all registers 0 and all segments but %cs (SDM 3A, "Processor State After
     * Reset").  All go on at `next`: the first one in bootmain, the others at
     * the kernel's entry.
     */
    .section .text.protect, "ax"
protect:
    cli
    lgdt    gdt_pointer
    movl    %cr0, %eax
    orl     $CR0_PE, %eax
    movl    %eax, %cr0
    ljmp    $CODE32, $1f
    .code32
1:  load_data_segments $DATA32
    xorl    %ebp, %ebp              // the end of every backtrace
    jmp     *next
next:       .long   bootmain        // which changes it

    /*
     * void stop(const char *message), for bootmain.c: prints it and halts.
     * That takes real mode, and segments of 64 KB before, as real mode keeps
     * the limits it finds (SDM 3A, "Switching Back to Real-Address Mode").
     */
stop:
    movl    4(%esp), %esi
    ljmp    $CODE16, $1f
    .code16
1:  load_data_segments $DATA16
    movl    %cr0, %eax
    andl    $~CR0_PE, %eax
    movl    %eax, %cr0
    ljmp    $0, $1f
1:  load_data_segments $0
    sti
    jmp     print

    .p2align 3
gdt:
    .quad   0
    .quad   0x00cf9a000000ffff      // CODE32: 0 to 4 GB, 32-bit code
    .quad   0x00cf92000000ffff      // DATA32: 0 to 4 GB
    .quad   0x00009a000000ffff      // CODE16: 0 to 64 KB, 16-bit code
    .quad   0x000092000000ffff      // DATA16: 0 to 64 KB
gdt_pointer:
    .word   gdt_pointer - gdt - 1
    .long   gdt

// struct bootinfo: the kernel reads it here.
    .p2align 2
bootinfo:   .long   BOOTINFO_MAGIC
nranges:    .long   0
ranges:     .space  E820_MAX * E820_SIZE

    .section .note.GNU-stack, "", @progbits
