# The lectures: their disk, their machine, their pages.

# The programs of all lectures lie in /lecture on the disk.
LECTURE_SRCS := $(sort $(wildcard lectures/*/*.c))
LECTURE_NAMES := $(notdir $(basename $(LECTURE_SRCS)))
LECTURE_PROGRAMS := $(addprefix $(O)/lecture/bin/,$(LECTURE_NAMES))

$(O)/lectures/%.o: lectures/%.c $(O)/flags
	$(SAY) "CC $<"
	$(Q)$(TARGET_CC) $(USER_CFLAGS) $(COMPILE) $<
lecture_program = $(call program,$(O)/lecture/$(2).elf,\
    $(patsubst %.c,$(O)/%.o,$(1)),$(O)/lecture/bin/$(2))
$(foreach src,$(LECTURE_SRCS),\
    $(eval $(call lecture_program,$(src),$(notdir $(basename $(src))))))

# Always the same disk, whatever is on the other one.
LECTURE_IMAGE := $(O)/lecture.img
LECTURE_FILES := $(addprefix $(O)/disk/,README $(OUR_NAMES))
$(eval $(call kept,$(O)/lecture/list,$(LECTURE_FILES) $(LECTURE_PROGRAMS)))
$(LECTURE_IMAGE): $(O)/mkfs $(DISK_BOOT) $(LECTURE_FILES) \
    $(LECTURE_PROGRAMS) $(O)/lecture/list
	$(SAY) "MKFS $@"
	@rm -rf $(O)/lecture/disk && mkdir -p $(O)/lecture/disk/lecture
	$(if $(LECTURE_PROGRAMS),@cp $(LECTURE_PROGRAMS) $(O)/lecture/disk/lecture)
	$(Q)$(O)/mkfs -B $(O)/boot/bootblock.bin -K $(O)/kernel.stripped \
	    $@ $(LECTURE_FILES) $(O)/lecture/disk/lecture

# A lecture may need the DEBUG kernel.
lecture-disk: $(LECTURE_IMAGE) $(O)/kernel.elf
ifeq ($(filter debug,$(if $(L),$(shell \
    sed -n 's/^machine//p' lectures/$(L)/script.gdb 2>/dev/null))),)
LECTURE_DISKS := lecture-disk
else
LECTURE_DISKS := debug-lecture-disk
endif
debug-lecture-disk:
	+@$(MAKE_AGAIN) DEBUG=1 lecture-disk

lecture: $(LECTURE_DISKS)
	@tools/lecture play $(L) "$$AT"
lecture-record: $(LECTURE_DISKS)
	@tools/lecture record $(L)
lecture-html:
	@tools/lecture-html $(or $(L),$(sort $(notdir \
	    $(patsubst %/,%,$(dir $(wildcard lectures/*/script.gdb))))))
-include $(patsubst lectures/%.c,$(O)/lectures/%.o.d,$(LECTURE_SRCS))
