package io.ansermq.tools.users;

import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.security.Permission;
import io.ansermq.broker.security.RoleFile;
import io.ansermq.broker.security.Roles;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.ExitCode;
import io.ansermq.tools.console.Json;
import io.ansermq.tools.console.TextTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;

/** Changes the file that says who may do what at a broker, which may be running: it looks at the file once a second. */
@Command(
        name = "role",
        sortOptions = false,
        description = "Say what roles may do, and who has them.",
        footer = {
            "",
            "As long as no role is granted anything, every user may use all destinations. Members of the role admin may do",
            "everything. A running broker knows a change within a second or two."
        })
public final class RoleCommand extends FileCommands {

    @Option(
            names = "--roles",
            paramLabel = "<file>",
            scope = ScopeType.INHERIT,
            description = "The file itself, if the broker has the option roles.")
    private @Nullable Path roles;

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List what roles may do, and who has them.")
    int list(@Option(names = "--json", description = "Print JSON.") final boolean json) throws IOException {
        final RoleFile file = file();
        refresh(file);
        final Roles all = file.get();
        if (json) {
            final Map<String, Object> document = new LinkedHashMap<>();
            document.put(
                    "grants", all.grants().stream().map(RoleCommand::asJson).toList());
            document.put(
                    "members",
                    all.members().stream()
                            .map(each -> Map.of("role", each.role(), "user", each.user()))
                            .toList());
            say(Json.write(document).stripTrailing());
            return ExitCode.OK;
        }
        final TextTable grants = new TextTable("ROLE", "PERMISSIONS", "KIND", "PATTERN");
        all.grants().forEach(each -> grants.row(each.role(), permissions(each), kind(each.kind()), each.pattern()));
        final TextTable members = new TextTable("ROLE", "USER");
        all.members().forEach(each -> members.row(each.role(), each.user()));
        say((all.grants().isEmpty() ? "no role is granted anything: users may use all destinations\n" : grants.text())
                + System.lineSeparator()
                + (all.members().isEmpty()
                        ? "nobody has a role"
                        : members.text().stripTrailing()));
        return ExitCode.OK;
    }

    @Command(
            name = "grant",
            mixinStandardHelpOptions = true,
            description = "Let a role do something: anser role grant clerk send,browse queue 'orders.*'.")
    int grant(
            @Parameters(paramLabel = "<role>", description = "The role.") final String role,
            @Parameters(
                            paramLabel = "<permissions>",
                            description = "Of send, consume, browse, create and manage, with commas.")
                    final String permissions,
            @Parameters(paramLabel = "<kind>", description = "queue, topic or any.") final String kind,
            @Parameters(paramLabel = "<pattern>", description = "Names; * stands for any text.") final String pattern)
            throws IOException {
        final Roles.Grant grant = grantOf(role, permissions, kind, pattern);
        change(before -> {
            final List<Roles.Grant> grants = new ArrayList<>(before.grants());
            if (!grants.contains(grant)) {
                grants.add(grant);
            }
            return new Roles(grants, before.members());
        });
        say("granted: " + grant.line());
        return ExitCode.OK;
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Take something back that was granted, written as for 'grant'.")
    int revoke(
            @Parameters(paramLabel = "<role>", description = "The role.") final String role,
            @Parameters(paramLabel = "<permissions>", description = "As they were granted.") final String permissions,
            @Parameters(paramLabel = "<kind>", description = "queue, topic or any.") final String kind,
            @Parameters(paramLabel = "<pattern>", description = "As it was granted.") final String pattern)
            throws IOException {
        final Roles.Grant grant = grantOf(role, permissions, kind, pattern);
        change(before -> {
            final List<Roles.Grant> grants = new ArrayList<>(before.grants());
            if (!grants.remove(grant)) {
                throw CommandFailure.failed("that was not granted; see 'anser role list'");
            }
            return new Roles(grants, before.members());
        });
        say("revoked: " + grant.line());
        return ExitCode.OK;
    }

    @Command(
            name = "assign",
            mixinStandardHelpOptions = true,
            description = "Give a user a role; the user * is everybody.")
    int assign(
            @Parameters(paramLabel = "<role>", description = "The role.") final String role,
            @Parameters(paramLabel = "<user>", description = "Who gets it.") final String user)
            throws IOException {
        final Roles.Member member = memberOf(role, user);
        change(before -> {
            final List<Roles.Member> members = new ArrayList<>(before.members());
            if (!members.contains(member)) {
                members.add(member);
            }
            return new Roles(before.grants(), members);
        });
        say("user '" + user + "' has the role " + role);
        return ExitCode.OK;
    }

    @Command(name = "withdraw", mixinStandardHelpOptions = true, description = "Take a role from a user.")
    int withdraw(
            @Parameters(paramLabel = "<role>", description = "The role.") final String role,
            @Parameters(paramLabel = "<user>", description = "Who loses it.") final String user)
            throws IOException {
        final Roles.Member member = memberOf(role, user);
        change(before -> {
            final List<Roles.Member> members = new ArrayList<>(before.members());
            if (!members.remove(member)) {
                throw CommandFailure.failed(
                        "user '" + user + "' does not have the role " + role + "; see 'anser role list'");
            }
            return new Roles(before.grants(), members);
        });
        say("user '" + user + "' no longer has the role " + role);
        return ExitCode.OK;
    }

    private static Roles.Grant grantOf(
            final String role, final String permissions, final String kind, final String pattern) {
        try {
            return new Roles.Grant(role, Roles.permissions(permissions), Roles.kind(kind), pattern);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    private static Roles.Member memberOf(final String role, final String user) {
        try {
            return new Roles.Member(role, user);
        } catch (IllegalArgumentException e) {
            throw CommandFailure.usage(String.valueOf(e.getMessage()));
        }
    }

    private static Map<String, Object> asJson(final Roles.Grant grant) {
        final Map<String, Object> row = new LinkedHashMap<>();
        row.put("role", grant.role());
        row.put("permissions", names(grant));
        row.put("kind", kind(grant.kind()));
        row.put("pattern", grant.pattern());
        return row;
    }

    private static String permissions(final Roles.Grant grant) {
        return String.join(",", names(grant));
    }

    private static List<String> names(final Roles.Grant grant) {
        final Set<Permission> sorted = new TreeSet<>(grant.permissions());
        return sorted.stream().map(Permission::text).toList();
    }

    private static String kind(final @Nullable DestinationKind kind) {
        return kind == null ? "any" : kind.name().toLowerCase(Locale.ROOT);
    }

    private void change(final UnaryOperator<Roles> change) throws IOException {
        final RoleFile file = file();
        try {
            file.change(change);
        } catch (IOException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }

    private static void refresh(final RoleFile file) {
        try {
            final boolean unused = file.refresh();
        } catch (IOException e) {
            throw CommandFailure.failed(String.valueOf(e.getMessage()));
        }
    }

    private RoleFile file() {
        return new RoleFile(file(roles, BrokerOptions::roles));
    }
}
