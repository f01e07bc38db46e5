/** {@code anser dlq}: looks at dead letters, sends them back and throws them away. Entry class: {@code DlqCommand}. */
@NullMarked
package io.ansermq.tools.deadletters;

import org.jspecify.annotations.NullMarked;
