package org.koinon.peer.round;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Dealing;
import org.koinon.aggregation.masking.Dealt;
import org.koinon.aggregation.masking.Encapsulation;
import org.koinon.aggregation.masking.HeldShares;
import org.koinon.aggregation.masking.Holders;
import org.koinon.aggregation.masking.KemCiphertext;
import org.koinon.aggregation.masking.KemPublicKey;
import org.koinon.aggregation.masking.MemberMessage.KeyMessage;
import org.koinon.aggregation.masking.MemberMessage.PackMessage;
import org.koinon.aggregation.masking.MemberMessage.PairMessage;
import org.koinon.aggregation.masking.Pack;
import org.koinon.aggregation.masking.PairKeys;
import org.koinon.aggregation.masking.Seed;
import org.koinon.federation.contribution.AttemptHash;
import org.koinon.federation.contribution.Bitmap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.ledger.RoundEntry.Keyed;
import org.koinon.federation.ledger.RoundEntry.Ready;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.round.Phase;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;

/**
 * Masks and their shares are agreed on, before anybody commits: keys to all, a secret per pair,
 * then to each its shares of this member's two secrets, sealed.
 *
 * <p>Whatever is drawn is in the journal before it is sent, so that it is never drawn twice.
 * Whoever does not answer in time shares no mask with this member; nobody waits longer than the
 * phase.
 */
final class KeyExchange implements RoundVigil.Duty {
  /** Pairs are waited for until a quarter of the phase is over, packs until half. */
  private static final int PAIRS_PART = 4;

  private final RoundContext node;
  private final RoundPlan plan;
  private final RoundVigil vigil;
  private final Courier courier;
  private final Attempt attempt;
  private final MemberId me;
  private final KemPublicKey publicKey;
  private KeyPage.Keying page;
  private long seen = -1;
  private long fetchedAt = Long.MIN_VALUE;

  KeyExchange(RoundContext node, RoundPlan plan, Desk desk, Courier courier, KeyPage.Keying page) {
    this.node = node;
    this.plan = plan;
    this.vigil = desk.vigil();
    this.courier = courier;
    this.attempt = plan.attempt();
    this.me = desk.me();
    this.page = page;
    this.publicKey = page.kem().publicKey();
  }

  /** The page as it is now. */
  KeyPage.Keying page() {
    return page;
  }

  @Override
  public boolean isCalled() {
    return courier.count() != seen;
  }

  @Override
  public boolean turn(RoundView view) {
    seen = courier.count();
    if (view.phase().filter(phase -> phase == Phase.KEYED).isEmpty() || !isMine(view)) {
      return false;
    }
    fetch(view);
    pair(view);
    deal(view);
    hold(view);
    send(view);
    return say(view);
  }

  /** Whether this member is ready with the very key of the page. */
  private boolean isMine(RoundView view) {
    Ready said = view.ready().get(me);
    return said != null && publicKey.hash(attempt, me).equals(said.kemKey());
  }

  private List<MemberId> others(RoundView view) {
    return view.ready().keySet().stream().filter(member -> !member.equals(me)).toList();
  }

  private boolean isLower(MemberId member) {
    return attempt.number(member) < attempt.number(me);
  }

  /** Asks authors for what was not pushed; now and then, since they may be away. */
  private void fetch(RoundView view) {
    long now = node.timeline().now();
    long pause = view.study().deadlines().millis(Phase.KEYED) / 16;
    if (fetchedAt == Long.MIN_VALUE) {
      fetchedAt = now; // they push first
    }
    if (now < fetchedAt + pause) {
      return;
    }
    fetchedAt = now;
    List<Courier.Wanted> wanted = new ArrayList<>();
    String mine = me.value();
    for (MemberId member : others(view)) {
      if (page.dealing() == null && !page.pairs().containsKey(member)) {
        wanted.add(
            isLower(member)
                ? new Courier.Wanted(member, Courier.type(PairMessage.class), mine)
                : new Courier.Wanted(member, Courier.type(KeyMessage.class), ""));
      } else if (page.pairs().containsKey(member) && !page.held().containsKey(member)) {
        wanted.add(new Courier.Wanted(member, Courier.type(PackMessage.class), mine));
      }
    }
    courier.fetch(wanted);
  }

