package org.koinon.peer.ledger.fabric;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.hyperledger.fabric.client.Contract;
import org.hyperledger.fabric.client.GatewayException;
import org.hyperledger.fabric.client.Proposal;
import org.hyperledger.fabric.client.identity.Signer;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.jspecify.annotations.Nullable;
import org.koinon.federation.ledger.Admission;
import org.koinon.federation.ledger.ConsortiumEntry.Genesis;
import org.koinon.federation.ledger.EntryKey;
import org.koinon.federation.ledger.Ledger;
import org.koinon.federation.ledger.LedgerException;
import org.koinon.federation.ledger.LedgerException.Advice;
import org.koinon.federation.ledger.LedgerOutcomeUnknownException;
import org.koinon.federation.ledger.LedgerRules;
import org.koinon.federation.ledger.LedgerState;
import org.koinon.federation.ledger.Refusal;
import org.koinon.federation.ledger.SignedEntry;
import org.koinon.network.node.FabricConfig;

/**
 * The ledger on a Hyperledger Fabric channel. Its log is what valid transactions of the chaincode
 * wrote, in the order of (block, transaction), which is one order at every peer; each node copies
 * it into a file of its own.
 *
 * <p>Writes are endorsed by a majority of organisations and are idempotent by the entry's key: of
 * two transactions for one key Fabric finds one valid (MVCC), so that an entry can be submitted
 * again whenever it is unknown what became of it. Reads ask only this member's own peer.
 *
 * <p>Safe for use by several threads, and by several processes on one copy; of any number of
 * entries at once a hundred are under way and the others wait in their order.
 */
public final class FabricLedger implements Ledger {
  /** A peer's gateway turns away what goes beyond 500 calls of all its clients together. */
  private static final int IN_FLIGHT_MAX = 100;

  /** The peer sends what it commits; whether all of it came is asked this often. */
  private static final long ASK_NANOS = Duration.ofSeconds(2).toNanos();

  private static final Admission PRESENT = new Admission.Present();

  /** Refusals that no later block will change. */
  private static final Set<Refusal> WHATEVER_STANDS =
      Set.of(Refusal.MALFORMED, Refusal.SEEN_INVALID);

