package org.koinon.audit.source.fabric;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hyperledger.fabric.protos.common.MSPPrincipal;

/** The membership services of a channel at one of its configurations. Not thread-safe. */
final class Memberships {
  /** Most signatures on one thing. */
  static final int SIGNATURES_MAX = 1_000;

  private static final int KNOWN_MAX = 10_000;

  private final Map<String, MembershipService> services;
  private final Map<ByteString, Optional<Identity>> known = new HashMap<>();

  /** By the services' ids. */
  Memberships(Map<String, MembershipService> services) {
    this.services = Map.copyOf(services);
  }

  /** Reads an identity of one of these organisations; whether it is valid is another question. */
  Optional<Identity> identity(ByteString serialised) {
    if (known.size() > KNOWN_MAX) {
      known.clear();
    }
    return known.computeIfAbsent(
        serialised,
        absent -> Identity.of(serialised).filter(each -> services.containsKey(each.msp())));
  }

  boolean satisfies(Identity identity, MSPPrincipal principal) {
    MembershipService service = services.get(identity.msp());
    return service != null && service.satisfies(identity, principal);
  }

  /** Why somebody is no valid member of the channel; empty if it is. */
  Optional<String> whyInvalid(Identity identity) {
    MembershipService service = services.get(identity.msp());
    return service == null
        ? Optional.of("the channel has no organisation " + identity.msp())
        : service.whyInvalid(identity);
  }

  /** Who signed, each once: only identities of the channel, and signatures that hold. */
  List<Identity> signers(List<SignedData> signatures) {
    Set<Identity> signers = new LinkedHashSet<>();
    for (SignedData signed : signatures.subList(0, Math.min(signatures.size(), SIGNATURES_MAX))) {
      identity(signed.identity())
          .filter(by -> !signers.contains(by) && signed.isBy(by))
          .ifPresent(signers::add);
    }
    return List.copyOf(signers);
  }
}
