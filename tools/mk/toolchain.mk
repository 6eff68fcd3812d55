# The tools and their flags.
#
# What tools/toolchain finds is kept in build/; make reads it, and before that
# makes it if it must.  A goal that builds nothing does not look for it.

ifneq ($(filter-out default undefined,$(origin CC)),)
CC_WANTED := $(CC)
endif
empty :=
space := $(empty) $(empty)
comma := ,
CHOICE := $(subst /,_,$(strip $(CC_WANTED) $(TOOLPREFIX) $(HOSTCC)))
TOOLCHAIN := build/toolchain$(subst $(space),,$(addprefix -,$(CHOICE))).mk

BUILD_NOTHING := help clean size where sheets replay gdb .gdbinit \
    lab grade grade-all publish submit update labs-check labs-refresh \
    autograder plot
ifneq ($(filter-out $(BUILD_NOTHING),$(or $(MAKECMDGOALS),all)),)
-include $(TOOLCHAIN)
endif

$(TOOLCHAIN): tools/toolchain
	@mkdir -p $(@D)
	@tools/toolchain '$(CC_WANTED)' '$(TOOLPREFIX)' '$(HOSTCC)' >$@

LD := $(TARGET)ld -m elf_i386 -z noexecstack -z max-page-size=4096 \
    --build-id=none $(if $(WERROR),--fatal-warnings)
AR := $(TARGET)ar
NM := $(TARGET)nm
OBJCOPY := $(TARGET)objcopy
OBJDUMP := $(TARGET)objdump

# Flags for all 32-bit code: no header of this machine's libc is seen, and no
# path of this machine's gets into what is made.
CFLAGS_32 := -O2 -g -ffreestanding -nostdinc -isystem $(CC_INCLUDE) \
    -fno-common -fno-pic -fno-strict-aliasing -fno-omit-frame-pointer \
    $(CC_FLAGS) -ffile-prefix-map=$(CURDIR)=.
# UNDEFINED=1: where the C standard leaves open what happens, it is a trap.
TRAP_UNDEFINED := -fsanitize=undefined -fsanitize-undefined-trap-on-error
CFLAGS_OURS := -std=gnu17 -Wall -Wextra -Wshadow -Wvla -Wundef \
    -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings
# With DEBUG each function has its frame from its first instructions on, so that
# a panic can name all callers.
KERNEL_CFLAGS := $(CFLAGS_OURS) $(CFLAGS_32) $(CC_KERNEL_FLAGS) \
    -fno-optimize-sibling-calls -Iinclude -Ikernel \
    $(if $(DEBUG),-DDEBUG $(CC_DEBUG_FLAGS)) $(if $(TRACE),-DTRACE) \
    $(if $(UNDEFINED),$(TRAP_UNDEFINED),-Wframe-larger-than=640)
BOOT_CFLAGS := $(CFLAGS_OURS) $(CFLAGS_32) $(CC_KERNEL_FLAGS) -Os -Iinclude
USER_CFLAGS_ANY := $(CFLAGS_32) -ffunction-sections -fdata-sections
USER_CFLAGS := $(CFLAGS_OURS) $(USER_CFLAGS_ANY) \
    -Iinclude -Iuser/lib -Ikernel
HOST_CFLAGS := $(CFLAGS_OURS) -O2 -g -Iinclude \
    $(if $(HOST_MAPS),-ffile-prefix-map=$(CURDIR)=.)

# What every compilation adds: a note of the headers it read, for make.  WERROR
# is not among the flags above: to set it alone rebuilds nothing.
COMPILE = $(if $(WERROR),-Werror) -MMD -MP -MF $@.d -MT $@ -c -o $@

# $(SAY) begins a recipe with one short line; V=1 shows the commands instead.
Q := $(if $(V),,@)
SAY = @mkdir -p $(@D); $(if $(V),:,echo)

# $(call kept,FILE,TEXT): FILE holds TEXT and changes only when TEXT does, so
# what depends on it is made again when, say, the flags are others.
define kept
ifneq ($$(strip $(2)),$$(shell cat $(1) 2>/dev/null))
$(1): FORCE
endif
$(1):
	@mkdir -p $$(@D)
	@echo '$$(strip $(2))' >$$@
endef
FORCE:

# The folder's own name is left out: the build may move along with the tree.
$(eval $(call kept,$(O)/flags,$(TARGET_CC) $(TARGET) \
    $(subst $(CURDIR),,$(KERNEL_CFLAGS) $(BOOT_CFLAGS) $(USER_CFLAGS))))

# Without a compiler everything stops here; tools/toolchain has said why.
$(O)/flags $(O)/host/flags: $(if $(TARGET_CC),,no-toolchain)
no-toolchain:
	@false
.PHONY: no-toolchain

.DELETE_ON_ERROR:
.SUFFIXES:
