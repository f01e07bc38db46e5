package io.ansermq.tools.console;

import java.util.Collection;

/** Finds the word that someone who mistyped probably meant. Stateless. */
public final class Spelling {

    private Spelling() {}

    /** {@code ", did you mean 'port'?"}, or nothing when no candidate is near. */
    public static String hint(final String word, final Collection<String> candidates) {
        String best = "";
        int bestDistance = Math.max(2, word.length() / 3) + 1;
        for (final String candidate : candidates) {
            final int distance = distance(word, candidate);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best.isEmpty() ? "" : ", did you mean '" + best + "'?";
    }

    /** Levenshtein distance: the fewest letters to insert, delete or replace. */
    static int distance(final String from, final String to) {
        int[] above = new int[to.length() + 1];
        for (int column = 0; column <= to.length(); column++) {
            above[column] = column;
        }
        for (int row = 1; row <= from.length(); row++) {
            final int[] here = new int[to.length() + 1];
            here[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                final int replaced = above[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                here[column] = Math.min(replaced, 1 + Math.min(above[column], here[column - 1]));
            }
            above = here;
        }
        return above[to.length()];
    }
}
