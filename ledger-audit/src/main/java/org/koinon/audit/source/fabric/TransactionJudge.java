package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.SignaturePolicyEnvelope;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.HashedRWSet;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVRead;
import org.hyperledger.fabric.protos.ledger.rwset.kvrwset.KVReadHash;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.koinon.audit.finding.Rule;

/**
 * Judges the transactions of a block as every honest peer does, from nothing but the block and the
 * state before it: form, sender, endorsements, ids that stand twice, and whether what was read is
 * still what stands (MVCC). Not thread-safe.
 */
final class TransactionJudge {
  /**
   * A transaction with its verdict.
   *
   * @param code as a peer writes it into the block
   * @param why it is not valid; empty if it is
   * @param transaction where it could be read
   */
  record Judged(TxValidationCode code, String why, Optional<EndorsedTransaction> transaction) {
    boolean isValid() {
      return code == TxValidationCode.VALID;
    }

    private Judged invalid(TxValidationCode with, String why) {
      return new Judged(with, why, transaction);
    }
  }

  private final ChannelConfig config;
  private final WorldState state;
  private final TransactionIds ids;

  /** Keys that an endorsed transaction of this block binds: who writes them after it fails. */
  private final Set<WorldState.Key> bound = new HashSet<>();

  TransactionJudge(ChannelConfig config, WorldState state, TransactionIds ids) {
    this.config = config;
    this.state = state;
    this.ids = ids;
  }

  /** Verdicts in the order of the transactions; updates take what the valid ones write. */
  List<Judged> judge(ChannelBlock block, BlockUpdates updates) {
    bound.clear();
    List<Judged> verdicts = new ArrayList<>();
    Set<String> inBlock = new HashSet<>();
    for (ByteString bytes : block.transactions()) {
      Judged judged = endorsed(bytes, verdicts.size());
      boolean isTwice = judged.isValid() && !inBlock.add(judged.transaction().orElseThrow().id());
      verdicts.add(
          isTwice
              ? judged.invalid(TxValidationCode.DUPLICATE_TXID, "its id stands twice in the block")
              : judged);
    }
    for (int i = 0; i < verdicts.size(); i++) {
      Judged judged = verdicts.get(i);
      if (judged.isValid()) {
        ReadWriteSet changes = judged.transaction().orElseThrow().changes();
        Optional<String> conflict = conflict(changes, updates, i);
        if (conflict.isPresent()) {
          verdicts.set(i, judged.invalid(TxValidationCode.MVCC_READ_CONFLICT, conflict.get()));
        } else {
          updates.take(changes, new WorldState.Version(block.number(), i));
        }
      }
    }
    return verdicts;
  }

  private Judged endorsed(ByteString bytes, int index) {
    Optional<EndorsedTransaction> read = Optional.empty();
    try {
      read = Optional.of(new TransactionReader(config).read(bytes));
      EndorsedTransaction transaction = read.get();
      if (ids.isKnown(transaction.id())) {
        throw new InvalidTransactionException(
            TxValidationCode.DUPLICATE_TXID, "its id stands in an earlier block");
      }
      checkEndorsements(transaction, index);
      return new Judged(TxValidationCode.VALID, "", read);
    } catch (InvalidTransactionException e) {
      return new Judged(e.code(), e.why(), read);
    } catch (InvalidProtocolBufferException e) {
      throw unjudged(
          index, "a chaincode's definition or a key's policy cannot be read: " + e.getMessage());
    }
  }

  private static BlockFault unjudged(int transaction, String what) {
    return new BlockFault(
        Rule.TRANSACTION_UNJUDGED,
        transaction,
        what + ". The transaction, and what follows it, cannot be judged here");
  }

  private void checkEndorsements(EndorsedTransaction transaction, int index)
      throws InvalidTransactionException, InvalidProtocolBufferException {
    List<Identity> signers = config.memberships().signers(transaction.endorsements());
    Set<String> written = new LinkedHashSet<>();
    written.add(transaction.chaincode());
    for (ReadWriteSet.Space space : transaction.changes().spaces()) {
      if (space.hasPrivatePolicies()) {
        throw unjudged(index, space.chaincode() + " binds private keys to policies of their own");
      }
      if (space.writes()) {
        written.add(space.chaincode());
      }
    }
    ChaincodeDefinitions definitions = new ChaincodeDefinitions(config, state);
    for (String chaincode : written) {
      Optional<ChaincodeDefinitions.Demand> demand = definitions.of(chaincode);
      if (demand.isEmpty()) {
        throw new InvalidTransactionException(
            TxValidationCode.INVALID_CHAINCODE,
            "the members have not agreed on chaincode " + chaincode);
      }
      List<ChaincodeDefinitions.Demand> demands = new ArrayList<>();
      Set<WorldState.Key> binds = new HashSet<>();
      for (ReadWriteSet.Space space : transaction.changes().spaces()) {
        if (space.chaincode().equals(chaincode)) {
          demands.addAll(ofKeys(space, demand.get()));
          demands.addAll(ofCollections(definitions, space, index));
          binds.addAll(space.policies().keySet());
        }
      }
      if (demands.isEmpty()) {
        demands.add(demand.get());
      }
      for (ChaincodeDefinitions.Demand each : demands) {
        require(each, chaincode, signers, transaction);
      }
      bound.addAll(binds);
    }
  }

