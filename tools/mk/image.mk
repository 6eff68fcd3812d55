# The disk, and the programs of this machine that make and check it.

HOST_SHARED := $(filter-out mkfs/mkfs.c mkfs/fsck.c,$(sort $(wildcard mkfs/*.c)))
host_objs = $(patsubst mkfs/%.c,$(O)/host/%.o,mkfs/$(1).c $(HOST_SHARED))
$(eval $(call kept,$(O)/host/flags,$(HOST_CC) $(subst $(CURDIR),,$(HOST_CFLAGS)) $(HOST_SHARED)))

$(O)/host/%.o: mkfs/%.c $(O)/host/flags
	$(SAY) "HOSTCC $<"
	$(Q)$(HOST_CC) $(HOST_CFLAGS) $(COMPILE) $<
$(O)/mkfs: $(call host_objs,mkfs)
	$(SAY) "HOSTCC $@"
	$(Q)$(HOST_CC) -o $@ $^
$(O)/fsck: $(call host_objs,fsck)
	$(SAY) "HOSTCC $@"
	$(Q)$(HOST_CC) -o $@ $^

$(O)/disk/README: $(wildcard README.md)
	@mkdir -p $(@D)
	@cat $(or $<,/dev/null) >$@

# The disk keeps the files that were made in the machine: only what changed is
# replaced in it.  Once the list of programs changed, that is all of them; FILES
# are copied whenever they are named.  `make fresh` makes the disk anew.
DISK_FILES := $(O)/disk/README $(PROGRAMS)
$(eval $(call kept,$(O)/disk.list,$(DISK_FILES)))
changed = $(if $(filter $(O)/disk.list,$?),$(DISK_FILES),$(filter $(DISK_FILES),$?)) $(FILES)
FRESH := $(filter fresh,$(MAKECMDGOALS))

image: $(O)/lectern.img $(O)/fsck
fresh: image
$(O)/lectern.img: $(O)/mkfs $(O)/boot/bootblock.bin $(O)/kernel.stripped $(DISK_FILES) \
    $(O)/disk.list $(if $(FILES)$(FRESH),FORCE)
	@tools/run --is-free $(O)
	$(SAY) "MKFS $@"
	$(Q)if test -f $@ && test -z "$(FRESH)"; then \
	    cp $@ $@.new && $(O)/mkfs -u -B $(O)/boot/bootblock.bin -K $(O)/kernel.stripped \
	        $@.new $(changed) || { echo "If the disk is the trouble: make fresh makes it anew."; false; }; \
	else \
	    rm -f $@.new && $(O)/mkfs -B $(O)/boot/bootblock.bin -K $(O)/kernel.stripped \
	        $@.new $(DISK_FILES) $(FILES); \
	fi
	@mv $@.new $@

# Course scripts ask for these names.
xv6.img fs.img: image
	@ln -sf lectern.img $(O)/$@

# make get F=/out.txt copies a file of the disk to the current folder.
get: $(O)/mkfs
	@test -n "$(F)" || { echo 'Which file?  make get F=/out.txt'; false; }
	@$(O)/mkfs -g $(F) $(O)/lectern.img >$(O)/got
	@mv $(O)/got $(notdir $(F))
	@echo 'Wrote $(notdir $(F))'

clean:
	rm -rf build .gdbinit

-include $(patsubst mkfs/%.c,$(O)/host/%.o.d,$(wildcard mkfs/*.c))
