/** The demonstration: hospitals as processes, and their screen. */
@NullMarked
package org.koinon.cli.demo;

import org.jspecify.annotations.NullMarked;
