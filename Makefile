# Lectern's build.  `make help` says what can be made; the details are in
# tools/mk/.  GNU make 3.81 is enough.

MAKEFILE := $(lastword $(MAKEFILE_LIST))
MAKE_AGAIN = $(MAKE) --no-print-directory -f $(MAKEFILE)
MAKEFLAGS += -r
ifneq ($(words $(CURDIR)),1)
$(error make cannot work in a path with a space in it: move "$(CURDIR)")
endif

# The kernel's folders in their one order: a file includes only its own folder
# and folders to its left.  boot/, trap.c and main.c stand above them all.
LAYERS := lib x86 core mem intr sched dev fs file proc syscall

# SCHED=seed: a schedule drawn from a seed, in the DEBUG build, on one CPU.
ifneq ($(SCHED),)
DEBUG := 1
endif

# All that is made goes to one folder.
O := build$(if $(DEBUG),/debug)
CPUS := $(if $(SCHED),1,2)
MEM := $(if $(SCHED),24,128)
JOBS := 2

all: image
GOALS := all image fresh get setup clean qemu qemu-nox qemu-vga qemu-gdb gdb \
    debug lecture lecture-html lecture-record lecture-disk debug-lecture-disk \
    test soak lint coverage bench curves profile trace trace-kernel test-v86 \
    check-layers kernel-objects help size where sheets record replay \
    xv6.img fs.img \
    lab grade grade-all publish submit update labs-check labs-refresh \
    autograder plot
.PHONY: $(GOALS) FORCE

include tools/mk/check.mk

OTHER_GOALS := $(filter-out setup,$(MAKECMDGOALS))
ifneq ($(filter setup,$(MAKECMDGOALS)),)

# What is missing is installed first; only then can other goals be looked at.
setup:
	@tools/setup $(if $(V86),--v86)
	+@$(if $(OTHER_GOALS),$(MAKE_AGAIN) $(OTHER_GOALS))
ifneq ($(OTHER_GOALS),)
$(OTHER_GOALS): setup ; @:
endif

else

-include .prefix.mk
include tools/mk/toolchain.mk
include tools/mk/kernel.mk
include tools/mk/user.mk
include tools/mk/image.mk
include tools/mk/lectures.mk

# Running.  tools/run starts QEMU and says how the machine ended.
QEMU_ARGS = -accel tcg -m $(MEM) -smp $(CPUS) -serial mon:stdio -nic none \
    -drive file=$(DISK),format=raw,if=ide -no-reboot \
    -device isa-debug-exit,iobase=0x501,iosize=2 $(if $(SCHED),$(SCHED_ARGS))
DISK = $(if $(SCHED),$(SCHED_IMAGE),$(IMAGE))

# Time counts instructions.  The seed stands where kernel/core/debug_seed.c
# looks for it, and the disk is a copy in memory.
SCHED_ARGS = -icount shift=3,sleep=off \
    -device loader,addr=0x3ff000,data=0x44454553,data-len=4 \
    -device loader,addr=0x3ff004,data=$(SCHED),data-len=4 \
    -device loader,file=$(SCHED_IMAGE),addr=0xc00000,force-raw=on

qemu qemu-nox qemu-vga qemu-gdb debug: $(if $(SCHED),$(SCHED_IMAGE))
qemu qemu-nox: image
	@echo 'Leave: type halt, or Ctrl-a x.  ^C goes to the machine.'
	@tools/run $(O) $(QEMU_ARGS) -display none $(QEMUEXTRA)
qemu-vga: image
	@tools/run $(O) $(QEMU_ARGS) $(QEMUEXTRA)

# One CPU, which waits for GDB: for `make gdb` in a second terminal, or with
# `make debug` in the same.  Nobody else on this host may open the socket.
qemu-gdb debug: CPUS := 1
qemu-gdb debug: MEM := $(if $(SCHED),24,32)
qemu-gdb debug: GDB_ARGS = $(QEMU_ARGS) -display none -S $(GDB_SERVER) \
    $(QEMUEXTRA)
qemu-gdb: image .gdbinit
	@echo 'Type in a second terminal: make gdb$(if $(DEBUG), DEBUG=1)'
	@tools/gdb/attach --safe-path
	@echo 'Leave: Ctrl-a x.'
	@umask 177; tools/run $(O) $(GDB_ARGS)
debug: image .gdbinit
	@echo 'Leave: type quit.  The machine prints here; type NAME gives it keys.'
	@umask 177; tools/gdb/debug $(O) $(GDB_ARGS)
GDB_SERVER = $(if $(GDBPORT),-gdb tcp:$(GDB_ADDRESS), -gdb chardev:gdb \
    -chardev socket,id=gdb,path=$(GDB_ADDRESS),server=on,wait=off)
GDB_ADDRESS = $(if $(GDBPORT),127.0.0.1:$(GDBPORT),$(O)/gdb.socket)
.gdbinit: FORCE
	@tools/gdb/init $(O) $(GDB_ADDRESS) >$@
gdb: .gdbinit
	@tools/gdb/attach

