package org.koinon.federation.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.koinon.federation.ledger.Entry;
import org.koinon.federation.ledger.TestEntries;
import org.koinon.federation.round.Phase;
import org.koinon.federation.study.ServerRule;

class RecordCodecTest {
  record Numbers(int small, long large) {}

  record Choice(Phase phase, boolean yes) {}

  record Checked(int n) {
    Checked {
      if (n < 1) {
        throw new IllegalArgumentException("n must be positive");
      }
    }
  }

  record Holder(List<Checked> items, SortedMap<String, Checked> byName) {}

  record Clock(java.time.Duration value) {}

  /**
   * A member of the JSON of a record.
   *
   * @param steps names, and {@code [i]} for places in arrays
   * @param required whether reading needs it: it is a component that is not nullable
   */
  private record Place(List<String> steps, boolean required) {
    String path() {
      return "body." + String.join(".", steps).replace(".[", "[");
    }
  }

  static List<String> samples() {
    return List.copyOf(TestEntries.samples().sequencedKeySet());
  }

  private static Record sample(String name) {
    return (Record) java.util.Objects.requireNonNull(TestEntries.samples().get(name)).entry();
  }

  private static Record read(Class<? extends Record> type, Json json) {
    return RecordCodec.fromJson(type, json, "body");
  }

