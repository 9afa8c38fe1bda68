# Cardea. `make help` lists what there is to do; `make run` needs a bare Debian 12 or 13 and its mirror; `make test`
# also npm's registry, for the tests in a browser.

# Compiling. BUILD and SANITIZE make a second tree beside the first (see asan, tsan).
BUILD    ?= build
SANITIZE ?=
CCACHE   := $(if $(shell command -v ccache 2>/dev/null),ccache )
CXX      := $(CCACHE)g++
CPPFLAGS := -Isrc -I$(BUILD)/generated -D_FORTIFY_SOURCE=2
CXXFLAGS := -std=c++20 -O2 -g1 -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Wnon-virtual-dtor \
            -fstack-protector-strong -fPIE -ffunction-sections -fdata-sections -pthread $(SANITIZE)
LDFLAGS  := -pie -pthread -Wl,-z,relro,-z,now -Wl,--gc-sections $(SANITIZE)
ifneq ($(SANITIZE),)
CPPFLAGS := -Isrc -I$(BUILD)/generated
endif

VERSION  := $(shell sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -1)

# The rooms, lowest floor first (see src/README.md).
ROOMS := base config keys http token ended password mail provider store text auth upkeep web setup server cli

# What is shipped is one file that needs nothing, not even a libc. Tests and tools bring their own.
STATIC_LIBRARIES := -lfcgi -linih -lmysqlcppconn-static -lmariadbclient -lsqlite3 -lsodium -lutf8proc \
                    -lidn2 -lunistring -lssl -lcrypto -lcrypt -lz -lzstd
ifeq ($(SANITIZE),)
STATIC_RUNTIME := -static-libstdc++ -static-libgcc
endif
LIBRARIES := -Wl,-Bstatic $(STATIC_LIBRARIES) -Wl,-Bdynamic -ldl -lm $(STATIC_RUNTIME)
# Loaded at a random address, with its pointers packed. src/tools/link knows the one warning that is harmless.
STATIC_LDFLAGS := -static-pie -pthread -Wl,-z,relro,-z,now,-z,pack-relative-relocs -Wl,--gc-sections

sources  = $(sort $(shell find src/$(1) -name '*.cpp' 2>/dev/null))
objects  = $(patsubst %.cpp,$(BUILD)/objects/%.o,$(1))
archives = $(foreach room,$(1),$(BUILD)/lib/lib$(room).a)
reverse  = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))

ALL_ARCHIVES := $(call archives,$(call reverse,$(ROOMS)))

.DEFAULT_GOAL := all
# All cores, unless told otherwise.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(shell nproc)
endif
.DELETE_ON_ERROR:

# One short line for each step, with how many of how many; V=1 shows the commands instead. COUNTING: a dry run that counts.
V ?=
ifneq ($(V),)
say = @:
quietly :=
else ifdef COUNTING
say = COUNTED
quietly := @
else
steps := $(shell $(MAKE) -n --no-print-directory COUNTING=yes $(MAKEOVERRIDES) $(filter-out help clean,$(MAKECMDGOALS)) 2>/dev/null | grep -c '^COUNTED')
say = @echo "  [$(words $(taken))/$(steps)] $(1)"$(eval taken += x)
quietly := @
endif
taken := x
.SUFFIXES:
.PHONY: all
all: $(BUILD)/cardea  ## build the program, build/cardea

PROGRAM := $(BUILD)/objects/src/main.o -Wl,--start-group $(ALL_ARCHIVES) -Wl,--end-group
$(BUILD)/cardea: $(BUILD)/objects/src/main.o $(ALL_ARCHIVES)
	$(call say,$@)
ifeq ($(SANITIZE),)
	$(quietly)src/tools/link $(CXX) $(STATIC_LDFLAGS) -o $@ $(PROGRAM) $(STATIC_LIBRARIES)
else
	$(quietly)$(CXX) $(LDFLAGS) -o $@ $(PROGRAM) $(LIBRARIES)
endif

# The same on the machine's libc, for tests that put another clock between the two.
$(BUILD)/cardea-on-libc: $(BUILD)/objects/src/main.o $(ALL_ARCHIVES)
	$(call say,$@)
	$(quietly)$(CXX) $(LDFLAGS) -o $@ $(PROGRAM) $(LIBRARIES)