  private final FabricConfig config;
  private final Patience patience;
  private final GatewayConnection connection;
  private final Contract contract;
  private final Contract chainInfo;
  private final LogCopy copy;
  private final BlockStream blocks;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX, true);
  private volatile long asked;

  private FabricLedger(FabricConfig config, Signer signer, Path file, Patience patience) {
    this.config = config;
    this.patience = patience;
    this.copy = new LogCopy(file, config.chaincode());
    try {
      this.connection = GatewayConnection.open(config, signer, patience.call());
    } catch (RuntimeException e) {
      copy.close();
      throw e;
    }
    this.contract = connection.network().getContract(config.chaincode());
    this.chainInfo = connection.network().getContract("qscc");
    this.blocks = new BlockStream(connection, copy);
  }

  /**
   * Opens the ledger and reads what the channel holds now; signs with the key in its file.
   *
   * @param config how to reach the channel
   * @param file of this node's copy of the log; made if there is none
   */
  public static FabricLedger open(FabricConfig config, Path file) {
    return open(config, GatewayConnection.signer(config), file, Patience.USUAL);
  }

  /**
   * The same with a signer of another kind, which may keep its key in hardware or in another
   * process: the configuration's key file is not read. It is asked for every message to the peer,
   * from several threads, and may take its time; one that fails is asked again.
   */
  public static FabricLedger open(
      FabricConfig config, Signer signer, Path file, Patience patience) {
    FabricLedger ledger = new FabricLedger(config, signer, file, patience);
    try {
      var _ = ledger.size();
      return ledger;
    } catch (RuntimeException e) {
      ledger.close();
      throw e;
    }
  }

  @Override
  public Admission append(SignedEntry entry) {
    byte[] bytes = entry.encode();
    if (bytes.length > SignedEntry.BYTES_MAX) {
      String detail = "entry: " + bytes.length + " bytes exceed " + SignedEntry.BYTES_MAX;
      return new Admission.Refused(Refusal.MALFORMED, detail);
    }
    try {
      inFlight.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerException(Advice.RETRY, "interrupted before the entry was sent", e);
    }
    try {
      return append(entry, bytes);
    } finally {
      inFlight.release();
    }
  }

  private Admission append(SignedEntry entry, byte[] bytes) {
    Submission submission = new Submission(connection, contract, patience.call());
    Pause pause = new Pause(patience.append());
    Pause lag = new Pause(patience.call());
    boolean mayStand = false;
    while (true) {
      LedgerException fault;
      switch (submission.attempt(bytes)) {
        case Submission.Committed(long block) -> {
          awaitBlocks(block + 1);
          return new Admission.Admitted();
        }
        case Submission.Present() -> {
          var _ = size(); // it stands at the endorsers, and is to be read here too
          return mayStand ? standing(entry, true).orElse(PRESENT) : PRESENT;
        }
        case Submission.Refused(Admission.Refused refused) -> {
          if (isWhateverStands(refused.refusal(), entry)) {
            return refused;
          }
          Admission here = judgedHere(entry);
          if (!(here instanceof Admission.Admitted)) {
            return here;
          }
          // An endorser that lags behind refuses what follows from entries it has not seen yet.
          if (!lag.isWorthAnother()) {
            return refused;
          }
          continue;
        }
        case Submission.NotWritten(LedgerException why) -> fault = why;
        case Submission.Unknown(LedgerException why) -> {
          fault = why;
          mayStand = true;
        }
      }
      Optional<Admission> standing = lookUp(entry, mayStand);
      if (standing.isPresent()) {
        return standing.get();
      }
      if (!pause.isWorthAnother()) {
        throw mayStand ? new LedgerOutcomeUnknownException(entry.entryKey(), fault) : fault;
      }
    }
  }

  /**
   * The first entry may be submitted by its author alone, who may be about to: that is waited for.
   */
  private static boolean isWhateverStands(Refusal refusal, SignedEntry entry) {
    return WHATEVER_STANDS.contains(refusal)
        || (refusal == Refusal.WRONG_SUBMITTER && !(entry.entry() instanceof Genesis));
  }

  private Admission judgedHere(SignedEntry entry) {
    var _ = size();
    LedgerState state = copy::get;
    return LedgerRules.admit(state, entry);
  }

  /** What stands under the entry's key, where the peer can be asked. */
  private Optional<Admission> lookUp(SignedEntry entry, boolean mayBeOurs) {
    try {
      return standing(entry, mayBeOurs);
    } catch (LedgerException e) {
      if (e.advice() != Advice.RETRY) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private Optional<Admission> standing(SignedEntry entry, boolean mayBeOurs) {
    return get(entry.entryKey())
        .map(
            found -> {
              if (mayBeOurs && Arrays.equals(found.encode(), entry.encode())) {
                return new Admission.Admitted();
              }
              return found.entry().equals(entry.entry())
                  ? PRESENT
                  : new Admission.Refused(Refusal.ALREADY_SAID, entry.entryKey().value());
            });
  }

  /** {@inheritDoc} What this node has copied never changes; for the rest it asks its peer. */
  @Override
  public Optional<SignedEntry> get(EntryKey key) {
    Optional<SignedEntry> copied = copy.get(key);
    if (copied.isEmpty()) {
      var _ = size();
    }
    return copied.or(() -> copy.get(key));
  }

  /** {@inheritDoc} As the peer has it now: waits until all of its blocks are copied. */
  @Override
  public long size() {
    byte[] info = evaluated("GetChainInfo", config.channel());
    try {
      awaitBlocks(BlockchainInfo.parseFrom(info).getHeight());
    } catch (InvalidProtocolBufferException e) {
      throw new LedgerException(Advice.STOP, "the peer's chain info cannot be read", e);
    }
    asked = System.nanoTime();
    return copy.size();
  }

  private void awaitBlocks(long height) {
    Duration longest = patience.call();
    if (!blocks.reaches(height, longest)) {
      String what = "the peer has " + height + " blocks and sent " + copy.next();
      throw new LedgerException(Advice.RETRY, what + " in " + longest.toSeconds() + " s", null);
    }
  }

  /** Asks the peer, or another of its organisation; again, while the network still comes up. */
  private byte[] evaluated(String function, String argument) {
    Pause pause = new Pause(patience.call());
    @Nullable PeerFault last = null;
    while (last == null || (last.mayPass() && pause.isWorthAnother())) {
      Proposal proposal = chainInfo.newProposal(function).addArguments(argument).build();
      try {
        return connection.signed(proposal).evaluate();
      } catch (GatewayException e) {
        last = PeerFault.of(e);
      }
    }
    throw last.exception("the peer at " + config.peer() + " does not answer " + function);
  }

  /**
   * {@inheritDoc} As they were copied, not judged; at most 256. Asks the peer every two seconds
   * only, so that it can be called often.
   */
  @Override
  public List<byte[]> read(long from, int max) {
    if (from < 0 || max < 1) {
      throw new IllegalArgumentException("from " + from + ", max " + max);
    }
    if (System.nanoTime() - asked > ASK_NANOS) {
      var _ = size();
    }
    return copy.read(from, max);
  }

  /** {@inheritDoc} Chaincode sees keys, not the log's order. */
  @Override
  public boolean refusesWrongSeen() {
    return false;
  }

  @Override
  public void close() {
    blocks.close();
    connection.close();
    copy.close();
  }
}
