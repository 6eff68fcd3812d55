# The kernel and the boot block.

# Files named debug_*.c belong to the DEBUG build only.  initcode is a program of
# its own.
KERNEL_SRCS := $(sort $(wildcard kernel/*.c kernel/boot/*.[cS] \
    $(foreach layer,$(LAYERS),kernel/$(layer)/*.[cS])))
ifndef DEBUG
KERNEL_SRCS := $(filter-out $(wildcard kernel/debug_* kernel/*/debug_*),$(KERNEL_SRCS))
endif
KERNEL_SRCS := $(filter-out kernel/proc/initcode.S,$(KERNEL_SRCS))
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

# initcode, what the first process runs: a flat program for address 0, embedded in
# the kernel's read-only data.
$(O)/kernel/made/initcode.bin: $(O)/kernel/proc/initcode.o
	$(SAY) "EMBED $<"
	$(Q)$(LD) -Ttext=0 -e start -o $(@:.bin=.elf) $<
	$(Q)$(OBJCOPY) -O binary -j .text $(@:.bin=.elf) $@
$(O)/kernel/made/initcode.S: $(O)/kernel/made/initcode.bin
	@printf '%s\n' '.section .rodata' \
	    '.globl _binary_initcode_start, _binary_initcode_end, _binary_initcode_size' \
	    '_binary_initcode_start: .incbin "$<"' '_binary_initcode_end:' \
	    '.set _binary_initcode_size, _binary_initcode_end - _binary_initcode_start' >$@

# The kernel is linked twice: the first link shows where each function lies, the
# second adds the table of their names.  The table must not have moved them.
KERNEL_PARTS := $(KERNEL_OBJS) $(O)/kernel/made/initcode.o
LINK_KERNEL = $(LD) -T kernel/boot/kernel.ld -o $@ $(filter %.o,$^)
$(O)/kernel/made/no-symbols.S: tools/ksyms
	@mkdir -p $(@D)
	@tools/ksyms </dev/null >$@
$(O)/kernel/made/first.elf: $(KERNEL_PARTS) $(O)/kernel/made/no-symbols.o \
    kernel/boot/kernel.ld $(O)/kernel/objects
	$(Q)$(LINK_KERNEL)
$(O)/kernel/made/symbols.S: $(O)/kernel/made/first.elf tools/ksyms
	$(Q)$(NM) $< >$<.sym
	$(Q)tools/ksyms <$<.sym >$@
$(O)/kernel.elf: $(KERNEL_PARTS) $(O)/kernel/made/symbols.o kernel/boot/kernel.ld
	$(SAY) "LD $@"
	$(Q)$(LINK_KERNEL)
	$(Q)$(NM) -n $@ >$(O)/kernel.sym
	@tools/ksyms <$(O)/kernel.sym | cmp - $(O)/kernel/made/symbols.S
	$(Q)$(OBJDUMP) -S $@ >$(O)/kernel.asm
$(O)/kernel.stripped: $(O)/kernel.elf
	$(Q)$(OBJCOPY) -S $< $@

# The boot block: the boot sector and what it loads.
BOOT_OBJS := $(patsubst %,$(O)/%.o,$(basename $(sort $(wildcard bootblock/*.[cS]))))
BOOT_SCRIPT := $(firstword $(wildcard bootblock/*.ld) bootblock/bootblock.ld)
$(eval $(call kept,$(O)/bootblock/objects,$(BOOT_OBJS)))

$(O)/bootblock/%.o: bootblock/%.c $(O)/flags
	$(SAY) "CC $<"
	$(Q)$(TARGET_CC) $(BOOT_CFLAGS) $(COMPILE) $<
$(O)/bootblock/%.o: bootblock/%.S $(O)/flags
	$(SAY) "AS $<"
	$(Q)$(TARGET_CC) $(BOOT_CFLAGS) $(COMPILE) $<
$(O)/boot/bootblock.elf: $(BOOT_OBJS) $(BOOT_SCRIPT) $(O)/bootblock/objects
	$(SAY) "LD $@"
	$(Q)$(LD) -T $(BOOT_SCRIPT) -o $@ $(filter %.o,$^)
	$(Q)$(OBJDUMP) -S $@ >$(O)/bootblock.asm
$(O)/boot/bootblock.bin: $(O)/boot/bootblock.elf
	$(Q)$(OBJCOPY) -O binary $< $@

-include $(KERNEL_OBJS:=.d) $(BOOT_OBJS:=.d) $(O)/kernel/proc/initcode.o.d