# ccache may hand over the list of headers of the same object in another tree: it gets the name of this one.
$(BUILD)/objects/%.o: %.cpp | packages
	@mkdir -p $(@D)
	$(call say,$<)
	$(quietly)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<
	@sed -i '1s|^[^:]*:|$@:|' $(@:.o=.d)

define room_rule
$(BUILD)/lib/lib$(1).a: $(call objects,$(call sources,$(1)))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(quietly)ar rcs $$@ $$^
endef
$(foreach room,$(ROOMS),$(eval $(call room_rule,$(room))))

# The numbered files of sql/ travel inside the binary.
$(BUILD)/objects/src/store/sql/migrate.o: $(BUILD)/generated/migrations.inc
$(BUILD)/generated/migrations.inc: $(wildcard sql/*.sql) src/tools/embed-sql
	@mkdir -p $(@D)
	src/tools/embed-sql sql/*.sql > $@

# So do the lists of common passwords.
COMMON_PASSWORDS := src/password/lists/common-passwords.txt src/password/lists/common-passwords-ko-ja.txt
$(BUILD)/objects/src/password/common.o: $(BUILD)/generated/common_passwords.inc
$(BUILD)/generated/common_passwords.inc: $(COMMON_PASSWORDS) src/tools/embed-passwords | packages
	@mkdir -p $(@D)
	src/tools/embed-passwords $(COMMON_PASSWORDS) > $@

$(BUILD)/objects/src/upkeep/version.o: $(BUILD)/generated/version.inc
$(BUILD)/generated/version.inc: CHANGELOG.md
	@mkdir -p $(@D)
	echo '"$(or $(VERSION),0)"' > $@

# What `cardea --version` names. The versions change only with the packages that are installed.
$(BUILD)/objects/src/cli/commands.o: $(BUILD)/generated/libraries.inc
$(BUILD)/generated/libraries.inc: src/tools/packages-inside Makefile $(wildcard /var/lib/dpkg/status) | packages
	@mkdir -p $(@D)
	$(quietly)src/tools/packages-inside $(STATIC_LIBRARIES) > $@.packages
	$(quietly)awk -F '\t' '{ printf "\"  %s %s\\n\"\n", $$1, $$2 }' $@.packages > $@

# The one file that is uploaded should be small. Only what every verify passes is compiled for speed; with plain CGI that includes
# the configuration.
QUICK_ROOMS := base config keys token ended server
ifeq ($(SANITIZE),)
$(foreach room,$(filter-out $(QUICK_ROOMS),$(ROOMS)),$(BUILD)/objects/src/$(room)/%.o): CXXFLAGS += -Os
$(patsubst %,$(BUILD)/objects/src/web/%.o,in handle http out cookies routes): CXXFLAGS += -O2
endif

# Unit tests: one program for each room, linked with that room and the floors below it.
floors_up_to = $(wordlist 1,$(call position,$(1)),$(ROOMS))
position     = $(words $(call before,$(1),$(ROOMS)) .)
before       = $(if $(filter $(firstword $(2)),$(1)),,$(firstword $(2)) $(call before,$(1),$(wordlist 2,$(words $(2)),$(2))))

test_sources = $(sort $(wildcard tests/$(1)/*.cpp)) tests/support/main.cpp
SUPPORT      = $(filter-out tests/support/main.cpp,$(wildcard tests/support/*.cpp))
TESTED_ROOMS = $(foreach room,$(ROOMS),$(if $(wildcard tests/$(room)/*_test.cpp),$(room)))

$(BUILD)/tests/libsupport.a: $(call objects,$(SUPPORT))
	@mkdir -p $(@D)
	@rm -f $@
	$(quietly)ar rcs $@ $^

define test_rule
$(BUILD)/tests/$(1): $(call objects,$(call test_sources,$(1))) $(BUILD)/tests/libsupport.a $(call archives,$(call floors_up_to,$(1)))
	@mkdir -p $$(@D)
	$$(call say,$$@)
	$$(quietly)$$(CXX) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	    $$(LIBRARIES) -lboost_unit_test_framework
endef
$(foreach room,$(ROOMS),$(eval $(call test_rule,$(room))))
# The tests themselves need no optimisation, and compile in half the time without.
$(BUILD)/objects/tests/%.o: CXXFLAGS += -O0
$(BUILD)/objects/tests/%.o: CPPFLAGS += -U_FORTIFY_SOURCE -Itests -DBOOST_TEST_DYN_LINK -DCARDEA_TESTS='"tests"'

# The torture of the rotation: histories against the real code, at full speed.
$(BUILD)/objects/tests/torture/%.o: CXXFLAGS += -O2
$(BUILD)/torture: $(call objects,$(wildcard tests/torture/*.cpp) $(filter-out %/mariadb.cpp,$(SUPPORT))) $(ALL_ARCHIVES)
	$(call say,$@)
	$(quietly)$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(ALL_ARCHIVES) -Wl,--end-group $(LIBRARIES)

.PHONY: short-torture
short-torture: $(BUILD)/torture
	@tests/torture/run --short

UNIT_TESTS = $(foreach room,$(TESTED_ROOMS),$(BUILD)/tests/$(room))

# Packages: what the goals need is installed before anything is built (as root or through sudo), and asked for once.
packages_run         := run $(if $(filter mysql,$(DB)),mysql)
packages_check       := mysql
packages_unit        := mysql
packages_quick       := test
packages_test        := test browser
packages_everything  := test browser lint fuzz debian
packages_busy        := test
packages_mysql-test  := test
packages_server-asan := test
packages_server-tsan := test
packages_client      := browser
packages_fuzz        := fuzz
packages_browser     := test browser
packages_screenshots := run browser
packages_lighthouse  := run browser
packages_torture     := test
packages_recipes     := test
packages_bench       := run bench browser
packages_bench-gate  := run bench
packages_soak        := $(packages_run)
packages_hostile     := $(packages_run)
packages_lint        := lint
packages_format      := lint
packages_dist-test   := test
packages_debian13-test := debian

.PHONY: packages
packages:
	@src/tools/need build $(foreach goal,$(MAKECMDGOALS),$(packages_$(goal)))

.PHONY: unit
unit: $(UNIT_TESTS)
	@tests/tools/run-unit-tests $(UNIT_TESTS)

# Each fuzz target, linked with a driver that replays its corpus once.
FUZZ_NAMES   := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(wildcard tests/fuzz/*_fuzz.cpp))
FUZZ_REPLAYS := $(FUZZ_NAMES:%=$(BUILD)/replay/%)
FUZZ_TARGETS := $(FUZZ_NAMES:%=$(BUILD)/fuzz/%)

$(FUZZ_REPLAYS): $(BUILD)/replay/%: $(BUILD)/objects/tests/fuzz/%_fuzz.o $(BUILD)/objects/tests/fuzz/replay.o \
                                     $(call objects,$(SUPPORT)) $(ALL_ARCHIVES)
	@mkdir -p $(@D)
	$(call say,$@)
	$(quietly)$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(ALL_ARCHIVES) -Wl,--end-group $(LIBRARIES)

$(FUZZ_TARGETS): $(BUILD)/fuzz/%: $(BUILD)/objects/tests/fuzz/%_fuzz.o $(call objects,$(SUPPORT)) $(ALL_ARCHIVES)
	@mkdir -p $(@D)
	$(call say,$@)
	$(quietly)$(CXX) $(LDFLAGS) -fsanitize=fuzzer -o $@ $(filter %.o,$^) -Wl,--start-group $(ALL_ARCHIVES) -Wl,--end-group $(LIBRARIES)

.PHONY: replay
replay: $(FUZZ_REPLAYS)
	@set -e; for name in $(FUZZ_NAMES); do $(BUILD)/replay/$$name tests/fuzz/corpus/$$name; done

SANITIZED = $(MAKE) --no-print-directory BUILD=build/$(1) SANITIZE="$(2) -O1 -fno-omit-frame-pointer"
comma    := ,

.PHONY: check
check: unit replay  ## while you work: unit tests, corpora of the fuzzers, layers
	@tests/tools/layers
	@tests/tools/threads

# What `make test` runs in the place of check: compiled with sanitizers, once.
.PHONY: asan
asan:  ## the same unit tests and corpora under AddressSanitizer and UBSan
	+@$(call SANITIZED,asan,-fsanitize=address$(comma)undefined -fno-sanitize-recover=all) unit replay

.PHONY: quick
quick: all $(BUILD)/cardea-on-libc  ## check, and real servers and databases, but no cluster, WordPress or browser
	@tests/tools/run-all-tests quick

.PHONY: test
test: all $(BUILD)/cardea-on-libc  ## every test: layers, asan, the torture, and real servers, databases and browsers
	@tests/tools/run-all-tests

.PHONY: everything
everything: all $(BUILD)/cardea-on-libc  ## all that must pass, in a night (ONLY="lint fuzz", WITHOUT="soak torture"); a table in the end
	@tests/tools/run-all-tests everything $(ONLY) $(WITHOUT:%=-%)

COMMAND ?= $(MAKE) quick
.PHONY: busy
busy:  ## make quick beside two busy processes per core (COMMAND="make test")
	+@tests/tools/busy $(COMMAND)

.PHONY: mysql-test
mysql-test: all  ## sign-in and rotation on a real MySQL 9, unpacked from another Debian (60 MB)
	@CARDEA_MYSQL=yes tests/server/run.py test_mysql

.PHONY: debian13-test
debian13-test: | packages  ## every test in a whole Debian 13 of its own (debootstrap; needs root, 5 GB and an hour)
	@tests/tools/whole-debian trixie make test

.PHONY: client
client: | packages  ## the tests of htdocs/cardea.js that need no browser
	@tests/client/run

.PHONY: tsan
tsan:  ## unit tests under ThreadSanitizer
	+@$(call SANITIZED,tsan,-fsanitize=thread) unit

# The program itself under a sanitizer, behind a web server: its threads, sockets and children. A program that found
# something does not end with 0, which fails the test that started it. (Leaks are looked for by the unit tests: here the
# program forbids other processes to look into its memory. UBSan itself needs descriptors.)
SERVER_TESTS := test_contract test_intake test_stopping test_mail test_social
.PHONY: server-asan server-tsan
server-asan: | packages  ## real servers with the program under AddressSanitizer and UBSan
	+@$(call SANITIZED,asan,-fsanitize=address$(comma)undefined -fno-sanitize-recover=all) build/asan/cardea
	@CARDEA_BINARY=$(CURDIR)/build/asan/cardea ASAN_OPTIONS=detect_leaks=0 tests/server/run.py $(SERVER_TESTS) \
	    --without "without descriptors"

server-tsan: | packages  ## the same under ThreadSanitizer
	+@$(call SANITIZED,tsan,-fsanitize=thread) build/tsan/cardea
	@CARDEA_BINARY=$(CURDIR)/build/tsan/cardea TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tools/tsan-suppressions tests/server/run.py $(SERVER_TESTS)

FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz: | packages  ## fuzz every parser for FUZZ_SECONDS=60 each, starting from the corpora
	+@$(MAKE) --no-print-directory CXX="$(CCACHE)clang++" BUILD=build/fuzzing \
	    SANITIZE="-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -O1" fuzz-here

.PHONY: fuzz-here
fuzz-here: $(FUZZ_TARGETS)
	@set -e; for name in $(FUZZ_NAMES); do echo "fuzzing $$name"; mkdir -p $(BUILD)/found/$$name; \
	  $(BUILD)/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
	    -artifact_prefix=$(BUILD)/found/$$name- $(BUILD)/found/$$name tests/fuzz/corpus/$$name; done

# The faults of `make mutants`: the sources that hold them are compiled beside the others and stand before the archives.
MUTANTS         := $(BUILD)/mutants
MUTATED         := $(call sources,auth) $(patsubst %,src/web/%.cpp,cookies fields in origin)
MUTATED_OBJECTS := $(MUTATED:%.cpp=$(MUTANTS)/%.o)
MUTANT_TESTS    := $(MUTANTS)/auth $(MUTANTS)/web
mutated_up_to    = $(foreach room,$(call floors_up_to,$(1)),$(filter $(MUTANTS)/src/$(room)/%,$(MUTATED_OBJECTS)))
SEED            ?= 1
COUNT           ?= 200

$(MUTANTS)/planted.json: $(MUTATED) tests/tools/mutants tests/tools/faults.py
	@mkdir -p $(@D)
	$(call say,$@)
	$(quietly)tests/tools/mutants plant $(MUTANTS) $(MUTATED)

# Without warnings: what a fault makes of the code may look odd, and numbers that may change are narrowed.
$(MUTATED_OBJECTS): $(MUTANTS)/%.o: $(MUTANTS)/planted.json
	$(call say,$@)
	$(quietly)$(CXX) $(CPPFLAGS) $(CXXFLAGS) -O1 -w -Wno-narrowing -include $(MUTANTS)/mutant.h -MMD -MP -c -o $@ $(@:.o=.cpp)

define mutant_rule
$(MUTANTS)/$(1): $(call mutated_up_to,$(1)) $(call objects,$(call test_sources,$(1))) $(BUILD)/tests/libsupport.a \
                 $(call archives,$(call floors_up_to,$(1)))
	$$(call say,$$@)
	$$(quietly)$$(CXX) $$(LDFLAGS) -o $$@ $$(filter %.o,$$^) -Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group \
	    $$(LIBRARIES) -lboost_unit_test_framework
endef
$(foreach room,auth web,$(eval $(call mutant_rule,$(room))))

.PHONY: mutants
mutants: $(MUTANT_TESTS)  ## plant COUNT=200 small faults into auth/ and web/in, drawn by SEED=1: the unit tests must find each
	@tests/tools/mutants run --seed $(SEED) --count $(COUNT) --result $(MUTANTS)/result.json $(MUTANTS) $(MUTANT_TESTS)

.PHONY: run
run: all  ## run it: SQLite, a private lighttpd, a first user (DB=mysql: a private MariaDB)
	@DB=$(DB) src/tools/run

.PHONY: browser
browser: all build/browser/.installed  ## the tests in a real browser (TESTS="word ...": those with such a word in their name)
	@node tests/browser/run.mjs $(TESTS)

.PHONY: screenshots
screenshots: all build/browser/.installed  ## the pictures of the README, into tests/browser/pictures
	@node tests/browser/pictures.mjs

.PHONY: lighthouse
lighthouse: all build/browser/.installed  ## Lighthouse on every page: accessibility, best practices (needs npm; TESTS="word ...")
	@tests/tools/lighthouse $(TESTS)

# Only for these tests: what drives Chromium, and what looks for barriers.
build/browser/.installed: tests/browser/package.json tests/browser/package-lock.json | packages
	@mkdir -p $(@D)
	cp $^ $(@D)/
	cd $(@D) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: torture
torture: all $(BUILD)/torture  ## the rotation under random histories, races and killed nodes, SECONDS=600 on every store
	@tests/torture/run

# What `make bench` measures with: limits that do nothing else, and the program's parts without a web server.
BENCH_PROGRAMS := $(addprefix $(BUILD)/bench/,null_fastcgi null_cgi null_server inside)
$(BUILD)/bench/null_fastcgi: tests/bench/null_fastcgi.cpp | packages
	@mkdir -p $(@D)
	$(call say,$@)
	$(quietly)g++ -O2 -std=c++20 -o $@ $< -lfcgi -pthread
$(BUILD)/bench/null_cgi: tests/bench/null_cgi.c | packages
	@mkdir -p $(@D)
	$(call say,$@)
	$(quietly)gcc -O2 -static -o $@ $<
$(BUILD)/bench/inside: $(call objects,tests/bench/inside.cpp tests/bench/rotations.cpp)
$(BUILD)/bench/null_server: $(call objects,tests/bench/null_server.cpp)
$(BUILD)/bench/inside $(BUILD)/bench/null_server: $(ALL_ARCHIVES)
	@mkdir -p $(@D)
	$(call say,$@)
	$(quietly)$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(ALL_ARCHIVES) -Wl,--end-group $(LIBRARIES)

$(BUILD)/objects/tests/bench/%.o: CXXFLAGS += -O2

.PHONY: recipes
recipes: all $(BUILD)/cardea-on-libc  ## the five systems of conf/recipes/ end to end, with 2,000 clients that move from header to cookie; a table
	@tests/tools/recipes

.PHONY: bench
bench: all $(BENCH_PROGRAMS) build/browser/.installed  ## what everything costs beside limits of the same run (ONLY="verify cgi", QUICK=yes)
	@tests/bench/run

.PHONY: publish-bench
publish-bench:  ## make the tables and the chart of the documents from build/bench/bench.json
	@tests/bench/publish build/bench/bench.json

.PHONY: bench-gate
bench-gate: all  ## what the gate adds to a file, and a PHP page behind it beside one with a JWT library
	@tests/bench/gate.py

.PHONY: soak
soak: all  ## SECONDS=1800 of mixed load with slow peers and storms: memory and descriptors flat, no wrong answer (DB=mysql)
	@tests/bench/soak

.PHONY: hostile
hostile: all  ## PEERS=100000 that send RECORDS=1000000 damaged records: no process dies, no request of another client fails
	@tests/bench/hostile

.PHONY: lint
lint: $(BUILD)/generated/migrations.inc $(BUILD)/generated/version.inc $(BUILD)/generated/libraries.inc $(BUILD)/generated/common_passwords.inc | packages  ## clang-tidy, layout, layers
	clang-format --dry-run --Werror $$(git ls-files 'src/*.h' 'src/*.cpp' 'tests/*.h' 'tests/*.cpp')
	tests/tools/layers
	tests/tools/threads
	git ls-files 'src/*.cpp' | xargs -P $$(nproc) -n 4 sh -c 'clang-tidy --quiet "$$@" -- $(CPPFLAGS) -std=c++20' clang-tidy

.PHONY: figures
figures:  ## measure the source tree: modules, lengths, cycles (FIGURES=--refresh: also what one refresh runs; it builds for gcov)
	@tests/tools/figures $(FIGURES)

.PHONY: format
format: | packages  ## lay out the sources by .clang-format
	clang-format -i $$(git ls-files 'src/*.h' 'src/*.cpp' 'tests/*.h' 'tests/*.cpp')

PREFIX  ?= /usr/local
DESTDIR ?=
.PHONY: install
install: all  ## install into PREFIX=/usr/local, the configuration into /etc/cardea
	install -d $(DESTDIR)$(PREFIX)/lib/cardea $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/cardea
	install -m 755 $(BUILD)/cardea $(DESTDIR)$(PREFIX)/lib/cardea/cardea.new
	mv -f $(DESTDIR)$(PREFIX)/lib/cardea/cardea.new $(DESTDIR)$(PREFIX)/lib/cardea/cardea
	ln -sf ../lib/cardea/cardea $(DESTDIR)$(PREFIX)/bin/cardea
	cp -R conf sql htdocs $(DESTDIR)$(PREFIX)/share/cardea/
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/cardea README.md CHANGELOG.md
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/cardea/src/web src/web/README.md
	install -d -m 750 $(DESTDIR)/etc/cardea
	test -e $(DESTDIR)/etc/cardea/cardea.ini || install -m 600 conf/cardea.ini $(DESTDIR)/etc/cardea/cardea.ini

.PHONY: dist
dist: all  ## .zip and .tar.gz for any Linux on this architecture, laid out as they are uploaded
	@src/tools/make-dist $(or $(VERSION),0) $(BUILD) $(STATIC_LDFLAGS) -- $(ALL_ARCHIVES) -- $(STATIC_LIBRARIES)

.PHONY: dist-test
dist-test: all  ## make dist, run what is in it in a bare chroot and in one of an older Debian, and upload it to hosts by FTP
	@tests/server/run.py test_dist test_upload

.PHONY: clean
clean:  ## remove everything that was built
	rm -rf build

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

-include $(shell find $(BUILD)/objects $(BUILD)/mutants -name '*.d' 2>/dev/null)
