package io.ansermq.broker.security;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who has which role, and what roles may do. Immutable and thread safe.
 *
 * <p>As text, one line each, of the forms that {@link Line} lists.
 *
 * <p>A pattern and a user's name go on to the end of the line. {@code *} as a user stands for everybody who is let in,
 * with or without a user. The role {@code admin} needs no line: its members may do everything. A pattern that begins
 * with {@code *} leaves out names that begin with {@code DLQ.} or {@code %}, as a shell leaves out those with a dot; who
 * manages a destination has all permissions on its dead letter queue.
 */
public final class Roles {

    /** The role whose members may do everything. */
    public static final String ADMIN = "admin";

    /** Stands for everybody. */
    public static final String EVERYBODY = "*";

    /** Nobody has a role, and there is none. */
    public static final Roles NONE = new Roles(List.of(), List.of());

    private static final String DEAD_LETTERS = "DLQ.";

    /** What a line of the file may look like. */
    public enum Line {
        /** What a role may do. */
        ROLE(
                "role ROLE PERMISSION[,PERMISSION...] queue|topic|any PATTERN",
                "members of the role have these permissions on destinations of this kind whose names match"),
        /** Who has a role. */
        MEMBER("member ROLE USER", "the user has the role; `*` stands for everybody who is let in"),
        /** For people. */
        REMARK("# TEXT", "a remark; empty lines mean nothing either");

        private final String form;
        private final String meaning;

        Line(final String form, final String meaning) {
            this.form = form;
            this.meaning = meaning;
        }

        /** Its words; those in capitals stand for others. */
        public String form() {
            return form;
        }

        /** What it says, for the reference. */
        public String meaning() {
            return meaning;
        }

        private String keyword() {
            return form.substring(0, form.indexOf(' '));
        }

        private boolean begins(final String line) {
            return line.startsWith(keyword() + ' ');
        }

        private String[] words(final String line, final int count) {
            final String[] words = line.split("\\s+", count);
            if (words.length < count) {
                throw new IllegalArgumentException("expected '" + form + "'");
            }
            return words;
        }
    }

    /**
     * What a role may do.
     *
     * @param kind null for queues and topics
     */
    public record Grant(
            String role,
            Set<Permission> permissions,
            @Nullable DestinationKind kind,
            String pattern) {
        public Grant {
            permissions = Set.copyOf(permissions);
            checkRole(role);
            if (pattern.isBlank() || !pattern.equals(pattern.strip()) || hasControl(pattern)) {
                throw new IllegalArgumentException("'" + pattern + "' is no pattern of names");
            }
            if (permissions.isEmpty() || permissions.contains(Permission.ADMINISTER)) {
                throw new IllegalArgumentException(
                        "a role has permissions on destinations; who may administer has the role '" + ADMIN + "'");
            }
        }

        /** Its line of the file. */
        public String line() {
            final StringBuilder names = new StringBuilder();
            EnumSet.copyOf(permissions)
                    .forEach(each -> names.append(names.isEmpty() ? "" : ",").append(each.text()));
            return "role " + role + ' ' + names + ' '
                    + (kind == null ? "any" : kind.name().toLowerCase(Locale.ROOT))
                    + ' ' + pattern;
        }

        private boolean covers(final Permission permission, final @Nullable DestinationKind of, final String name) {
            return permissions.contains(permission)
                    && (kind == null || of == null || kind == of)
                    && !(pattern.startsWith("*") && isHidden(name))
                    && NamePattern.matches(pattern, name);
        }
    }

    /** Who has a role. */
    public record Member(String role, String user) {
        public Member {
            checkRole(role);
            if (!user.equals(EVERYBODY)) {
                UserFile.checkName(user);
            } else if (role.equals(ADMIN)) {
                throw new IllegalArgumentException("not everybody can be an administrator");
            }
        }

        /** Its line of the file. */
        public String line() {
            return "member " + role + ' ' + user;
        }
    }

    private final List<Grant> grants;
    private final List<Member> members;
    private final Map<String, List<Grant>> byUser = new TreeMap<>();
    private final Set<String> administrators = new TreeSet<>();

