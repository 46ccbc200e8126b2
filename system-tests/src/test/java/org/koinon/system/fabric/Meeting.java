package org.koinon.system.fabric;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.koinon.federation.study.MemberId;

/** All members at one step of a round; they are held there until they are told to go on. */
final class Meeting {
  private final int members;
  private final Set<MemberId> there = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<MemberId> all = new CompletableFuture<>();
  private final CompletableFuture<Boolean> over = new CompletableFuture<>();

  /** Of so many. */
  Meeting(int members) {
    this.members = members;
  }

  /** A member is there, and waits; who comes again passes. */
  void come(MemberId member) {
    if (there.add(member)) {
      if (there.size() == members) {
        all.complete(member);
      }
      over.join();
    }
  }

  /** Who is the last to come; then all are there. */
  CompletableFuture<MemberId> all() {
    return all;
  }

  /** Lets all go on, who are there or will come. */
  void end() {
    over.complete(true);
  }
}
