package org.koinon.testkit.bad.impure;

import java.util.concurrent.locks.Lock;

/** Expects other threads. */
record Locks(Lock lock) {}