  /** S2: a secret per pair; the lower number encapsulates. */
  private void pair(RoundView view) {
    if (page.dealing() != null) {
      return; // the table of pair seeds is fixed
    }
    SortedMap<MemberId, KemCiphertext> ciphertexts = new TreeMap<>(page.ciphertexts());
    SortedMap<MemberId, PairKeys> pairs = new TreeMap<>(page.pairs());
    for (MemberId member : others(view)) {
      if (!pairs.containsKey(member)) {
        (isLower(member) ? decapsulated(view, member) : encapsulated(view, member, ciphertexts))
            .ifPresent(keys -> pairs.put(member, keys));
      }
    }
    if (pairs.size() > page.pairs().size()) {
      keep(page.withPairs(ciphertexts, pairs));
    }
  }

  private Optional<PairKeys> encapsulated(
      RoundView view, MemberId member, SortedMap<MemberId, KemCiphertext> ciphertexts) {
    return courier
        .find(KeyMessage.class, member, "")
        .filter(said -> said.phase().equals(view.phaseHash(Phase.READY)))
        .filter(said -> said.key().hash(attempt, member).equals(side(view, member).keyHash()))
        .map(
            said -> {
              Encapsulation made = said.key().encapsulate(node.random());
              ciphertexts.put(member, made.ciphertext());
              return keys(view, member, made.ciphertext(), made.shared());
            });
  }

  private Optional<PairKeys> decapsulated(RoundView view, MemberId member) {
    return courier
        .find(PairMessage.class, member, me.value())
        .filter(said -> said.phase().equals(view.phaseHash(Phase.READY)))
        .map(
            said ->
                keys(view, member, said.ciphertext(), page.kem().decapsulate(said.ciphertext())));
  }

  private PairKeys keys(RoundView view, MemberId member, KemCiphertext ciphertext, Seed shared) {
    return PairKeys.of(attempt, side(view, me), side(view, member), ciphertext, shared);
  }

  private static PairKeys.Side side(RoundView view, MemberId member) {
    Ready ready = java.util.Objects.requireNonNull(view.ready().get(member));
    return new PairKeys.Side(member, java.util.Objects.requireNonNull(ready.kemKey()));
  }

  /** S3: own secrets are drawn and shared out, once all pairs are there or their time is over. */
  private void deal(RoundView view) {
    boolean complete = page.pairs().size() == others(view).size();
    if (page.dealing() != null || !(complete || vigil.isPartOver(view, Phase.KEYED, PAIRS_PART))) {
      return;
    }
    Holders holders = holders(view);
    SortedMap<MemberId, Seed> masks = new TreeMap<>();
    page.pairs().forEach((member, keys) -> masks.put(member, keys.mask()));
    keep(page.withDealing(holders, Dealing.deal(holders, me, masks, node.random())));
  }

  private Holders holders(RoundView view) {
    return new Holders(attempt, List.copyOf(view.ready().keySet()), view.threshold());
  }