  @Test
  void there_is_a_sample_of_every_kind_of_entry() {
    assertThat(
            TestEntries.samples().values().stream().<Class<?>>map(said -> said.entry().getClass()))
        .hasSameElementsAs(List.<Class<?>>copyOf(Entry.TYPES));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void every_kind_of_entry_comes_back_as_it_was(String name) {
    Record record = sample(name);
    byte[] bytes = Canonical.encode(RecordCodec.toJson(record));

    assertThat(read(record.getClass(), Canonical.decode(bytes))).isEqualTo(record);
  }

  @Test
  void every_member_that_may_be_absent_was_read_with_and_without_it() {
    Set<RecordComponent> nullable = new HashSet<>();
    Set<RecordComponent> present = new HashSet<>();
    Set<RecordComponent> absent = new HashSet<>();
    for (String name : samples()) {
      Record record = sample(name);
      components(record.getClass(), RecordCodec.toJson(record), nullable, present, absent);
    }
    assertThat(nullable).hasSizeGreaterThan(8);
    assertThat(present).containsAll(nullable);
    assertThat(absent).containsExactlyInAnyOrderElementsOf(nullable);
  }

  private static void components(
      Type type,
      Json json,
      Set<RecordComponent> nullable,
      Set<RecordComponent> present,
      Set<RecordComponent> absent) {
    switch (json) {
      case Json.Obj(var members) when type instanceof Class<?> record ->
          components(record)
              .forEach(
                  component -> {
                    Json member = members.get(component.getName());
                    (member == null ? absent : present).add(component);
                    if (component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                      nullable.add(component);
                    }
                    if (member != null) {
                      Type inner = component.getGenericType();
                      components(inner, member, nullable, present, absent);
                    }
                  });
      case Json.Obj(var members) ->
          members
              .values()
              .forEach(item -> components(argument(type), item, nullable, present, absent));
      case Json.Arr(var items) ->
          items.forEach(item -> components(argument(type), item, nullable, present, absent));
      case Json.Str text -> {}
      case Json.Int number -> {}
      case Json.Bool flag -> {}
    }
  }

  private static List<RecordComponent> components(Class<?> record) {
    return COMPONENTS.get(record);
  }

  /** Components are equal only if they are the same, so each class is asked once. */
  private static final ClassValue<List<RecordComponent>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
          return List.of(type.getRecordComponents());
        }
      };

  private static Type argument(Type generic) {
    Type[] arguments = ((ParameterizedType) generic).getActualTypeArguments();
    return arguments[arguments.length - 1];
  }

  private static List<Place> places(Type type, Json json, List<String> steps) {
    List<Place> places = new ArrayList<>();
    switch (json) {
      case Json.Obj(var members) ->
          members.forEach(
              (name, member) -> {
                Type inner =
                    type instanceof Class<?> record ? typeOf(record, name) : argument(type);
                places.add(new Place(plus(steps, name), isRequired(type, name)));
                places.addAll(places(inner, member, plus(steps, name)));
              });
      case Json.Arr(var items) -> {
        for (int i = 0; i < items.size(); i++) {
          List<String> item = plus(steps, "[" + i + "]");
          places.add(new Place(item, false));
          places.addAll(places(argument(type), items.get(i), item));
        }
      }
      case Json.Str text -> {}
      case Json.Int number -> {}
      case Json.Bool flag -> {}
    }
    return places;
  }

  private static Type typeOf(Class<?> record, String name) {
    return component(record, name).getGenericType();
  }

  private static boolean isRequired(Type type, String name) {
    return type instanceof Class<?> record
        && !component(record, name).getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static RecordComponent component(Class<?> record, String name) {
    return components(record).stream()
        .filter(component -> component.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> plus(List<String> steps, String step) {
    return Stream.concat(steps.stream(), Stream.of(step)).toList();
  }

  /** The JSON with something else at a place; nothing there if the change gives null. */
  private static Json with(Json json, List<String> steps, Function<Json, @Nullable Json> change) {
    String step = steps.getFirst();
    List<String> rest = steps.subList(1, steps.size());
    if (json instanceof Json.Arr(List<Json> items)) {
      List<Json> changed = new ArrayList<>(items);
      int i = Integer.parseInt(step.substring(1, step.length() - 1));
      Json item = rest.isEmpty() ? change.apply(items.get(i)) : with(items.get(i), rest, change);
      changed.set(i, java.util.Objects.requireNonNull(item));
      return new Json.Arr(changed);
    }
    SortedMap<String, Json> members = new TreeMap<>(((Json.Obj) json).members());
    Json old = java.util.Objects.requireNonNull(members.remove(step));
    Json changed = rest.isEmpty() ? change.apply(old) : with(old, rest, change);
    if (changed != null) {
      members.put(step, changed);
    }
    return new Json.Obj(members);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_missing_member_is_named_with_its_path(String name) {
    Record record = sample(name);
    Json json = RecordCodec.toJson(record);
    List<Place> required =
        places(record.getClass(), json, List.of()).stream().filter(Place::required).toList();
    assertThat(required).isNotEmpty();
    for (Place place : required) {
      Json without = with(json, place.steps, member -> null);
      assertThatThrownBy(() -> read(record.getClass(), without))
          .isInstanceOf(FormatException.class)
          .hasMessage(place.path() + ": is missing");
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void an_unknown_member_is_named_with_its_path(String name) {
    Record record = sample(name);
    Json json = RecordCodec.toJson(record);
    assertThatThrownBy(() -> read(record.getClass(), withUnknown(json)))
        .isInstanceOf(FormatException.class)
        .hasMessage("body.zzz: is not a known member");
    for (Place place : places(record.getClass(), json, List.of())) {
      Json changed = with(json, place.steps, RecordCodecTest::withUnknown);
      if (!changed.equals(json)) {
        assertThatThrownBy(() -> read(record.getClass(), changed))
            .as(place.path())
            .isInstanceOf(FormatException.class)
            .hasMessageStartingWith(place.path() + ".zzz: ");
      }
    }
  }

  private static Json withUnknown(Json json) {
    if (!(json instanceof Json.Obj(var members))) {
      return json;
    }
    SortedMap<String, Json> more = new TreeMap<>(members);
    more.put("zzz", new Json.Bool(true));
    return new Json.Obj(more);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void a_member_of_the_wrong_type_is_named_with_its_path(String name) {
    Record record = sample(name);
    Json json = RecordCodec.toJson(record);
    for (Place place : places(record.getClass(), json, List.of())) {
      for (Json wrong :
          List.of(
              new Json.Bool(true),
              new Json.Int(-1),
              new Json.Arr(List.of(new Json.Bool(true))),
              new Json.Obj(new TreeMap<>(Map.of("zzz", new Json.Bool(true)))))) {
        Json changed =
            with(json, place.steps, old -> old.getClass() == wrong.getClass() ? old : wrong);
        if (!changed.equals(json)) {
          assertThatThrownBy(() -> read(record.getClass(), changed))
              .as("%s at %s", wrong, place.path())
              .isInstanceOf(FormatException.class)
              .hasMessageStartingWith(place.path());
        }
      }
    }
  }

  @Test
  void no_record_is_read_from_anything_but_an_object() {
    assertThatThrownBy(() -> read(Numbers.class, new Json.Arr(List.of())))
        .isInstanceOf(FormatException.class)
        .hasMessage("body: expected an object");
  }

  private static Json numbers(String small, String large) {
    String json = "{\"large\":" + large + ",\"small\":" + small + "}";
    return Canonical.decode(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        -1,
        (1L << 53) - 1,
        -(1L << 53) + 1,
        1L << 53,
        -(1L << 53),
        Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void integers_beyond_53_bits_are_decimal_strings(long large) {
    boolean fits = Math.abs((double) large) < 0x1p53;
    Json json = numbers("1", fits ? Long.toString(large) : "\"" + large + "\"");

    assertThat(RecordCodec.toJson(new Numbers(1, large))).isEqualTo(json);
    assertThat(read(Numbers.class, json)).isEqualTo(new Numbers(1, large));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "9007199254740991",
        "-9007199254740991",
        "09007199254740992",
        "+9007199254740992",
        " 9007199254740992",
        "9007199254740992.0",
        "9223372036854775808",
        "-9223372036854775809",
        "\u0669\u0660\u0660\u0667\u0661\u0669\u0669\u0662\u0665\u0664\u0667\u0664\u0660\u0669\u0669"
            + "\u0662",
        "1e16"
      })
  void other_strings_are_no_integers(String large) {
    assertThatThrownBy(() -> read(Numbers.class, numbers("1", "\"" + large + "\"")))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("body.large: '" + large + "' is ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2147483648", "-2147483649", "9007199254740991"})
  void an_int_that_does_not_fit_is_named(String small) {
    assertThatThrownBy(() -> read(Numbers.class, numbers(small, "1")))
        .isInstanceOf(FormatException.class)
        .hasMessage("body.small: " + small + " does not fit 32 bits");
  }

  @Test
  void an_int_is_never_a_string() {
    assertThatThrownBy(() -> read(Numbers.class, numbers("\"9007199254740992\"", "1")))
        .isInstanceOf(FormatException.class)
        .hasMessage("body.small: expected an integer");
  }

  @Test
  void names_of_constants_are_lower_case_with_dashes_and_come_back() {
    assertThat(Arrays.stream(ServerRule.values()).map(RecordCodec::name))
        .containsExactly("fed-avg", "fed-avg-m", "fed-adam", "fed-yogi", "fed-adagrad");
    for (Phase phase : Phase.values()) {
      Choice choice = new Choice(phase, true);
      assertThat(read(Choice.class, RecordCodec.toJson(choice))).isEqualTo(choice);
    }
  }

  @ParameterizedTest
  @CsvSource({"SHARD_RESULT", "shard_result", "Shard-result", "shard-result-", "''", "none"})
  void other_names_of_constants_are_refused(String name) {
    Json json =
        new Json.Obj(
            new TreeMap<>(Map.of("phase", new Json.Str(name), "yes", new Json.Bool(false))));
    assertThatThrownBy(() -> read(Choice.class, json))
        .isInstanceOf(FormatException.class)
        .hasMessage("body.phase: '" + name + "' is not one of the known values");
  }

  @Test
  void what_a_constructor_refuses_is_named_with_its_path() {
    Json good = RecordCodec.toJson(new Checked(1));
    Json bad = new Json.Obj(new TreeMap<>(Map.of("n", new Json.Int(0))));
    Json inList = holder(List.of(good, bad), Map.of());
    Json inMap = holder(List.of(good), Map.of("a", good, "b", bad));

    assertThatThrownBy(() -> read(Holder.class, inList))
        .isInstanceOf(FormatException.class)
        .hasMessage("body.items[1]: n must be positive");
    assertThatThrownBy(() -> read(Holder.class, inMap))
        .isInstanceOf(FormatException.class)
        .hasMessage("body.byName.b: n must be positive");
  }

  private static Json holder(List<Json> items, Map<String, Json> byName) {
    return new Json.Obj(
        new TreeMap<>(
            Map.of("items", new Json.Arr(items), "byName", new Json.Obj(new TreeMap<>(byName)))));
  }

  @Test
  void what_has_no_canonical_form_is_not_written() {
    assertThatThrownBy(() -> RecordCodec.toJson(new Clock(java.time.Duration.ZERO)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no canonical form for java.time.Duration");
  }
}
