/**
 * The seam between the store and the disk: everything the store does to files goes through {@code Files}, so that a
 * simulated disk can stand under it. Entry class {@code DiskFiles}.
 */
@NullMarked
package io.ansermq.store.files;

import org.jspecify.annotations.NullMarked;
