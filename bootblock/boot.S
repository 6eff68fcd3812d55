/*
 * Sector 0 of the disk, which the BIOS loads at 0x7c00 and starts in real mode.
 *
 * The BIOS reads this one sector only.  We have it read the rest of the boot
 * block into the memory behind it, so that all of it runs as the linker laid it
 * out, and go on in loader.S.  A real-mode address is segment * 16 + offset:
 * with all segments 0 an offset is simply the address.
 *
 *   0x0500  the stack grows down towards here, from 0x7c00
 *   0x7c00  sector 0: this code, the partition table, the signature
 *   0x7e00  loader.S and bootmain.c, with their data
 *  0x10000  buffer of the disk reads in bootmain.c
 */

#define TABLE_OFFSET    446         // partition table, filled in by mkfs
#define MAGIC_OFFSET    510         // the BIOS looks for 0xaa55 here
#define REST_SECTORS    15          // of the boot block, behind sector 0

#define BIOS_VIDEO      0x10
#define VIDEO_TELETYPE  0x0e        // in %ah: print %al
#define BIOS_DISK       0x13
#define DISK_READ       0x42        // in %ah: read as a packet says
#define BIOS_SERIAL     0x14
#define SERIAL_9600_8N1 0x00e3      // in %ax: set up the line
#define SERIAL_SEND     0x01        // in %ah: send %al

    .section .sector0, "ax"
    .code16

    /* Called by: the BIOS.  On entry: %dl is the number of our drive. */
    .globl start
start:
    cli
    cld
    ljmp    $0, $1f                 // some BIOSes start us at 0x7c0:0
1:
    xorw    %ax, %ax
    movw    %ax, %ds
    movw    %ax, %es
    movw    %ax, %ss
    movw    $start, %sp
    sti
    movb    %dl, boot_drive
    rdtsc
    movl    %eax, boot_tsc
    movl    %edx, boot_tsc + 4

    movb    $DISK_READ, %ah
    movb    boot_drive, %dl
    movw    $packet, %si
    int     $BIOS_DISK
    jnc     loader
    movw    $unreadable, %si

    /*
     * Prints the message at %si on the screen and the first serial port, then
     * halts.  Jumped to in real mode, from here and from fail in loader.S.
     */
    .globl stop
stop:
    xorw    %dx, %dx                // the first serial port
    movw    $SERIAL_9600_8N1, %ax
    int     $BIOS_SERIAL
    pushw   %si
    movw    $prefix, %si
    call    print
    popw    %si
    call    print
    movw    $newline, %si
    call    print
1:
    cli
    hlt
    jmp     1b

    /* Prints the string at %si.  %dx is the serial port. */
print:
    movw    $7, %bx                 // page 0, light grey
    movb    $VIDEO_TELETYPE, %ah
    lodsb
    testb   %al, %al
    jz      1f
    pushw   %ax
    int     $BIOS_VIDEO
    popw    %ax
    movb    $SERIAL_SEND, %ah
    int     $BIOS_SERIAL
    jmp     print
1:
    ret

prefix:
    .asciz  "Lectern cannot start: "
unreadable:
    .asciz  "the disk cannot be read"
newline:
    .asciz  "\r\n"

    /* What DISK_READ is to do, in the layout that the BIOS wants. */
    .p2align 2
packet:
    .byte   16, 0                   // bytes in this packet
    .word   REST_SECTORS
    .word   rest, 0                 // offset and segment of the buffer
    .quad   1                       // first sector

    .globl  boot_tsc, boot_drive, partition_table
boot_tsc:
    .quad   0
boot_drive:
    .byte   0

    .org    TABLE_OFFSET            // an error here: the code above is too long
partition_table:
    .org    MAGIC_OFFSET
    .word   0xaa55

    .section .note.GNU-stack, "", @progbits
