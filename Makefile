# Short verbs for the day's work; CONTRIBUTING.md says how they fit together.
#   make fast                        compile everything, tests included
#   make t M=store T=CommitLogTest   one test class of one module (T=Class#method for one method)
#   make t M=store                   all tests of one module
#   make again M=store N=20          the same N times (20), until a run fails: for tests that must not be flaky
#   make format                      lay out all sources
#   make slow M=store T=CrashTest    tests tagged "slow" (M and T as above, both optional)
#   make it T=JavaProcessIT          tests that start real processes (T optional)
#   make server S=wildfly            the resource adapter in a Jakarta EE server (or S=liberty, glassfish, payara, tomee)
#   make arch                        the architecture test
#   make verify                      the whole truth, as the build server runs it
#   make deps                        fetch all that the offline verbs need (once, and after a new dependency)
# ONLINE=1 lets Maven fetch what is missing; LAX=1 compiles without the static checks (see CONTRIBUTING.md).

M ?=
T ?=
N ?=
ARGS ?=

# Not -q: it would hide the very warnings that fail a compilation.
QUIET := -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
MVN := mvn -B -ntp $(QUIET) $(if $(ONLINE),,-o) $(if $(LAX),-Dlax)

# The package of a module's tests, for "all tests of one module".
PACKAGE_jms-provider := jms
PACKAGE_openmessaging-binding := openmessaging
PACKAGE_rocketmq-it := rocketmqit
PACKAGE_resource-adapter := ra
PACKAGE_spring-boot-starter := spring
PACKAGE_junit-extension := junit
PKG = io/ansermq/$(or $(PACKAGE_$(M)),$(M))
ONLY = -Dsurefire.failIfNoSpecifiedTests=false -Dtest='$(or $(T),$(PKG)/**/*Test)'

.PHONY: help verify fast t again test slow it server arch format check deps clean

help:
	@sed -n '/^#/!q;s/^# \{0,1\}//p' Makefile

verify:
	.ci/run

fast:
	$(MVN) test-compile $(ARGS)

t:
	@test -n "$(M)" || { echo "Which module? make t M=store [T=CommitLogTest]"; exit 2; }
	$(MVN) -pl $(M) -am test $(ONLY) $(ARGS)

again:
	@for run in $$(seq $(or $(N),20)); do \
		$(MAKE) --no-print-directory t || { echo "run $$run failed"; exit 1; }; \
	done; echo "$(or $(N),20) runs, none failed"

test:
	$(MVN) test $(ARGS)

slow:
	$(MVN) $(if $(M),-pl $(M) -am) test -Dgroups=slow $(if $(T)$(M),$(ONLY)) $(ARGS)

it:
	$(MVN) -pl tck -am verify -Dspotless.check.skip -Dtest=NoUnitTest -Dsurefire.failIfNoSpecifiedTests=false \
		$(if $(T),-Dit.test='$(T)') $(ARGS)

server:
	@test -n "$(S)" || { echo "Which server? make server S=wildfly"; exit 2; }
	mvn -B -ntp -P$(S) -pl tck/servers -am verify -DskipTests $(ARGS)

arch:
	$(MAKE) --no-print-directory t M=tck T=ArchitectureTest

format:
	$(MVN) spotless:apply

check:
	$(MVN) verify -DskipTests

deps:
	mvn -B -ntp $(QUIET) verify -Dtest=ArchitectureTest -Dsurefire.failIfNoSpecifiedTests=false

clean:
	$(MVN) clean
