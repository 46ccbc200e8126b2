package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.jspecify.annotations.Nullable;
import org.koinon.audit.finding.Finding;
import org.koinon.audit.finding.Rule;
import org.koinon.federation.encoding.Digest;

/**
 * Verifies a channel's blocks in order, from a first block that the auditor vouches for, believing
 * no peer and no single orderer; what valid transactions wrote through the ledger's chaincode is
 * the log.
 *
 * <p>A block that does not hold ends it: what stands behind is not judged. Not thread-safe.
 */
public final class ChannelVerifier {
  private static final int ENTRIES_MAX = 2_000_000;
  private static final long ENTRY_BYTES_MAX = 2L << 30;

  private final String source;
  private final Digest genesis;
  private final LedgerWrites writes;
  private final WorldState state = new WorldState();
  private final TransactionIds ids = new TransactionIds();
  private final List<byte[]> entries = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private @Nullable ChannelConfig config;
  private Digest last;
  private ByteString commitHash = ByteString.EMPTY;
  private boolean hasCommitHashes;
  private boolean hasVerdicts;
  private long next;
  private long entryBytes;
  private long transactions;
  private long invalid;
  private long configurations;

  /**
   * Of a channel.
   *
   * @param source where the blocks come from, for findings
   * @param genesis hash of the first block's header
   * @param chaincode that holds the ledger
   */
  public ChannelVerifier(String source, Digest genesis, String chaincode) {
    this.source = source;
    this.genesis = genesis;
    this.last = genesis;
    this.writes = new LedgerWrites(chaincode);
  }

  /** The hash of a block's header, which names a channel if it is the first block. */
  public static Optional<Digest> hash(byte[] block) {
    try {
      return Optional.of(ChannelBlock.of(block).hash());
    } catch (BlockFault e) {
      return Optional.empty();
    }
  }

  /** The number that a block says it has; empty if it is no block. */
  public static Optional<Long> number(byte[] block) {
    try {
      return Optional.of(ChannelBlock.of(block).number());
    } catch (BlockFault e) {
      return Optional.empty();
    }
  }

  /** Takes the next block; false if it, or one before, does not hold. */
  public boolean take(byte[] bytes) {
    if (!findings.isEmpty()) {
      return false;
    }
    try {
      ChannelBlock block = ChannelBlock.of(bytes);
      checkPlace(block);
      ChannelConfig before = config;
      if (before == null) {
        takeFirst(block);
      } else {
        OrdererSignatures.check(before, block);
        takeLater(before, block);
      }
      ids.take(block);
      transactions += block.transactions().size();
      last = block.hash();
      next++;
      return true;
    } catch (BlockFault e) {
      add(e);
      return false;
    }
  }

  private void add(BlockFault fault) {
    Integer transaction = fault.transaction().isPresent() ? fault.transaction().getAsInt() : null;
    String where =
        "block " + next + (transaction == null ? "" : ", transaction " + transaction) + ": ";
    findings.add(
        new Finding.OfBlock(source, next, transaction, fault.rule(), where + fault.what()));
  }

  private void checkPlace(ChannelBlock block) {
    if (block.number() > next) {
      throw new BlockFault(
          Rule.BLOCK_MISSING,
          "it is not there; the one in its place says it is block "
              + block.number()
              + ". Ask for all blocks from the first on");
    }
    if (block.number() < next) {
      throw new BlockFault(
          Rule.BLOCK_NOT_LINKED, "the one in its place says it is block " + block.number());
    }
    if (next == 0 && !block.hash().equals(genesis)) {
      throw new BlockFault(
          Rule.CHANNEL_DIFFERS,
          "it is not the first block that was named, "
              + genesis.brief()
              + ", but "
              + block.hash().brief()
              + ": these are another channel's blocks, or a forged channel's");
    }
    if (next > 0 && !block.follows(last)) {
      throw new BlockFault(
          Rule.BLOCK_NOT_LINKED,
          "it does not name the block before it, "
              + last.brief()
              + ": one of the two was replaced. Read both from another member's peer");
    }
  }

  private void takeFirst(ChannelBlock block) {
    ConfigTransaction transaction =
        ConfigTransaction.of(block.transactions().getFirst())
            .orElseThrow(
                () ->
                    new BlockFault(
                        Rule.CONFIG_UNAUTHORISED, "the first block sets no configuration"));
    config = ChannelConfig.first(transaction);
    configurations = 1;
    ByteString verdicts = block.metadata(BlockMetadataIndex.TRANSACTIONS_FILTER);
    hasVerdicts = !verdicts.isEmpty();
    compare(block, List.of(valid()));
  }

  private static TransactionJudge.Judged valid() {
    return new TransactionJudge.Judged(TxValidationCode.VALID, "", Optional.empty());
  }