# A session that can be replayed, and gone back in: docs/TIME-TRAVEL.md.
record: image
	@echo 'Leave: type halt, or Ctrl-a x.  ^C goes to the machine.'
	@tools/record $(O)
replay:
	@tools/replay $(O)

# Testing.  A warning is an error there.  Tests wait for their machines at times,
# so there is one more at once than JOBS.
test:
	+@$(MAKE_AGAIN) WERROR=1 DEBUG= image lecture-disk
	+@$(MAKE_AGAIN) WERROR=1 DEBUG=1 image lecture-disk
	+@$(MAKE_AGAIN) WERROR=1 DEBUG= trace-kernel
	@tools/prove -j$$(($(JOBS) + 1)) $(or $(TESTS),tests)
soak:
	+@LECTERN_SOAK=1 $(MAKE_AGAIN) test
# What analyzers and a build with traps find.
lint: image
	@tools/prove -v $(or $(wildcard tests/14-lint.t),$(error make lint is for \
	    the project's own tree: what analyzers may find there is known))

# The lines of the kernel that these tests reach.
COVERAGE_TESTS := $(wildcard tests/2[4-7]-*.t tests/3[01]-*.t tests/4*.t \
    tests/5[0-379]-*.t tests/63-*.t)
coverage: image
	+@$(MAKE_AGAIN) DEBUG=1 image
	@rm -rf build/coverage && mkdir build/coverage
	@LECTERN_COVERAGE=$(CURDIR)/build/coverage \
	    tools/prove -j$(JOBS) $(or $(TESTS),$(COVERAGE_TESTS))
	@TARGET=$(TARGET) tools/coverage build/coverage build build/debug

# What things cost.
bench: image
	@tools/bench $(O) $(PARTS)
curves: image
	@tools/curves $(O)
profile: image
	@tools/profile $(O) $(ROWS)

# What a command does, moment by moment: with a kernel that writes it down.
# RUN and BEFORE come by the environment, as they may hold quotes.
trace: image trace-kernel
	@tools/trace --run "$${RUN:-ls | wc}" $${BEFORE:+--before "$$BEFORE"} \
	    --cpus $(CPUS) --json $(O)/trace/trace.json --text - \
	    --svg $(O)/trace/trace.svg $(O)
	@echo; echo 'As a picture: $(O)/trace/trace.svg'
	@echo 'For ui.perfetto.dev or chrome://tracing: $(O)/trace/trace.json'
trace-kernel:
	+@$(MAKE_AGAIN) $(if $(V),,-s) TRACE=1 O=$(O)/trace \
	    $(O)/trace/kernel.stripped

test-v86: image
	@tools/v86 $(O)
# The includes come first: a file with one that goes up may not compile.
check-layers:
	@tools/check-layers includes $(LAYERS)
	+@$(MAKE_AGAIN) kernel-objects
	@tools/check-layers symbols $(LAYERS) -- $(NM) -A $(KERNEL_OBJS)
kernel-objects: $(KERNEL_OBJS)

# Labs: labs/README.md.
lab:
	@tools/lab new "$(L)" "$(or $(DIR),$(abspath ../$(L)))" "$(ON)"
grade:
	@tools/grade $(if $(T),--test "$(T)") $(if $(SEED),--seed "$(SEED)") \
	    $(if $(SCHED),--schedule "$(SCHED)") \
	    $(if $(GDB),--gdb) $(if $(L),--lab "$(L)") $(if $(IN),--in "$(IN)") \
	    $(if $(JSON),--json "$(JSON)") $(if $(JUNIT),--junit "$(JUNIT)") \
	    $(if $(MARKDOWN),--markdown "$(MARKDOWN)") $(if $(UNSAFE),--unsafe)
grade-all:
	@tools/grade-all $(if $(L),--lab "$(L)") $(if $(IN),--in "$(IN)") \
	    $(if $(OUT),--out "$(OUT)") --jobs "$(JOBS)" \
	    $(if $(SEED),--seed "$(SEED)") $(if $(ONLY),--only "$(ONLY)") \
	    $(if $(UNSAFE),--unsafe)
publish:
	@tools/publish "$(DIR)" $(HIDE)
autograder:
	@tools/autograder "$(L)"
plot:
	@$(or $(wildcard labs/scheduler/plot),$(error This is no tree of lab \
	    scheduler: make lab L=scheduler makes one)) \
	    "$(O)" "$(TICKETS)" "$(TICKS)"
submit:
	@tools/lab submit
update:
	@tools/lab update "$(FROM)"
labs-check:
	@tools/labs-check $(if $(ONLY),--only "$(ONLY)") \
	    $(if $(T),--test "$(T)") $(if $(FULL),--full) \
	    $(if $(SOAK),--soak $(if $(filter 1,$(SOAK)),20,$(SOAK))) $(L)
labs-refresh:
	@tools/labs-refresh $(L)

# Looking.
help:
	@cat tools/help.txt
size:
	@tools/size
where:
	@tools/where "$(NAME)"
sheets:
	@mkdir -p $(O)
	@tools/sheets $(O)

endif
