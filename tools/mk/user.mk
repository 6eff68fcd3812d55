# The user library, our programs, and programs that a course brings along.

USER_LIB_OBJS := $(patsubst %,$(O)/%.o,\
    $(basename $(sort $(wildcard user/lib/*.[cS] user/xv6/*.c)))) \
    $(O)/user/klib/string.o $(O)/user/klib/format.o
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

# $(call program,ELF,OBJECTS,COPY): ELF is linked from OBJECTS and the library;
# COPY, without symbols, is for the disk.
define program
$(1): $(2) $(O)/user/libuser.a user/user.ld
	$$(SAY) "LD $$@"
	$$(Q)$$(LD) -T user/user.ld --gc-sections -o $$@ $$(filter %.o %.a,$$^)
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
$(foreach src,$(OUR_SRCS),$(eval $(call program,$(O)/user/$(notdir $(basename $(src))),\
    $(patsubst %.c,$(O)/%.o,$(src) $(sort $(wildcard $(basename $(src))/*.c))),\
    $(O)/disk/$(notdir $(basename $(src))))))

# EXTRA: each word is FILE, FOLDER or NAME:FILE,FILE and becomes one program.
# Without it the .c files of the top folder are taken.
EXTRA_WORDS := $(if $(filter undefined,$(origin EXTRA)),$(wildcard *.c),$(EXTRA))
extra_name = $(if $(findstring :,$(1)),$(firstword $(subst :, ,$(1))),\
    $(basename $(notdir $(patsubst %/,%,$(1)))))
extra_srcs = $(if $(findstring :,$(1)),$(subst $(comma), ,$(lastword $(subst :, ,$(1)))),\
    $(if $(filter %.c %.S,$(1)),$(1),\
    $(or $(sort $(wildcard $(1:/=)/*.c $(1:/=)/*.S)),$(1))))
EXTRA_NAMES := $(foreach word,$(EXTRA_WORDS),$(strip $(call extra_name,$(word))))

# $(call extra_object,NAME,SRC,SRCS)
define extra_object
$(O)/extra/$(1)/$(notdir $(2)).o: $(2) tools/extra-cc $(O)/flags
	$$(SAY) "CC $(2)"
	$$(Q)tools/extra-cc $(1) $(2) "$(3)" $$(TARGET_CC) $$(USER_CFLAGS_ANY) $$(COMPILE)
endef
# $(call extra_program,NAME,SRCS)
define extra_program
$(foreach src,$(2),$(eval $(call extra_object,$(1),$(src),$(2))))
$(call program,$(O)/extra/$(1)/$(1).elf,\
    $(patsubst %,$(O)/extra/$(1)/%.o,$(notdir $(2))),$(O)/disk-extra/$(1))
endef
$(foreach word,$(EXTRA_WORDS),$(eval $(call extra_program,$(strip $(call extra_name,$(word))),\
    $(strip $(call extra_srcs,$(word))))))

# All that goes to the disk; an extra program replaces ours of the same name.
PROGRAMS := $(addprefix $(O)/disk/,$(filter-out $(EXTRA_NAMES),$(OUR_NAMES))) \
    $(addprefix $(O)/disk-extra/,$(EXTRA_NAMES))

-include $(USER_LIB_OBJS:=.d) $(PROGRAM_OBJS:=.d)
