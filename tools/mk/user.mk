# The user library, our programs, and programs that a course brings along.

USER_LIB_SRCS := $(sort $(wildcard user/lib/*.[cS] user/xv6/*.c))
USER_LIB_OBJS := $(patsubst %,$(O)/%.o,$(basename $(USER_LIB_SRCS))) \
    $(O)/user/klib/string.o
$(eval $(call kept,$(O)/user/objects,$(USER_LIB_OBJS)))

$(O)/user/%.o: user/%.c $(O)/flags
	$(SAY) "CC $<"
	$(Q)$(TARGET_CC) $(USER_CFLAGS) $(COMPILE) $<
$(O)/user/%.o: user/%.S $(O)/flags
	$(SAY) "AS $<"
	$(Q)$(TARGET_CC) $(USER_CFLAGS) $(COMPILE) $<
$(O)/user/klib/%.o: kernel/lib/%.c $(O)/flags
	$(SAY) "CC $<"
	$(Q)$(TARGET_CC) $(USER_CFLAGS) $(COMPILE) $<
$(O)/user/libuser.a: $(USER_LIB_OBJS) $(O)/user/objects
	$(SAY) "AR $@"
	$(Q)rm -f $@
	$(Q)$(AR) rcsD $@ $(filter %.o,$^)

# $(call program,ELF,OBJECTS,COPY[,FLAGS]): ELF is linked from OBJECTS and the
# library; COPY, without symbols, is for the disk.
define program
$(1): $(2) $(O)/user/libuser.a user/user.ld
	$$(SAY) "LD $$@"
	$$(Q)$$(LD) -T user/user.ld --gc-sections $(4) -o $$@ $$(filter %.o %.a,$$^)
	$$(Q)$$(OBJDUMP) -S $$@ >$$@.asm
$(3): $(1)
	@mkdir -p $$(@D)
	$$(Q)$$(OBJCOPY) -S $$< $$@
PROGRAM_OBJS += $(2)
endef

# Every file in user/bin and user/test is one program; the files of a folder of
# its name beside it are linked in.
OUR_SRCS := $(sort $(wildcard user/bin/*.c user/test/*.c))
OUR_NAMES := $(notdir $(basename $(OUR_SRCS)))
our_srcs = $(1) $(sort $(wildcard $(basename $(1))/*.c))
our_program = $(call program,$(O)/user/$(2),\
    $(patsubst %.c,$(O)/%.o,$(call our_srcs,$(1))),$(O)/disk/$(2))
$(foreach src,$(OUR_SRCS),\
    $(eval $(call our_program,$(src),$(notdir $(basename $(src))))))

# EXTRA: each word becomes one program and is FILE, FOLDER, or NAME: followed by
# files and folders with commas between them.  Without EXTRA the .c files of the
# top folder are taken.
EXTRA_WORDS := $(subst ~/,$(HOME)/,\
    $(if $(filter undefined,$(origin EXTRA)),$(wildcard *.c),$(EXTRA)))
extra_parts = $(subst $(comma), ,$(lastword $(subst :, ,$(1))))
extra_path = $(patsubst %/,%,$(firstword $(subst :, ,$(1))))
extra_name = $(basename $(notdir $(extra_path)))
extra_srcs = $(foreach part,$(call extra_parts,$(1)),\
    $(or $(sort $(wildcard $(part:/=)/*.c $(part:/=)/*.S)),$(part)))
EXTRA_NAMES := $(foreach word,$(EXTRA_WORDS),$(call extra_name,$(word)))
REPLACED := $(filter $(OUR_NAMES),$(EXTRA_NAMES))

# A clear line where that makes no sense.
SPACED := $(if $(filter undefined,$(origin EXTRA)),$(wildcard *\ *.c))
extra_check = $(foreach part,$(call extra_parts,$(1)),\
    $(if $(wildcard $(part)),,$(error EXTRA: there is no $(part))))\
    $(foreach src,$(filter-out %.c %.S,$(call extra_srcs,$(1))),\
        $(error EXTRA: $(src) is no .c or .S file and has none in it))\
    $(if $(shell cat $(call extra_srcs,$(1)) | head -c 1),,\
        $(error EXTRA: there is nothing in $(strip $(call extra_srcs,$(1)))))
ifneq ($(filter-out $(BUILD_NOTHING),$(or $(MAKECMDGOALS),all)),)
$(if $(SPACED),\
    $(error make cannot work with a space in a name: rename $(SPACED)))
$(foreach word,$(EXTRA_WORDS),$(call extra_check,$(word)))
$(foreach name,$(EXTRA_NAMES),\
    $(if $(word 2,$(filter $(name),$(EXTRA_NAMES))),\
        $(error EXTRA: two programs would be named $(name))))
endif

# $(call extra_object,NAME,SRC,SRCS)
define extra_object
$(O)/extra/$(1)/$(notdir $(2)).o: $(2) tools/extra-cc $(O)/flags
	$$(SAY) "CC $(2)"
	$$(Q)tools/extra-cc $(1) $(2) "$(3)" \
	    $$(TARGET_CC) $$(USER_CFLAGS_ANY) $$(COMPILE)
endef
# $(call extra_program,NAME,SRCS).  A course's program may define a function that
# our library has too: its own comes first and is used.
define extra_program
$(foreach src,$(2),$(eval $(call extra_object,$(1),$(src),$(2))))
$(call program,$(O)/extra/$(1)/$(1).elf,\
    $(patsubst %,$(O)/extra/$(1)/%.o,$(notdir $(2))),$(O)/disk-extra/$(1),-z muldefs)
endef
extra = $(call extra_program,$(call extra_name,$(1)),$(call extra_srcs,$(1)))
$(foreach word,$(EXTRA_WORDS),$(eval $(call extra,$(word))))

# All that goes to the disk; an extra program replaces ours of the same name.
PROGRAMS := \
    $(addprefix $(O)/disk/,$(filter-out $(EXTRA_NAMES),$(OUR_NAMES))) \
    $(addprefix $(O)/disk-extra/,$(EXTRA_NAMES))

-include $(addsuffix .d,$(USER_LIB_OBJS) $(PROGRAM_OBJS))