  /**
   * Those whose pack is here and is, as far as can be seen, the one that they say on the ledger.
   */
  private List<MemberId> fitting(RoundView view) {
    return page.held().entrySet().stream()
        .filter(held -> isDealt(view, held.getKey(), held.getValue().dealt()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static boolean isDealt(RoundView view, MemberId dealer, Dealt dealt) {
    Keyed said = view.keyed().get(dealer);
    return said == null
        || dealt.equals(new Dealt(dealer, said.packRoot(), said.selfHash(), said.table()));
  }

  /**
   * Accuses whoever's pack is not the one that it says on the ledger. Who said so last has deceived
   * those who spoke before, and they count as holders of shares that are worth nothing.
   */
  void accuse(RoundView view, Desk desk) {
    for (MemberId dealer : page.held().keySet()) {
      courier
          .find(PackMessage.class, dealer, me.value())
          .filter(said -> !isDealt(view, dealer, said.pack().dealt(dealer)))
          .flatMap(said -> courier.signed(PackMessage.class, dealer, me.value()))
          .ifPresent(signed -> Accusations.wrongPack(plan, desk, signed));
    }
  }

  /** Opens the packs that came; whoever's pack is wrong shares no mask with this member. */
  private void hold(RoundView view) {
    KeyPage.Own dealt = page.dealing();
    if (dealt == null || view.keyed().containsKey(me)) {
      return;
    }
    SortedMap<MemberId, HeldShares> held = new TreeMap<>(page.held());
    page.pairs()
        .forEach(
            (dealer, keys) -> {
              if (!held.containsKey(dealer)) {
                courier
                    .find(PackMessage.class, dealer, me.value())
                    .filter(said -> said.phase().equals(view.phaseHash(Phase.READY)))
                    .flatMap(
                        said -> said.pack().open(dealt.holders(), dealer, me, keys.incoming(me)))
                    .ifPresent(two -> held.put(dealer, two));
              }
            });
    if (held.size() > page.held().size()) {
      keep(page.withHeld(held));
    }
  }

  /** What of this member's others may lack. */
  private void send(RoundView view) {
    Map<MemberId, List<SignedMessage>> letters = new LinkedHashMap<>();
    Digest phase = view.phaseHash(Phase.READY);
    SignedMessage key =
        courier.written(KeyMessage.class, "", () -> new KeyMessage(phase, publicKey));
    for (MemberId member : others(view)) {
      List<SignedMessage> some = new ArrayList<>();
      if (isLower(member)) {
        some.add(key);
      }
      KemCiphertext ciphertext = page.ciphertexts().get(member);
      if (ciphertext != null) {
        some.add(
            courier.written(
                PairMessage.class,
                member.value(),
                () -> new PairMessage(phase, member, ciphertext)));
      }
      PairKeys keys = page.pairs().get(member);
      KeyPage.Own dealt = page.dealing();
      if (keys != null && dealt != null) {
        some.add(
            courier.written(
                PackMessage.class,
                member.value(),
                () -> {
                  Pack pack = dealt.dealing().pack(member, keys.outgoing(me));
                  return new PackMessage(phase, member, pack);
                }));
      }
      letters.put(member, some);
    }
    courier.deliver(letters);
  }

  /** S4: whose packs this member verified; once it has all, or half the phase is over. */
  private boolean say(RoundView view) {
    KeyPage.Own mine = page.dealing();
    if (mine == null || view.keyed().containsKey(me)) {
      return false;
    }
    boolean complete = page.held().size() == others(view).size();
    if (!complete && !vigil.isHalfOver(view, Phase.KEYED)) {
      return false;
    }
    List<MemberId> ready = List.copyOf(view.ready().keySet());
    BitSet verified = new BitSet();
    verified.set(ready.indexOf(me));
    List<MemberId> fitting = fitting(view);
    fitting.forEach(dealer -> verified.set(ready.indexOf(dealer)));
    Dealt dealt = mine.dealing().dealt();
    return vigil
        .say(
            new Keyed(
                plan.study().id(),
                plan.round().number(),
                view.phaseHash(Phase.READY),
                dealt.packRoot(),
                dealt.selfHash(),
                dealt.tableHash(),
                Bitmap.of(verified),
                plan.isGrouped() ? commitments(fitting) : null))
        .isEmpty();
  }

  /** To the masks with those whose packs are here: some of them will be released. */
  private List<Digest> commitments(List<MemberId> dealers) {
    AttemptHash hashes = attempt.hashes();
    return dealers.stream()
        .map(
            dealer -> {
              PairKeys keys = java.util.Objects.requireNonNull(page.pairs().get(dealer));
              return hashes.pair(me, dealer, keys.mask().bytes());
            })
        .toList();
  }

  private void keep(KeyPage.Keying newer) {
    node.journal().keep(plan.round(), attempt, newer);
    page = newer;
  }
}
