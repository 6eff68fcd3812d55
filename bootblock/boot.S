/*
 * Sector 0 of the disk, which the BIOS loads at 0x7c00 and starts in real mode.
 *
 * The BIOS reads this one sector only.  We have it read the rest of the boot
 * block into the memory behind it, so that all of it runs as the linker laid it
 * out, and go on in loader.S.  A real-mode address is segment * 16 + offset:
 * with all data segments 0 an offset is simply the address.
 *
 *   0x0500  the stack grows down towards here, from 0x7c00
 *   0x7c00  sector 0: this code, the partition table, the signature
 *   0x7e00  loader.S and bootmain.c, with their data
 *  0x10000  buffer of the disk reads in bootmain.c
 */

#define BIOS_VIDEO      0x10
#define VIDEO_TELETYPE  0x0e        // in %ah: print %al
#define BIOS_DISK       0x13
#define DISK_READ       0x42        // in %ah: read as the packet at %si says
#define BIOS_SERIAL     0x14
#define SERIAL_9600_8N1 0x00e3      // in %ax: set up the line
#define SERIAL_SEND     0x01        // in %ah: send %al, and keep it

    .globl  start, disk_read, stop, boot_tsc, partition_table
    .section .sector0, "ax"
    .code16

    /*
     * Called by: the BIOS, some at 0:0x7c00 and some at 0x7c0:0, so up to the
     * first far jump only relative ones will do.  %dl is our drive's number.
     */
start:
    cld
    xorw    %ax, %ax
    movw    %ax, %ds
    movw    %ax, %es
    movw    %ax, %ss
    movw    $start, %sp             // no interrupt comes in between
    sti
    movb    %dl, drive
    rdtsc
    movl    %eax, boot_tsc
    movl    %edx, boot_tsc + 4
    movw    $packet, %si
    call    disk_read
    jmp     loader

    /* Reads from our disk as the packet at %si says. */
disk_read:
    movb    $DISK_READ, %ah
    movb    drive, %dl
    int     $BIOS_DISK
    movw    $unreadable, %si
    jc      stop
    ret

    /* Prints the string at %si on the screen and the serial port, and halts. */
stop:
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
packet:                             // see bootmain.c
    .word   16, 15                  // bytes in the packet, sectors to read
    .word   rest, 0
    .quad   1
boot_tsc:
    .quad   0
drive:
    .byte   0

    .org    446                     // an error here: the above is too long
partition_table:                    // mkfs fills it in
    .org    510
    .word   0xaa55                  // the BIOS looks for it

    .section .note.GNU-stack, "", @progbits
