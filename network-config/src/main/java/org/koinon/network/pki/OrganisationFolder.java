package org.koinon.network.pki;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.yaml.ConfigException;

/**
 * The X.509 identities of one organisation on disk, in the folders that Fabric's programs read.
 *
 * <pre>
 * msp/                        public: cacerts, tlscacerts, crls, config.yaml; stands in the channel
 * ca/ tlsca/                  the authorities and their keys; absent when certificates are brought
 * NAME/msp/                   an identity: the same, signcerts/cert.pem and keystore/key.pem
 * NAME/tls/                   a TLS endpoint: tls.crt, tls.key, ca.crt
 * NAME.next/                  what will take the place of NAME
 * retired/                    certificates that were replaced
 * </pre>
 *
 * <p>Keys are PKCS#8 files of mode 600. Not for use by two processes at once.
 */
public final class OrganisationFolder {
  private static final String CERTIFICATE = "signcerts/cert.pem";
  private static final String KEY = "keystore/key.pem";

  private final Path folder;
  private final MemberId id;
  private final Role role;
  private final SecureRandom random;
  private final InstantSource clock;

  /** The folder of this organisation, which may not exist yet. */
  public OrganisationFolder(
      Path folder, MemberId id, Role role, SecureRandom random, InstantSource clock) {
    this.folder = folder;
    this.id = id;
    this.role = role;
    this.random = random;
    this.clock = clock;
  }

  /** What others know of the organisation. */
  public Path msp() {
    return folder.resolve("msp");
  }

  /** The folder of an identity. */
  public Path msp(String name) {
    return folder.resolve(name).resolve("msp");
  }

  /** The certificate of an identity. */
  public Path certificate(String name) {
    return msp(name).resolve(CERTIFICATE);
  }

  /** The secret key of an identity. */
  public Path key(String name) {
    return msp(name).resolve(KEY);
  }

  /** The folder of a TLS endpoint: tls.crt, tls.key and ca.crt, the organisation's TLS roots. */
  public Path tls(String name) {
    return folder.resolve(name).resolve("tls");
  }

  /** Makes the organisation's two authorities. */
  public void createAuthorities() {
    Validity validity = Validity.starting(clock.instant(), Validity.AUTHORITY);
    var authority = CertificateAuthority.create("ca." + id, id, validity, random);
    var tls = CertificateAuthority.create("tlsca." + id, id, validity, random);
    authority.write(folder.resolve("ca"));
    tls.write(folder.resolve("tlsca"));
    new TrustAnchors(
            List.of(authority.certificate()),
            List.of(),
            List.of(tls.certificate()),
            List.of(),
            List.of(authority.revocationList(List.of(), BigInteger.ONE, clock.instant())))
        .write(msp());
  }

  /** Issues an identity that does not exist yet. */
  public void issueIdentity(String name, OrganisationalUnit unit) {
    refuseExisting(certificate(name));
    var subject = new Subject.Identity(name + "." + id, id, unit, role);
    writeIdentity(msp(name), authority("ca").issue(subject, validity()));
  }

  /** Issues a TLS endpoint that does not exist yet. */
  public void issueTlsEndpoint(String name, List<String> hosts) {
    refuseExisting(tls(name));
    var subject = new Subject.TlsEndpoint(name + "." + id, id, hosts);
    Credential issued = authority("tlsca").issue(subject, validity());
    writeTls(tls(name), Pem.text(issued.certificate()), issued.key());
  }

  /** Takes over what the organisation's own authority certifies: first its public MSP folder. */
  public void bringAuthorities(Path brought) {
    Path source = brought.resolve("msp");
    TrustAnchors anchors = TrustAnchors.read(source);
    anchors
        .revocationLists()
        .forEach(list -> CertificateCheck.revocationList(source.resolve("crls"), list, anchors));
    anchors.write(msp());
  }

