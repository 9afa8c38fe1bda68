# Cardea. `make help` lists what there is to do; `make run` and `make test` need nothing beside a bare Debian 12.

# Compiling. BUILD and SANITIZE make a second tree beside the first (see asan, tsan).
BUILD    ?= build
SANITIZE ?=
CXX      := $(if $(shell command -v ccache 2>/dev/null),ccache )g++
CPPFLAGS := -Isrc -I$(BUILD)/generated -D_FORTIFY_SOURCE=2
CXXFLAGS := -std=c++20 -O2 -g1 -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor \
            -fstack-protector-strong -fPIE -ffunction-sections -fdata-sections -pthread $(SANITIZE)
LDFLAGS  := -pie -pthread -Wl,-z,relro,-z,now -Wl,--gc-sections $(SANITIZE)
ifneq ($(SANITIZE),)
CPPFLAGS := -Isrc -I$(BUILD)/generated
endif

# The rooms of the house, lowest floor first (see README, "How it is built inside").
ROOMS := base config token password store auth web gateway cli

# One file that needs nothing but libc: every other library is linked statically.
ifeq ($(SANITIZE),)
STATIC_RUNTIME := -static-libstdc++ -static-libgcc
endif
LIBRARIES := -Wl,-Bstatic -lfcgi -linih -lmysqlcppconn-static -lmariadbclient -lsqlite3 -lsodium -lutf8proc \
             -lssl -lcrypto -lz -lzstd -Wl,-Bdynamic -ldl -lm $(STATIC_RUNTIME)

sources  = $(sort $(shell find src/$(1) -name '*.cpp' 2>/dev/null))
objects  = $(patsubst %.cpp,$(BUILD)/objects/%.o,$(1))
archives = $(foreach room,$(1),$(BUILD)/lib/lib$(room).a)
reverse  = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))

ALL_ARCHIVES := $(call archives,$(call reverse,$(ROOMS)))

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all
all: $(BUILD)/cardea  ## build the program, build/cardea

$(BUILD)/cardea: $(BUILD)/objects/src/main.o $(ALL_ARCHIVES)
	$(CXX) $(LDFLAGS) -o $@ $< -Wl,--start-group $(ALL_ARCHIVES) -Wl,--end-group $(LIBRARIES)

$(BUILD)/objects/%.o: %.cpp | $(BUILD)/.packages
	@mkdir -p $(@D)
	$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

define room_rule
$(BUILD)/lib/lib$(1).a: $(call objects,$(call sources,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	ar rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_rule,$(room))))

# The numbered files of sql/ travel inside the binary.
$(BUILD)/objects/src/store/migrate.o: $(BUILD)/generated/migrations.inc
$(BUILD)/generated/migrations.inc: $(wildcard sql/*.sql) tests/tools/embed-sql
	@mkdir -p $(@D)
	tests/tools/embed-sql sql/*.sql > $@

# Unit tests: one program for each room, linked with that room and the floors below it.
floors_up_to = $(wordlist 1,$(call position,$(1)),$(ROOMS))
position     = $(words $(call before,$(1),$(ROOMS)) .)
before       = $(if $(filter $(firstword $(2)),$(1)),,$(firstword $(2)) $(call before,$(1),$(wordlist 2,$(words $(2)),$(2))))

test_sources = $(sort $(wildcard tests/$(1)/*.cpp)) tests/support/main.cpp
SUPPORT      = $(filter-out tests/support/main.cpp,$(wildcard tests/support/*.cpp))
TESTED_ROOMS = $(foreach room,$(ROOMS),$(if $(wildcard tests/$(room)/*_test.cpp),$(room)))

define test_rule
$(BUILD)/tests/$(1): $(call objects,$(call test_sources,$(1)) $(if $(filter store auth web gateway cli,$(1)),$(SUPPORT))) \
                     $(call archives,$(call floors_up_to,$(1)))
	@mkdir -p $$(@D)
	$$(CXX) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	    $$(LIBRARIES) -lboost_unit_test_framework
endef
$(foreach room,$(ROOMS),$(eval $(call test_rule,$(room))))
$(BUILD)/objects/tests/%.o: CPPFLAGS += -Itests -DBOOST_TEST_DYN_LINK -DCARDEA_TESTS='"$(CURDIR)/tests"'

UNIT_TESTS = $(foreach room,$(TESTED_ROOMS),$(BUILD)/tests/$(room))

# Packages. Each list is checked, and what is missing is installed (as root or through sudo).
$(BUILD)/.packages: tests/tools/need
	@mkdir -p $(@D)
	@tests/tools/need build
	@touch $@

.PHONY: unit
unit: $(UNIT_TESTS)  ## build and run the unit tests
	@set -e; for program in $(UNIT_TESTS); do $$program --log_level=test_suite_quiet 2>/dev/null || $$program; done

.PHONY: format
format:  ## lay out the sources by .clang-format
	@tests/tools/need lint
	clang-format -i $$(git ls-files 'src/*.h' 'src/*.cpp' 'tests/*.h' 'tests/*.cpp')

.PHONY: clean
clean:  ## remove everything that was built
	rm -rf build

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

-include $(shell find $(BUILD)/objects -name '*.d' 2>/dev/null)
