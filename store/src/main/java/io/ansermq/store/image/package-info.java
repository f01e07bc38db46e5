/**
 * State images: everything that {@code core} holds in memory, as of a position of the log, so that recovery replays only
 * what came after. {@code core} fills an image, {@code aux} publishes it. Entry classes {@code ImageWriter} and
 * {@code ImageReader}.
 */
@NullMarked
package io.ansermq.store.image;

import org.jspecify.annotations.NullMarked;