  /** Takes over an identity after checking it against the MSP folder. */
  public void bringIdentity(Path brought, String name, OrganisationalUnit unit) {
    Path source = brought.resolve(name).resolve("msp");
    Path file = source.resolve(CERTIFICATE);
    Credential credential = new Credential(Pem.certificate(file), Pem.key(source.resolve(KEY)));
    new CertificateCheck(file, credential.certificate())
        .identity(unit, role, credential.key(), TrustAnchors.read(msp()), clock.instant());
    writeIdentity(msp(name), credential);
  }

  /** Takes over a TLS endpoint after checking it; {@code tls.crt} is one certificate. */
  public void bringTlsEndpoint(Path brought, String name, List<String> hosts) {
    Path file = brought.resolve(name).resolve("tls/tls.crt");
    X509Certificate certificate = Pem.certificate(file);
    PrivateKey key = Pem.key(file.resolveSibling("tls.key"));
    TrustAnchors anchors = TrustAnchors.read(msp());
    new CertificateCheck(file, certificate).tlsEndpoint(hosts, key, anchors, clock.instant());
    StringBuilder chain = new StringBuilder(Pem.text(certificate));
    anchors.tlsIntermediates().forEach(each -> chain.append(Pem.text(each)));
    writeTls(tls(name), chain.toString(), key);
  }

  /**
   * Replaces an identity's key and certificate; nothing is revoked yet.
   *
   * @return the file of the old certificate
   */
  public Path rotateIdentity(String name, OrganisationalUnit unit) {
    Path retired = prepareIdentity(name, unit);
    adopt(name);
    return retired;
  }

  /** Where it is prepared what will take the place of what has this name. */
  public static String prepared(String name) {
    return name + ".next";
  }

  /**
   * Makes another key and certificate for an identity, beside what it has; they count from {@link
   * #adopt} on.
   *
   * @return the file of the old certificate
   */
  public Path prepareIdentity(String name, OrganisationalUnit unit) {
    X509Certificate old = Pem.certificate(certificate(name));
    CertificateAuthority authority = authority("ca");
    Path retired = folder.resolve("retired").resolve(name + "-" + old.getSerialNumber() + ".crt");
    Pem.write(retired, old);
    Path fresh = copied(name, "msp");
    var subject = new Subject.Identity(name + "." + id, id, unit, role);
    writeIdentity(fresh, authority.issue(subject, validity()));
    return retired;
  }

  /** Makes another key and certificate for a TLS endpoint, likewise. */
  public void prepareTlsEndpoint(String name, List<String> hosts) {
    CertificateAuthority authority = authority("tlsca");
    Path fresh = copied(name, "tls");
    Credential issued =
        authority.issue(new Subject.TlsEndpoint(name + "." + id, id, hosts), validity());
    writeTls(fresh, Pem.text(issued.certificate()), issued.key());
  }