  /** A key that is bound takes the policy it is bound to in place of the chaincode's. */
  private Set<ChaincodeDefinitions.Demand> ofKeys(
      ReadWriteSet.Space space, ChaincodeDefinitions.Demand usual)
      throws InvalidTransactionException, InvalidProtocolBufferException {
    Set<ChaincodeDefinitions.Demand> demands = new LinkedHashSet<>();
    for (WorldState.Key key : space.writtenKeys()) {
      if (bound.contains(key)) {
        throw new InvalidTransactionException(
            TxValidationCode.ENDORSEMENT_POLICY_FAILURE,
            "a transaction before it in the block binds the key " + key.text() + " anew");
      }
      ByteString policy = state.policy(key);
      demands.add(
          policy.isEmpty()
              ? usual
              : new ChaincodeDefinitions.Demand(
                  Policy.of(SignaturePolicyEnvelope.parseFrom(policy)),
                  "the policy that key " + key.text() + " is bound to"));
    }
    return demands;
  }

  private static List<ChaincodeDefinitions.Demand> ofCollections(
      ChaincodeDefinitions definitions, ReadWriteSet.Space space, int index) {
    List<ChaincodeDefinitions.Demand> demands = new ArrayList<>();
    space
        .collections()
        .forEach(
            (name, keys) -> {
              if (keys.getHashedWritesCount() > 0) {
                demands.add(
                    definitions
                        .ofCollection(name)
                        .orElseThrow(
                            () ->
                                unjudged(
                                    index, space.chaincode() + " has private keys in " + name)));
              }
            });
    return demands;
  }

  private void require(
      ChaincodeDefinitions.Demand demand,
      String chaincode,
      List<Identity> signers,
      EndorsedTransaction transaction)
      throws InvalidTransactionException {
    if (demand.policy().isSatisfied(signers, config.memberships())) {
      return;
    }
    int forged = transaction.endorsements().size() - signers.size();
    throw new InvalidTransactionException(
        TxValidationCode.ENDORSEMENT_POLICY_FAILURE,
        "its endorsements do not satisfy "
            + demand.name()
            + " of chaincode "
            + chaincode
            + ": it is endorsed by "
            + (signers.isEmpty()
                ? "nobody"
                : String.join(" and ", signers.stream().map(Identity::name).toList()))
            + (forged > 0 ? "; " + forged + " more do not hold or stand twice" : ""));
  }

  private Optional<String> conflict(ReadWriteSet changes, BlockUpdates updates, int index) {
    for (ReadWriteSet.Space space : changes.spaces()) {
      if (space.keys().getRangeQueriesInfoCount() > 0) {
        throw unjudged(index, space.chaincode() + " read a range of keys");
      }
      for (KVRead read : space.keys().getReadsList()) {
        Optional<WorldState.Version> version =
            read.hasVersion() ? Optional.of(version(read.getVersion())) : Optional.empty();
        if (differs(WorldState.Key.open(space.chaincode(), read.getKey()), version, updates)) {
          return Optional.of("a key that it read was written since");
        }
      }
      for (Map.Entry<String, HashedRWSet> collection : space.collections().entrySet()) {
        for (KVReadHash read : collection.getValue().getHashedReadsList()) {
          Optional<WorldState.Version> version =
              read.hasVersion() ? Optional.of(version(read.getVersion())) : Optional.empty();
          WorldState.Key key =
              new WorldState.Key(space.chaincode(), collection.getKey(), read.getKeyHash());
          if (differs(key, version, updates)) {
            return Optional.of("a private key that it read was written since");
          }
        }
      }
    }
    return Optional.empty();
  }

  private static WorldState.Version version(
      org.hyperledger.fabric.protos.ledger.rwset.kvrwset.Version version) {
    return new WorldState.Version(version.getBlockNum(), version.getTxNum());
  }

  private boolean differs(
      WorldState.Key key, Optional<WorldState.Version> read, BlockUpdates updates) {
    return updates.touches(key) || !state.version(key).equals(read);
  }
}
