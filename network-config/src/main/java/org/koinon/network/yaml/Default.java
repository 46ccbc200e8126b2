package org.koinon.network.yaml;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The value of a key that a person left out, written as YAML beside the component. */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Default {
  /** YAML on one line, such as {@code 32}, {@code [accuracy]} or, for a section, {@code {}}. */
  String value();
}
