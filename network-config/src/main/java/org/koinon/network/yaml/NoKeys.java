package org.koinon.network.yaml;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Keys that a section lacks on purpose: who writes one is told why. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface NoKeys {
  /** The keys, as they stand in a file. */
  String[] names();

  /** Why there are none, as the end of a sentence. */
  String why();
}
