# The disk, and the programs of this machine that make and check it.

HOST_SRCS := $(sort $(wildcard mkfs/*.c))
HOST_OBJS := $(patsubst mkfs/%.c,$(O)/host/%.o,$(HOST_SRCS))
$(eval $(call kept,$(O)/host/flags,$(HOST_CC) $(HOST_OBJS) \
    $(subst $(CURDIR),,$(HOST_CFLAGS))))

$(O)/host/%.o: mkfs/%.c $(O)/host/flags
	$(SAY) "HOSTCC $<"
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $(COMPILE) $<
# Each of the two has a main; they share all else.
$(O)/mkfs: $(filter-out %/fsck.o,$(HOST_OBJS))
	$(SAY) "HOSTCC $@"
	$(Q)$(HOST_CC) -o $@ $^
$(O)/fsck: $(filter-out %/mkfs.o,$(HOST_OBJS))
	$(SAY) "HOSTCC $@"
	$(Q)$(HOST_CC) -o $@ $^

$(O)/disk/README: $(wildcard README.md)
	@mkdir -p $(@D)
	@cat $(or $<,/dev/null) >$@

# The disk keeps the files that were made in the machine: only what changed is
# replaced in it.  When the list of programs changed, that is all of them; FILES
# are copied whenever they are named.  `make fresh` makes the disk anew.
IMAGE := $(O)/lectern.img
DISK_FILES := $(O)/disk/README $(PROGRAMS)
DISK_BOOT := $(O)/boot/bootblock.bin $(O)/kernel.stripped
$(eval $(call kept,$(O)/disk.list,$(DISK_FILES)))
FRESH := $(filter fresh,$(MAKECMDGOALS))
UPDATE := $(if $(FRESH),,$(wildcard $(IMAGE)))
disk_all = $(if $(UPDATE),$(filter $(O)/disk.list,$?),all)
disk_news = $(if $(disk_all),$(DISK_FILES),$(filter $(DISK_FILES),$?))

# The disk of a machine whose schedule comes from a seed.  Its first program is
# races, which needs nobody to type.
SCHED_IMAGE := $(O)/schedule.img
$(SCHED_IMAGE): $(O)/mkfs $(DISK_BOOT) $(O)/disk/races
	$(SAY) "MKFS $@"
	@mkdir -p $(O)/schedule
	@cp $(O)/disk/races $(O)/schedule/init
	$(Q)$(O)/mkfs -b 2048 -i 200 -B $(O)/boot/bootblock.bin \
	    -K $(O)/kernel.stripped $@ $(O)/schedule/init

image: $(IMAGE) $(O)/fsck
	$(if $(REPLACED),@for name in $(REPLACED); do echo \
	    "Your $$name takes the place of the system's on the disk."; done)
fresh: image
$(IMAGE): $(O)/mkfs $(DISK_BOOT) $(DISK_FILES) $(O)/disk.list \
    $(if $(FILES)$(FRESH),FORCE)
	@tools/run --is-free $(O)
	$(SAY) "MKFS $@"
	$(Q)$(if $(UPDATE),cp $@,rm -f) $@.new
	$(Q)$(O)/mkfs $(if $(UPDATE),-u) -B $(O)/boot/bootblock.bin \
	    -K $(O)/kernel.stripped $@.new $(disk_news) $(FILES) \
	    $(if $(UPDATE),|| { echo '(make fresh makes the disk anew.)'; false; })
	@mv $@.new $@

# Course scripts ask for these names.
xv6.img fs.img: image
	@ln -sf lectern.img $(O)/$@

# make get F=/out.txt copies a file of the disk to this folder.
get: $(O)/mkfs
	@$(O)/mkfs -g '$(F)' $(IMAGE) >$(O)/got
	@mv $(O)/got '$(notdir $(F))'
	@echo 'Wrote $(notdir $(F))'

clean:
	rm -rf build .gdbinit

-include $(addsuffix .d,$(HOST_OBJS))
