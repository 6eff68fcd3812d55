# The kernel and the boot block.

# Files named debug_*.c belong to the DEBUG build only, but debug_trace.c to that
# with TRACE; initcode is a program of its own.
KERNEL_SRCS := $(sort $(wildcard kernel/*.c kernel/boot/*.[cS] \
    $(foreach layer,$(LAYERS),kernel/$(layer)/*.[cS])))
KERNEL_SRCS := $(filter-out kernel/proc/initcode.S,$(KERNEL_SRCS))
ifndef DEBUG
KERNEL_SRCS := $(filter-out $(wildcard kernel/*/debug_*.c),$(KERNEL_SRCS))
endif
KERNEL_SRCS := $(filter-out kernel/core/debug_trace.c,$(KERNEL_SRCS)) \
    $(if $(TRACE),kernel/core/debug_trace.c)
KERNEL_OBJS := $(patsubst %,$(O)/%.o,$(basename $(KERNEL_SRCS)))
$(eval $(call kept,$(O)/kernel/objects,$(KERNEL_OBJS)))

$(O)/kernel/%.o: kernel/%.c $(O)/flags
	$(SAY) "CC $<"
	$(Q)$(TARGET_CC) $(KERNEL_CFLAGS) $(COMPILE) $<
$(O)/kernel/%.o: kernel/%.S $(O)/flags
	$(SAY) "AS $<"
	$(Q)$(TARGET_CC) $(KERNEL_CFLAGS) $(COMPILE) $<
$(O)/kernel/made/%.o: $(O)/kernel/made/%.S $(O)/flags
	$(Q)$(TARGET_CC) $(CFLAGS_32) -c -o $@ $<

# initcode, what the first process runs: a flat program for address 0, embedded
# in the kernel's read-only data.
INITCODE := $(O)/kernel/made/initcode
$(INITCODE).bin: $(O)/kernel/proc/initcode.o
	$(SAY) "EMBED $<"
	$(Q)$(LD) -Ttext=0 -e start -o $(INITCODE).elf $<
	$(Q)$(OBJCOPY) -O binary -j .text $(INITCODE).elf $@
$(INITCODE).S: $(INITCODE).bin
	@printf '%s\n' '.section .rodata' \
	    '.globl _binary_initcode_start, _binary_initcode_end' \
	    '.globl _binary_initcode_size' \
	    '_binary_initcode_start: .incbin "$<"' \
	    '_binary_initcode_end:' \
	    '_binary_initcode_size = . - _binary_initcode_start' >$@

# The kernel is linked twice: the first link shows where each function lies, the
# second adds the table of their names.  That must not have moved them.
KERNEL_PARTS := $(KERNEL_OBJS) $(INITCODE).o
LINK_KERNEL = $(LD) -T kernel/boot/kernel.ld -o $@ $(filter %.o,$^)
SYMBOLS := $(O)/kernel/made/symbols

$(O)/kernel/made/no-symbols.S: tools/ksyms
	@mkdir -p $(@D)
	@tools/ksyms </dev/null >$@
$(O)/kernel/made/first.elf: $(KERNEL_PARTS) $(O)/kernel/made/no-symbols.o \
    kernel/boot/kernel.ld $(O)/kernel/objects
	$(Q)$(LINK_KERNEL)
$(SYMBOLS).S: $(O)/kernel/made/first.elf tools/ksyms
	$(Q)$(NM) $< >$<.sym
	$(Q)tools/ksyms <$<.sym >$@
$(O)/kernel.elf: $(KERNEL_PARTS) $(SYMBOLS).o kernel/boot/kernel.ld
	$(SAY) "LD $@"
	$(Q)$(LINK_KERNEL)
	$(Q)$(NM) -n $@ >$(O)/kernel.sym
	@tools/ksyms <$(O)/kernel.sym | cmp - $(SYMBOLS).S
	$(Q)$(OBJDUMP) -S $@ >$(O)/kernel.asm
$(O)/kernel.stripped: $(O)/kernel.elf
	$(Q)$(OBJCOPY) -S $< $@

# The boot block: the boot sector and what it loads.
BOOT_SRCS := $(sort $(wildcard bootblock/*.[cS]))
BOOT_OBJS := $(patsubst %,$(O)/%.o,$(basename $(BOOT_SRCS)))
BOOT_LD := bootblock/bootblock.ld
$(eval $(call kept,$(O)/bootblock/objects,$(BOOT_OBJS)))

$(O)/bootblock/%.o: bootblock/%.c $(O)/flags
	$(SAY) "CC $<"
	$(Q)$(TARGET_CC) $(BOOT_CFLAGS) $(COMPILE) $<
$(O)/bootblock/%.o: bootblock/%.S $(O)/flags
	$(SAY) "AS $<"
	$(Q)$(TARGET_CC) $(BOOT_CFLAGS) $(COMPILE) $<
$(O)/boot/bootblock.elf: $(BOOT_OBJS) $(BOOT_LD) $(O)/bootblock/objects
	$(SAY) "LD $@"
	$(Q)$(LD) -T $(BOOT_LD) -o $@ $(filter %.o,$^)
	$(Q)$(OBJDUMP) -S $@ >$(O)/bootblock.asm
$(O)/boot/bootblock.bin: $(O)/boot/bootblock.elf
	$(Q)$(OBJCOPY) -O binary $< $@

-include $(addsuffix .d,$(KERNEL_OBJS) $(BOOT_OBJS) $(O)/kernel/proc/initcode.o)
