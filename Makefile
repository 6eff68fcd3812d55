# Lectern's build.  `make help` says what can be made; the details of each part
# are in tools/mk/.  GNU make 3.81 is enough.

MAKEFILE := $(lastword $(MAKEFILE_LIST))
MAKE_AGAIN = $(MAKE) --no-print-directory -f $(MAKEFILE)
MAKEFLAGS += -r
ifneq ($(words $(CURDIR)),1)
$(error The path "$(CURDIR)" has a space in it, which make cannot handle: move the folder)
endif

# The kernel's folders in their one order: a file includes only its own folder and
# folders to its left.  boot/, trap.c and main.c stand above them all.
LAYERS := lib x86 core mem intr sched dev fs file proc syscall

O := build$(if $(DEBUG),/debug)
CPUS := 2
MEM := 128
JOBS := 2

all: image
.PHONY: all image setup clean fresh get help size where qemu qemu-nox qemu-vga \
    qemu-gdb gdb test soak bench test-v86 check-layers xv6.img fs.img FORCE

ifneq ($(filter setup,$(MAKECMDGOALS)),)

# What is missing gets installed first; only then can other goals be looked at.
setup:
	@tools/setup $(if $(V86),--v86)
	@$(if $(filter-out setup,$(MAKECMDGOALS)),$(MAKE_AGAIN) $(filter-out setup,$(MAKECMDGOALS)))
ifneq ($(filter-out setup,$(MAKECMDGOALS)),)
$(filter-out setup,$(MAKECMDGOALS)): setup ; @:
endif

else

-include .prefix.mk
include tools/mk/toolchain.mk tools/mk/kernel.mk tools/mk/user.mk tools/mk/image.mk

# Running.  tools/run starts QEMU and explains how it ended.
QEMU_ARGS = -accel tcg -m $(MEM) -smp $(CPUS) -serial mon:stdio -nic none -no-reboot \
    -drive file=$(O)/lectern.img,format=raw,if=ide -device isa-debug-exit,iobase=0x501,iosize=2

qemu qemu-nox: image
	@echo 'Leave: type halt, or Ctrl-a x.  ^C goes to the machine.'
	@tools/run $(O) $(QEMU_ARGS) -display none $(QEMUEXTRA)
qemu-vga: image
	@tools/run $(O) $(QEMU_ARGS) $(QEMUEXTRA)

# One CPU, which waits for `make gdb` in a second terminal.
qemu-gdb: CPUS := 1
qemu-gdb: MEM := 32
qemu-gdb: image .gdbinit
	@echo 'Now type make gdb in a second terminal.  Leave: Ctrl-a x.'
	@umask 077; tools/run $(O) $(QEMU_ARGS) -display none $(GDB_SERVER) -S $(QEMUEXTRA)
GDB_SOCKET := $(O)/gdb.socket
GDB_SERVER = $(if $(GDBPORT),-gdb tcp:127.0.0.1:$(GDBPORT),\
    -chardev socket,id=gdb,path=$(GDB_SOCKET),server=on,wait=off -gdb chardev:gdb)
.gdbinit: .gdbinit.tmpl FORCE
	@sed -e 's|@KERNEL@|$(O)/kernel.elf|' \
	    -e 's|@REMOTE@|$(if $(GDBPORT),127.0.0.1:$(GDBPORT),$(GDB_SOCKET))|' $< >$@
gdb: .gdbinit
	@tools/gdb

# Testing.  A warning is an error there.
test:
	@$(MAKE_AGAIN) WERROR=1 DEBUG= image
	@$(MAKE_AGAIN) WERROR=1 DEBUG=1 image
	@tools/prove -j$(JOBS) $(or $(TESTS),tests)
soak:
	@LECTERN_SOAK=1 $(MAKE_AGAIN) test
bench: image
	@tools/bench $(O)
test-v86: image
	@tools/v86 $(O)
check-layers: $(KERNEL_OBJS)
	@tools/check-layers $(O) "$(NM)" $(LAYERS)

# Looking.
help:
	@cat tools/help.txt
size:
	@tools/size
where:
	@tools/where $(NAME)

endif
