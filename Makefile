# Short verbs for the day's work; CONTRIBUTING.md says how they fit together.
#   make fast                        compile everything, tests included
#   make t M=store T=CommitLogTest   one test class of one module (T=Class#method for one method)
#   make t M=store                   all tests of one module
#   make format                      lay out all sources
# ONLINE=1 lets Maven fetch what is missing; LAX=1 lets warnings pass while you try something out.

M ?=
T ?=
ARGS ?=

# Not -q: it would hide the very warnings that fail a compilation.
QUIET := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
MVN := mvn -B -ntp $(QUIET) $(if $(ONLINE),,-o) $(if $(LAX),-Danser.werror=-Xdiags:compact)

# The package of a module's tests, for "all tests of one module".
PKG = io/ansermq/$(if $(filter jms-provider,$(M)),jms,$(M))

.PHONY: help verify fast t test slow arch format check deps clean

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

# The whole truth, as the build server runs it.
verify:
	.ci/run

fast:
	$(MVN) test-compile $(ARGS)

t:
	@test -n "$(M)" || { echo "Which module? make t M=store [T=CommitLogTest]"; exit 2; }
	$(MVN) -pl $(M) -am test -Dsurefire.failIfNoSpecifiedTests=false -Dtest='$(or $(T),$(PKG)/**/*Test)' $(ARGS)

test:
	$(MVN) test $(ARGS)

# Tests tagged "slow": of all modules, or of one with M=store.
slow:
	$(MVN) $(if $(M),-pl $(M) -am) test -Dgroups=slow $(ARGS)

arch:
	$(MAKE) --no-print-directory t M=tck T=ArchitectureTest

format:
	$(MVN) spotless:apply

check:
	$(MVN) verify -DskipTests

# Fetch all that the offline verbs need.
deps:
	mvn -B -ntp $(QUIET) verify -Dtest=ArchitectureTest -Dsurefire.failIfNoSpecifiedTests=false

clean:
	$(MVN) clean