    /** These and no others. */
    public Roles(final List<Grant> grants, final List<Member> members) {
        this.grants = List.copyOf(grants);
        this.members = List.copyOf(members);
        for (final Member member : members) {
            if (member.role().equals(ADMIN)) {
                administrators.add(member.user());
            }
            for (final Grant grant : grants) {
                if (grant.role().equals(member.role())) {
                    byUser.computeIfAbsent(member.user(), any -> new ArrayList<>())
                            .add(grant);
                }
            }
        }
    }

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException naming the first line that is none
     */
    public static Roles parse(final List<String> lines) {
        final List<Grant> grants = new ArrayList<>();
        final List<Member> members = new ArrayList<>();
        int number = 0;
        for (final String raw : lines) {
            number++;
            final String line = raw.strip();
            if (line.isEmpty() || line.startsWith(Line.REMARK.keyword())) {
                continue;
            }
            try {
                if (Line.MEMBER.begins(line)) {
                    final String[] words = Line.MEMBER.words(line, 3);
                    members.add(new Member(words[1], words[2]));
                } else if (Line.ROLE.begins(line)) {
                    final String[] words = Line.ROLE.words(line, 5);
                    grants.add(new Grant(words[1], permissions(words[2]), kind(words[3]), words[4]));
                } else {
                    throw new IllegalArgumentException("it begins neither with 'role' nor with 'member'");
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ", '" + line + "': " + e.getMessage(), e);
            }
        }
        return new Roles(grants, members);
    }

    /** Permissions as they stand in the file, separated by commas. */
    public static Set<Permission> permissions(final String text) {
        final EnumSet<Permission> all = EnumSet.noneOf(Permission.class);
        for (final String each : text.split(",", -1)) {
            all.add(Permission.of(each.strip()));
        }
        return all;
    }

    /** The kind as it stands in the file; null for any. */
    public static @Nullable DestinationKind kind(final String text) {
        return switch (text) {
            case "queue" -> DestinationKind.QUEUE;
            case "topic" -> DestinationKind.TOPIC;
            case "any" -> null;
            default -> throw new IllegalArgumentException("'" + text + "' is none of queue, topic, any");
        };
    }

    /** What roles may do. */
    public List<Grant> grants() {
        return grants;
    }

    /** Who has them. */
    public List<Member> members() {
        return members;
    }

    /** Whether anything is written about destinations: until then whoever is let in may use all of them. */
    public boolean concernDestinations() {
        return !grants.isEmpty();
    }

    /** The roles of a user by name, or of everybody, sorted. */
    public Set<String> rolesOf(final String user) {
        final Set<String> roles = new TreeSet<>();
        for (final Member member : members) {
            if (member.user().equals(user)) {
                roles.add(member.role());
            }
        }
        return roles;
    }

    /** Whether a user may administer the broker. */
    public boolean isAdministrator(final @Nullable String user) {
        return user != null && administrators.contains(user);
    }

    /**
     * Whether a user who is no administrator may do something.
     *
     * @param user null for a client that names nobody
     * @param kind null for a RocketMQ topic
     */
    public boolean allow(
            final @Nullable String user,
            final Permission permission,
            final @Nullable DestinationKind kind,
            final String name) {
        if (covers(user, permission, kind, name)) {
            return true;
        }
        return name.startsWith(DEAD_LETTERS)
                && covers(user, Permission.MANAGE, null, name.substring(DEAD_LETTERS.length()));
    }

    private boolean covers(
            final @Nullable String user,
            final Permission permission,
            final @Nullable DestinationKind kind,
            final String name) {
        return covers(byUser.get(EVERYBODY), permission, kind, name)
                || (user != null && covers(byUser.get(user), permission, kind, name));
    }

    private static boolean covers(
            final @Nullable List<Grant> grants,
            final Permission permission,
            final @Nullable DestinationKind kind,
            final String name) {
        if (grants != null) {
            for (final Grant grant : grants) {
                if (grant.covers(permission, kind, name)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isHidden(final String name) {
        return name.startsWith(DEAD_LETTERS) || name.startsWith("%");
    }

    private static void checkRole(final String role) {
        if (role.isEmpty() || role.startsWith("#") || hasControl(role) || role.indexOf(' ') >= 0) {
            throw new IllegalArgumentException("'" + role + "' cannot be the name of a role: it is one word");
        }
    }

    private static boolean hasControl(final String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }
}
