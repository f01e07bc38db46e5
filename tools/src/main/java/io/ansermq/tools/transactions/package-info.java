/** {@code anser tx}: looks at transactions and decides about them. Entry class: {@code TxCommand}. */
@NullMarked
package io.ansermq.tools.transactions;

import org.jspecify.annotations.NullMarked;
