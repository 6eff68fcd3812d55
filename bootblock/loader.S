/*
 * From real mode to protected mode, and back for every call of the BIOS.
 *
 * The BIOS is 16-bit code for real mode, C code is 32-bit code for protected
 * mode.  Both run here with segments that begin at 0, so a pointer below 64 KB
 * and the stack mean the same to both.
 */

#define CR0_PE          0x1         // protected mode

/* Segment selectors: byte offsets into gdt. */
#define CODE32          0x08
#define DATA32          0x10
#define CODE16          0x18
#define DATA16          0x20

#define BIOS_SYSTEM     0x15
#define SYSTEM_A20_ON   0x2401      // in %ax
#define PORT_A          0x92        // "System Control Port A"
#define PORT_A_RESET    0x01        // restarts the machine
#define PORT_A_A20      0x02

    .macro  load_data_segments selector
    movw    \selector, %ax
    movw    %ax, %ds
    movw    %ax, %es
    movw    %ax, %ss
    .endm

    .text
    .code16

    /*
     * Jumped to by sector 0.  PCs once had to behave like the 8086, whose
     * addresses wrap at 1 MB, and some start with address line 20 held at 0:
     * the BIOS knows how to free it; the port serves where it does not.
     */
    .globl loader
loader:
    movw    $SYSTEM_A20_ON, %ax
    int     $BIOS_SYSTEM
    inb     $PORT_A, %al
    testb   $PORT_A_A20, %al
    jnz     1f
    orb     $PORT_A_A20, %al
    andb    $~PORT_A_RESET, %al
    outb    %al, $PORT_A
1:
    calll   to_protected
    .code32
    xorl    %ebp, %ebp              // the end of every backtrace
    call    bootmain                // does not return

    /* _Noreturn void fail(const char *why); */
    .globl fail
fail:
    movl    4(%esp), %esi
    call    to_real
    .code16
    jmp     stop

    /*
     * void bios_call(uint32_t number, struct bios_registers *registers);
     *
     * Performs the instruction `int number` in real mode.  The handler is what
     * the far pointer at address 4 * number points to.  The registers pass by
     * a stack pointer laid over the struct, where popal and pushal find them;
     * interrupts are off whenever %esp is not the stack.
     *
     * On entry:  8(%esp) registers
     *            4(%esp) number
     *             (%esp) return address
     */
    .code32
    .globl bios_call
bios_call:
    pushal                          // 32 bytes: the arguments move up
    movl    36(%esp), %eax
    movl    (, %eax, 4), %eax
    movl    %eax, handler
    movl    40(%esp), %eax
    movl    %eax, registers
    call    to_real
    .code16
    movl    %esp, stack
    movl    registers, %esp
    popal
    movl    stack, %esp
    sti                             // what `int` does: save the flags, turn
    pushfw                          // interrupts off, call the handler
    cli
    lcall   *handler
    cli
    movl    registers, %esp
    leal    36(%esp), %esp          // the struct's end; add would change flags
    pushfl
    pushal
    movl    stack, %esp
    calll   to_protected
    .code32
    popal
    ret

    /* From 16-bit code, by calll, into 32-bit code.  Clobbers %eax. */
    .code16
to_protected:
    cli
    cld
    lgdt    gdt_pointer
    movl    %cr0, %eax
    orl     $CR0_PE, %eax
    movl    %eax, %cr0
    ljmp    $CODE32, $1f
    .code32
1:
    load_data_segments $DATA32
    ret

    /*
     * From 32-bit code into 16-bit code.  Loads segments of 64 KB first: real
     * mode keeps the limits it finds (SDM 3A, "Switching Back to Real-Address
     * Mode").  Clobbers %eax.
     */
to_real:
    ljmp    $CODE16, $1f
    .code16
1:
    load_data_segments $DATA16
    movl    %cr0, %eax
    andl    $~CR0_PE, %eax
    movl    %eax, %cr0
    ljmp    $0, $1f
1:
    load_data_segments $0
    retl

    .data
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

handler:
    .long   0                       // far pointer to the BIOS's code
registers:
    .long   0                       // bios_call's argument
stack:
    .long   0                       // the stack pointer while %esp is not it

    .section .note.GNU-stack, "", @progbits
