package org.koinon.system;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program that is watched through Java's debugger: which lines one of its threads runs, and its
 * end by SIGKILL when that thread is about to run one of them.
 */
final class DebuggedProgram {
  /** A method of a class, with what is written inside it; overloads are one place. */
  record Place(String type, String method) {
    private boolean holds(Method candidate) {
      return candidate.name().equals(method) || candidate.name().startsWith("lambda$" + method);
    }
  }

  /** A line of a source file. */
  record Line(String type, int number) {
    private static Line of(Location location) {
      return new Line(location.declaringType().name(), location.lineNumber());
    }

    @Override
    public String toString() {
      return type.substring(type.lastIndexOf('.') + 1) + ":" + number;
    }
  }

  /**
   * What is watched.
   *
   * @param thread its name
   * @param from it begins when the thread comes here
   * @param until and ends when it comes here
   * @param places whose lines count
   */
  record Watch(String thread, Place from, Place until, Set<Place> places) {
    /** Copies. */
    Watch {
      places = Set.copyOf(places);
    }

    private Set<String> types() {
      Set<String> types = new LinkedHashSet<>(List.of(from.type, until.type));
      places.forEach(place -> types.add(place.type));
      return types;
    }
  }

  /**
   * A run that is over.
   *
   * @param lines of the places, in the order in which the thread first came to them
   * @param reached the places that it came to
   * @param output what the program wrote, by lines
   * @param exit its exit code
   */
  record Run(Set<Line> lines, Set<Place> reached, List<String> output, int exit) {
    /** Copies. */
    Run {
      lines = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(lines));
      reached = Set.copyOf(reached);
      output = List.copyOf(output);
    }
  }

  private static final String BY_SOCKET = "com.sun.jdi.SocketListen";
  private static final String STARTS_WITHIN_MILLIS = "120000";

  private final List<String> command;
  private final Watch watch;

  /** A main class with its arguments. */
  DebuggedProgram(Watch watch, Class<?> main, String... arguments) {
    this.watch = watch;
    this.command = Stream.concat(Stream.of(main.getName()), Stream.of(arguments)).toList();
  }

  /** Runs it to its end. */
  Run trace() throws IOException, InterruptedException {
    return run(null);
  }

  /** Runs it to where the thread is about to run the line for the first time, and kills it. */
  Run kill(Line fatal) throws IOException, InterruptedException {
    return run(fatal);
  }

  private Run run(@Nullable Line fatal) throws IOException, InterruptedException {
    ListeningConnector connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(candidate -> candidate.name().equals(BY_SOCKET))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> terms = connector.defaultArguments();
    Objects.requireNonNull(terms.get("localAddress")).setValue("127.0.0.1");
    Objects.requireNonNull(terms.get("timeout")).setValue(STARTS_WITHIN_MILLIS);
    try {
      String address = connector.startListening(terms);
      Process process = start(address);
      try {
        List<String> output = new ArrayList<>();
        Thread reader =
            Thread.ofVirtual().start(() -> process.inputReader().lines().forEach(output::add));
        Session session = new Session(connector.accept(terms), process, fatal);
        session.follow();
        int exit = process.waitFor();
        reader.join();
        return new Run(session.lines, session.reached, output, exit);
      } finally {
        process.destroyForcibly();
        connector.stopListening(terms);
      }
    } catch (IllegalConnectorArgumentsException e) {
      throw new AssertionError(e);
    }
  }

  private Process start(String address) throws IOException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,address=" + address,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path")));
    line.addAll(command);
    return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** One run, as its events come. */
  private final class Session {
    private final VirtualMachine machine;
    private final Process process;
    private final @Nullable Line fatal;
    private final Set<Line> lines = new LinkedHashSet<>();
    private final Set<Place> reached = new LinkedHashSet<>();
    private @Nullable ThreadReference watched;
    private boolean over;

    Session(VirtualMachine machine, Process process, @Nullable Line fatal) {
      this.machine = machine;
      this.process = process;
      this.fatal = fatal;
    }

    void follow() throws InterruptedException {
      for (String type : watch.types()) {
        ClassPrepareRequest prepare = machine.eventRequestManager().createClassPrepareRequest();
        prepare.addClassFilter(type);
        prepare.enable();
      }
      machine.resume();
      while (true) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof VMDisconnectEvent) {
            return;
          }
          if (!survives(event)) {
            process.destroyForcibly();
            return;
          }
        }
        events.resume();
      }
    }

    private boolean survives(Event event) {
      if (event instanceof ClassPrepareEvent prepared) {
        if (watched != null) {
          breakIn(prepared.referenceType());
        } else if (prepared.referenceType().name().equals(watch.from.type)) {
          breakAt(watch.from, prepared.referenceType(), null);
        }
      }
      return !(event instanceof BreakpointEvent stop) || survives(stop);
    }

    private boolean survives(BreakpointEvent stop) {
      if (over || (watched == null && !stop.thread().name().equals(watch.thread))) {
        return true;
      }
      if (watched == null) {
        watched = stop.thread();
        stop.request().disable();
        watch.types().stream()
            .flatMap(type -> machine.classesByName(type).stream())
            .forEach(this::breakIn);
      }
      return survives(stop.location());
    }

    private boolean survives(Location location) {
      if (isIn(watch.until, location)) {
        over = true;
        machine.eventRequestManager().deleteAllBreakpoints();
        return true;
      }
      Line line = Line.of(location);
      for (Place place : watch.places) {
        if (isIn(place, location)) {
          lines.add(line);
          reached.add(place);
        }
      }
      return !line.equals(fatal);
    }

    private static boolean isIn(Place place, Location location) {
      return location.declaringType().name().equals(place.type) && place.holds(location.method());
    }

    private void breakIn(ReferenceType type) {
      for (Place place : watch.places) {
        breakAt(place, type, watched);
      }
      breakAt(watch.until, type, watched);
    }

    /** Once at each line of the place, in that thread; or at its first line, in any. */
    private void breakAt(Place place, ReferenceType type, @Nullable ThreadReference thread) {
      if (!type.name().equals(place.type)) {
        return;
      }
      for (Method method : type.methods()) {
        if (!place.holds(method)) {
          continue;
        }
        List<Location> locations = lineLocations(method);
        for (Location location : thread == null ? locations.subList(0, 1) : locations) {
          BreakpointRequest request =
              machine.eventRequestManager().createBreakpointRequest(location);
          request.setSuspendPolicy(EventRequest.SUSPEND_ALL);
          if (thread != null) {
            request.addThreadFilter(thread);
            request.addCountFilter(1);
          }
          request.enable();
        }
      }
    }

    private static List<Location> lineLocations(Method method) {
      try {
        return method.allLineLocations();
      } catch (com.sun.jdi.AbsentInformationException e) {
        throw new AssertionError(method + " was compiled without line numbers", e);
      }
    }
  }
}
