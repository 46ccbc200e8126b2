package org.koinon.benchmarks;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Collection;
import java.util.Locale;

/**
 * What something took.
 *
 * @param wallSeconds by the clock on the wall; other programs of the machine are in it
 * @param cpuSeconds of all threads of this process
 */
record Meter(double wallSeconds, double cpuSeconds) {
  private static final double NANOS = 1e9;
  private static final double MIB = 1 << 20;

  /** Runs and measures it. */
  static Meter of(Runnable work) {
    long wall = System.nanoTime();
    long cpu = processNanos();
    work.run();
    return new Meter((System.nanoTime() - wall) / NANOS, (processNanos() - cpu) / NANOS);
  }

  /** CPU time of this thread alone, for work of one thread. */
  static double threadSeconds(Runnable work) {
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    work.run();
    return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu) / NANOS;
  }

  private static long processNanos() {
    return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
        .getProcessCpuTime();
  }

  /** Most of the heap that was in use at one time, since {@link #forgetPeak}, in MiB. */
  static double peakHeapMib() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        / MIB;
  }

  static void forgetPeak() {
    ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /** How many processes of the machine wanted a core of late. */
  static String load() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return String.format(Locale.ROOT, "%.1f", load);
  }

  /** The middle one, or the mean of the two in the middle; of at least one. */
  static double median(Collection<Double> figures) {
    double[] sorted = figures.stream().mapToDouble(figure -> figure).sorted().toArray();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
