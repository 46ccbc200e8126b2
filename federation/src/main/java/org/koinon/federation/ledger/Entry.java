package org.koinon.federation.ledger;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.koinon.federation.encoding.Canonical;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.study.MemberId;

/** What an entry of the ledger says, without who says it. */
public sealed interface Entry permits ConsortiumEntry, RoundEntry {
  /** Every kind of entry. */
  List<Class<? extends Record>> TYPES = records(Entry.class).toList();

  /** Every kind of entry by its name. */
  Map<String, Class<? extends Record>> BY_NAME =
      TYPES.stream()
          .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

  /** The key under which the ledger holds this entry of that author. */
  EntryKey key(MemberId author);

  /** The name of its kind, as it stands in the envelope. */
  default String type() {
    return getClass().getSimpleName();
  }

  /** Digest of what it says: of its type and its canonical body, whoever signed it. */
  default Digest bodyDigest() {
    return Digest.tagged(
        "koinon/body/v1",
        type().getBytes(StandardCharsets.UTF_8),
        Canonical.encode(RecordCodec.toJson((Record) this)));
  }

  private static Stream<Class<? extends Record>> records(Class<?> type) {
    return type.isRecord()
        ? Stream.of(type.asSubclass(Record.class))
        : Stream.of(type.getPermittedSubclasses()).flatMap(Entry::records);
  }

  /** The kind of entry with this name. */
  static Class<? extends Record> typeNamed(String name) {
    Class<? extends Record> type = BY_NAME.get(name);
    if (type == null) {
      throw new FormatException("type", "'" + name + "' is no kind of entry");
    }
    return type;
  }
}