  /** Copies all of that name but one part to where it is prepared; the place of that part. */
  private Path copied(String name, String part) {
    Path from = folder.resolve(name);
    Path to = folder.resolve(prepared(name));
    deleteTree(to);
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path each : paths.filter(path -> !path.startsWith(from.resolve(part))).toList()) {
        Files.copy(each, to.resolve(from.relativize(each)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new ConfigException(to.toString(), "cannot be written: " + e.getMessage(), e);
    }
    return to.resolve(part);
  }

  /** Puts what was prepared in the place of what has this name. */
  public void adopt(String name) {
    replaceTree(folder.resolve(prepared(name)), folder.resolve(name));
  }

  /** Revokes every certificate that this identity has had and has no more. */
  public void revokeRetired(String name) {
    try (Stream<Path> files = Files.list(folder.resolve("retired"))) {
      files
          .filter(file -> file.getFileName().toString().startsWith(name + "-"))
          .sorted()
          .forEach(this::revoke);
    } catch (IOException e) {
      throw new ConfigException(folder.toString(), "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Revokes one of this organisation's identity certificates: the new list stands in the public MSP
   * folder, and counts once it is on the channel.
   */
  public X509CRL revoke(Path certificateFile) {
    X509Certificate revoked = Pem.certificate(certificateFile);
    CertificateAuthority authority = authority("ca");
    X509Certificate issuer = authority.certificate();
    if (!revoked.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
      throw new ConfigException(
          certificateFile.toString(), 0, "was not issued by the authority of " + id);
    }
    X509CRL before = TrustAnchors.read(msp()).revocationLists().getFirst();
    List<Revocation> revocations = new ArrayList<>();
    if (before.getRevokedCertificates() != null) {
      before
          .getRevokedCertificates()
          .forEach(
              entry ->
                  revocations.add(
                      new Revocation(
                          entry.getSerialNumber(), entry.getRevocationDate().toInstant())));
    }
    if (revocations.stream().noneMatch(r -> r.serial().equals(revoked.getSerialNumber()))) {
      revocations.add(new Revocation(revoked.getSerialNumber(), clock.instant()));
    }
    X509CRL after =
        authority.revocationList(revocations, number(before).add(BigInteger.ONE), clock.instant());
    TrustAnchors.read(msp()).withRevocationLists(List.of(after)).write(msp());
    return after;
  }

  /** Takes over a revocation list that the organisation's own authority issued. */
  public X509CRL bringRevocationList(Path file) {
    X509CRL list = Pem.revocationList(file);
    TrustAnchors anchors = TrustAnchors.read(msp());
    CertificateCheck.revocationList(file, list, anchors);
    for (X509CRL before : anchors.revocationLists()) {
      if (number(list).compareTo(number(before)) < 0) {
        throw new ConfigException(
            file.toString(),
            0,
            "has number " + number(list) + ", and " + number(before) + " stands: bring the newest");
      }
    }
    anchors.withRevocationLists(List.of(list)).write(msp());
    return list;
  }

  /** The lists that stand in the public MSP folder, each as PEM. */
  public List<String> revocationLists() {
    return TrustAnchors.read(msp()).revocationLists().stream().map(Pem::text).toList();
  }

  private static BigInteger number(X509CRL list) {
    byte[] extension = list.getExtensionValue(Extension.cRLNumber.getId());
    return extension == null
        ? BigInteger.ZERO
        : ASN1Integer.getInstance(ASN1OctetString.getInstance(extension).getOctets()).getValue();
  }

  private CertificateAuthority authority(String name) {
    Path ca = folder.resolve(name);
    if (!Files.isDirectory(ca)) {
      throw new ConfigException(
          folder.toString(),
          0,
          "its certificates come from "
              + id
              + "'s own authority: have it issue or revoke, and bring the result");
    }
    return CertificateAuthority.read(ca, random);
  }

  private Validity validity() {
    return Validity.starting(clock.instant(), Validity.IDENTITY);
  }

  private void writeIdentity(Path msp, Credential credential) {
    TrustAnchors.read(msp()).write(msp);
    Pem.write(msp.resolve(KEY), credential.key());
    Pem.write(msp.resolve(CERTIFICATE), credential.certificate());
  }

  private void writeTls(Path tls, String chain, PrivateKey key) {
    StringBuilder roots = new StringBuilder();
    TrustAnchors.read(msp()).tlsRoots().forEach(root -> roots.append(Pem.text(root)));
    Pem.write(tls.resolve("ca.crt"), roots.toString());
    Pem.write(tls.resolve("tls.key"), key);
    Pem.write(tls.resolve("tls.crt"), chain);
  }

  private static void refuseExisting(Path file) {
    if (Files.exists(file)) {
      throw new ConfigException(file.toString(), 0, "exists already and is not overwritten");
    }
  }

  private static void replaceTree(Path fresh, Path place) {
    Path old = place.resolveSibling(place.getFileName() + ".old");
    deleteTree(old);
    try {
      Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new ConfigException(place.toString(), "cannot be replaced: " + e.getMessage(), e);
    }
    deleteTree(old);
  }

  private static void deleteTree(Path tree) {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new ConfigException(tree.toString(), "cannot be removed: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return Objects.toString(folder);
  }
}