  private void takeLater(ChannelConfig before, ChannelBlock block) {
    if (block.number() == 1) {
      hasVerdicts = !block.metadata(BlockMetadataIndex.TRANSACTIONS_FILTER).isEmpty();
      hasCommitHashes = !block.metadata(BlockMetadataIndex.COMMIT_HASH).isEmpty();
    }
    BlockUpdates updates = new BlockUpdates(state);
    Optional<ConfigTransaction> change = ConfigTransaction.of(block.transactions().getFirst());
    List<TransactionJudge.Judged> judged;
    if (change.isPresent() && block.transactions().size() == 1) {
      judged = List.of(valid());
      takeConfig(before, change.get(), block);
    } else {
      judged = new TransactionJudge(before, state, ids).judge(block, updates);
    }
    compare(block, judged);
    checkCommitHash(block, updates, verdicts(judged));
    List<byte[]> written = new ArrayList<>();
    for (int i = 0; i < judged.size(); i++) {
      if (judged.get(i).isValid() && judged.get(i).transaction().isPresent()) {
        writes.entry(judged.get(i).transaction().get(), i).ifPresent(written::add);
      }
    }
    updates.apply();
    entries.addAll(written);
    entryBytes += written.stream().mapToLong(each -> each.length).sum();
    if (entries.size() > ENTRIES_MAX || entryBytes > ENTRY_BYTES_MAX) {
      throw new BlockFault(
          Rule.TRANSACTION_UNJUDGED, "the log has over " + ENTRIES_MAX + " entries or 2 GiB");
    }
    invalid += judged.stream().filter(each -> !each.isValid()).count();
  }

  private void takeConfig(ChannelConfig before, ConfigTransaction change, ChannelBlock block) {
    try {
      new TransactionReader(before).checkConfig(block.transactions().getFirst());
    } catch (InvalidTransactionException e) {
      throw new BlockFault(
          Rule.CONFIG_UNAUTHORISED, 0, "the channel's configuration was changed, but " + e.why());
    }
    config = before.next(change);
    configurations++;
  }

  private static ByteString verdicts(List<TransactionJudge.Judged> judged) {
    byte[] codes = new byte[judged.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) judged.get(i).code().getNumber();
    }
    return ByteString.copyFrom(codes);
  }

  /** What the peer says of each transaction is a claim: it must be what the rules give. */
  private void compare(ChannelBlock block, List<TransactionJudge.Judged> judged) {
    ByteString claimed = block.metadata(BlockMetadataIndex.TRANSACTIONS_FILTER);
    if (claimed.isEmpty() && (!hasVerdicts || block.number() == 0)) {
      return;
    }
    if (claimed.size() != judged.size()) {
      throw new BlockFault(
          Rule.BLOCK_MALFORMED,
          "it has "
              + judged.size()
              + " transactions and verdicts on "
              + claimed.size()
              + " of them");
    }
    for (int i = 0; i < claimed.size(); i++) {
      compare(i, TxValidationCode.forNumber(claimed.byteAt(i) & 0xff), judged.get(i));
    }
  }

  private static void compare(
      int index, @Nullable TxValidationCode claimed, TransactionJudge.Judged judged) {
    if (claimed == judged.code()) {
      return;
    }
    String mend = ". Do not believe the peer that these blocks come from: ask another member's";
    if (claimed == TxValidationCode.VALID) {
      throw new BlockFault(
          Rule.TRANSACTION_NOT_VALID,
          index,
          "the peer counted it as valid, and it is not ("
              + judged.code()
              + "): "
              + judged.why()
              + mend);
    }
    if (judged.isValid()) {
      throw new BlockFault(
          Rule.TRANSACTION_NOT_INVALID,
          index,
          "the peer counted it as invalid (" + claimed + "), and it is valid" + mend);
    }
    throw new BlockFault(
        Rule.TRANSACTION_NOT_VALID,
        index,
        "it is not valid ("
            + judged.code()
            + "): "
            + judged.why()
            + "; the peer gave another reason ("
            + claimed
            + ")"
            + mend);
  }

  private void checkCommitHash(ChannelBlock block, BlockUpdates updates, ByteString verdicts) {
    ByteString claimed = block.metadata(BlockMetadataIndex.COMMIT_HASH);
    Digest computed = updates.commitHash(verdicts, commitHash);
    commitHash = ByteString.copyFrom(computed.bytes());
    if (!hasCommitHashes && claimed.isEmpty()) {
      return;
    }
    if (!claimed.equals(Metadata.newBuilder().setValue(commitHash).build().toByteString())) {
      throw new BlockFault(
          Rule.COMMIT_HASH_DIFFERS,
          "the peer's hash over all that stands is not the one that follows from the blocks: its"
              + " state is another one. Ask another member's peer");
    }
  }

  /** The entries of the blocks that hold, in the order of block and transaction. */
  public List<byte[]> entries() {
    return List.copyOf(entries);
  }

  /** What does not hold. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  /** What was verified; empty before the first block. */
  public Optional<ChannelSummary> summary() {
    ChannelConfig now = config;
    if (now == null) {
      return Optional.empty();
    }
    return Optional.of(
        new ChannelSummary(
            now.channel(),
            genesis,
            last,
            writes.chaincode(),
            next,
            transactions,
            invalid,
            configurations,
            now.members(),
            now.orderingSentence(),
            endorsement(now),
            hasVerdicts));
  }

  private String endorsement(ChannelConfig now) {
    try {
      return new ChaincodeDefinitions(now, state)
          .of(writes.chaincode())
          .map(demand -> PolicyText.of(demand.policy()) + " (" + demand.name() + ")")
          .orElse("nobody yet: the members have not agreed on it");
    } catch (InvalidProtocolBufferException e) {
      return "a policy that cannot be read";
    }
  }
}
