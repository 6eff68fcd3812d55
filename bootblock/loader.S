/*
 * From real mode to protected mode, and back for what only the BIOS can do.
 *
 * The BIOS is 16-bit code for real mode, C code is 32-bit code for protected
 * mode.  Both run here with segments that begin at 0, so a pointer below 64 KB
 * and the stack mean the same to both.
 */

#define BIOS_SYSTEM     0x15
#define SYSTEM_A20_ON   0x2401      // in %ax
#define SYSTEM_E820     0xe820      // in %eax: store a range of memory
#define E820_SIGNATURE  0x534d4150  // in %edx: "SMAP"
#define E820_SIZE       20          // in %ecx: bytes in struct e820_range
#define PORT_A          0x92        // "System Control Port A"
#define PORT_A_A20      0x02

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

    .globl  loader, next_range, next_number, real_mode
    .text
    .code16

    /*
     * Jumped to by sector 0.  PCs once had to behave like the 8086, whose
     * addresses wrap at 1 MB, and some start with address line 20 held at 0:
     * the BIOS knows how to free it; the port serves where it does not.
     */
loader:
    movw    $SYSTEM_A20_ON, %ax
    int     $BIOS_SYSTEM
    movb    $PORT_A_A20, %al
    outb    %al, $PORT_A
    xorl    %ebp, %ebp              // the end of every backtrace
    pushl   $bootmain               // as if it had just called real_mode
    pushal
    jmp     to_protected

    /* Stores at %si the range of memory that the number asks for: first 0. */
next_range:
    movl    $SYSTEM_E820, %eax
    movl    next_number, %ebx
    movl    $E820_SIZE, %ecx
    movl    $E820_SIGNATURE, %edx
    movw    %si, %di
    int     $BIOS_SYSTEM
    jnc     1f
    xorl    %ebx, %ebx              // an error ends the list, too
1:  movl    %ebx, next_number
    ret

    /*
     * void real_mode(const char *function, const void *argument);
     *
     * Segments of 64 KB come first, as real mode keeps the limits it finds (SDM
     * 3A, "Switching Back to Real-Address Mode").
     *
     * Stack after pushal:  40(%esp) argument
     *                      36(%esp) function
     *                      32(%esp) return address
     *                        (%esp) the caller's registers
     */
    .code32
real_mode:
    pushal
    movl    36(%esp), %ecx
    movl    40(%esp), %esi
    ljmp    $CODE16, $1f
    .code16
1:  load_data_segments $DATA16
    movl    %cr0, %eax
    andl    $~CR0_PE, %eax
    movl    %eax, %cr0
    ljmp    $0, $1f
1:  load_data_segments $0
    sti
    call    *%cx
to_protected:
    cli
    cld
    lgdt    gdt_pointer
    movl    %cr0, %eax
    orl     $CR0_PE, %eax
    movl    %eax, %cr0
    ljmp    $CODE32, $1f
    .code32
1:  load_data_segments $DATA32
    popal
    ret

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
next_number:
    .long   0                       // what the BIOS calls the next range

    .section .note.GNU-stack, "", @progbits
