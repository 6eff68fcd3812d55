# What was typed after make: a clear line where it makes no sense.

# $(call at_most,VARIABLE,LARGEST) wants a number in it.  QEMU's own words may
# follow after a comma: CPUS=4,sockets=2.
at_most = $(if $(shell n='$($(1))'; test "$${n%%,*}" -ge 1 -a \
    "$${n%%,*}" -le $(2) 2>/dev/null && echo yes),,\
    $(error $(1)=$($(1)): this should be a number from 1 to $(2)))
ifneq ($(filter qemu% debug trace,$(MAKECMDGOALS)),)
$(call at_most,CPUS,255)
$(call at_most,MEM,65536)
$(if $(SCHED),$(call at_most,SCHED,4294967295))
endif

# What is no file's name is one of our goals.
$(foreach goal,$(filter-out $(GOALS),$(MAKECMDGOALS)),\
    $(if $(findstring .,$(goal))$(findstring /,$(goal)),,\
        $(error There is no target $(goal): make help lists them)))

$(foreach file,$(FILES),$(if $(wildcard $(file)),,\
    $(error FILES: there is no $(file))))
ifneq ($(filter test soak,$(MAKECMDGOALS)),)
$(foreach test,$(filter-out -%,$(TESTS)),$(if $(wildcard $(test)),,\
    $(error TESTS: there is no file $(test))))
endif

# Words that some targets cannot do without.
$(if $(filter get,$(MAKECMDGOALS)),\
    $(if $(F),,$(error Which file?  make get F=/out.txt)))
$(if $(filter where,$(MAKECMDGOALS)),\
    $(if $(NAME),,$(error Which name?  make where NAME=ilock)))
$(if $(filter lab,$(MAKECMDGOALS)),\
    $(if $(L),,$(error Which lab?  make lab L=warm-up; there are: $(notdir \
        $(patsubst %/lab.conf,%,$(wildcard labs/*/lab.conf))))))
ifneq ($(filter lecture lecture-record $(if $(L),lecture-html),\
    $(MAKECMDGOALS)),)
$(if $(wildcard lectures/$(or $(L),none)/script.gdb),,\
    $(error Which lecture?  make lecture L=first-process; there are: $(notdir \
        $(patsubst %/script.gdb,%,$(wildcard lectures/*/script.gdb)))))
endif
