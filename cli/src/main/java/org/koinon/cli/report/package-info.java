/** What a study came to, for people and for machines. */
@NullMarked
package org.koinon.cli.report;

import org.jspecify.annotations.NullMarked;
