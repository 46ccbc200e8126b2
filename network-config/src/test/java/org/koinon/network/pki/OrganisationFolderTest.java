package org.koinon.network.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.yaml.ConfigException;

final class OrganisationFolderTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final MemberId ATHENS = new MemberId("athens");
  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1");
  @TempDir Path folder;

  private static OrganisationFolder at(Path folder, Role role) {
    return new OrganisationFolder(
        folder, ATHENS, role, new SecureRandom(), InstantSource.fixed(NOW));
  }

  private OrganisationFolder organisation() {
    return organisation(Role.AUDITOR);
  }

  private OrganisationFolder organisation(Role role) {
    OrganisationFolder made = at(folder.resolve("athens"), role);
    made.createAuthorities();
    made.issueIdentity("client", OrganisationalUnit.CLIENT);
    made.issueIdentity("peer", OrganisationalUnit.PEER);
    made.issueTlsEndpoint("peer", LOCAL);
    return made;
  }

  private static X509Certificate root(Path folder) {
    return Pem.certificate(folder.resolve("ca-0.pem"));
  }

  /** The JDK's own judgement, with revocation where a list is given. */
  private static void validate(X509Certificate leaf, X509Certificate root, X509CRL... lists)
      throws GeneralSecurityException {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
    parameters.setDate(Date.from(NOW.plusSeconds(60)));
    parameters.setRevocationEnabled(lists.length > 0);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(List.of(lists))));
    CertPathValidator.getInstance("PKIX")
        .validate(
            CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)), parameters);
  }

  @Test
  void every_chain_holds_for_the_platforms_own_validator() throws GeneralSecurityException {
    OrganisationFolder made = organisation();
    X509Certificate authority = root(made.msp().resolve("cacerts"));
    X509Certificate tlsAuthority = root(made.msp().resolve("tlscacerts"));
    validate(Pem.certificate(made.certificate("client")), authority);
    validate(Pem.certificate(made.certificate("peer")), authority);
    X509Certificate endpoint = Pem.certificate(made.tls("peer").resolve("tls.crt"));
    validate(endpoint, tlsAuthority);
    assertThatThrownBy(() -> validate(endpoint, authority))
        .isInstanceOf(CertPathValidatorException.class);
    assertThat(
            endpoint.getSubjectAlternativeNames().stream().map(name -> String.valueOf(name.get(1))))
        .containsExactly("localhost", "127.0.0.1");
    assertThat(Stream.of(authority, tlsAuthority, endpoint))
        .allMatch(CertificateAuthority::hasLowS);
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void an_identity_has_one_unit_and_its_organisations_role(Role role) {
    OrganisationFolder made = organisation(role);
    X509Certificate client = Pem.certificate(made.certificate("client"));
    assertThat(client.getSubjectX500Principal())
        .hasToString("CN=client.athens, OU=client, O=athens");
    for (String name : List.of("client", "peer")) {
      assertThat(Attributes.role(Pem.certificate(made.certificate(name)))).contains(role);
    }
    made.rotateIdentity("client", OrganisationalUnit.CLIENT);
    assertThat(Attributes.role(Pem.certificate(made.certificate("client")))).contains(role);
    assertThat(new String(Attributes.encode(role), StandardCharsets.UTF_8))
        .isEqualTo("{\"attrs\":{\"role\":\"" + role.name().toLowerCase(Locale.ROOT) + "\"}}");
    assertThat(client.getNotAfter().toInstant()).isEqualTo(NOW.plus(Validity.IDENTITY));
  }

  @Test
  void a_revoked_identity_is_void_and_the_others_are_not() throws GeneralSecurityException {
    OrganisationFolder made = organisation();
    X509Certificate authority = root(made.msp().resolve("cacerts"));
    X509CRL list = made.revoke(made.certificate("client"));
    X509Certificate client = Pem.certificate(made.certificate("client"));
    assertThatThrownBy(() -> validate(client, authority, list))
        .isInstanceOf(CertPathValidatorException.class)
        .hasMessageContaining("revoked");
    X509Certificate peer = Pem.certificate(made.certificate("peer"));
    validate(peer, authority, list);
    X509CRL both = made.revoke(made.certificate("peer"));
    assertThat(both.getRevokedCertificates()).hasSize(2);
    assertThat(made.revoke(made.certificate("peer")).getRevokedCertificates()).hasSize(2);
    assertThat(made.revocationLists()).hasSize(1);
    assertThat(made.revocationLists().getFirst()).startsWith("-----BEGIN X509 CRL-----\n");
  }

  @Test
  void a_rotated_identity_is_a_new_one_and_the_old_one_can_still_be_revoked()
      throws GeneralSecurityException {
    OrganisationFolder made = organisation();
    X509Certificate old = Pem.certificate(made.certificate("client"));
    Path retired = made.rotateIdentity("client", OrganisationalUnit.CLIENT);
    X509Certificate fresh = Pem.certificate(made.certificate("client"));
    assertThat(fresh.getPublicKey()).isNotEqualTo(old.getPublicKey());
    X509CRL list = made.revoke(retired);
    assertThat(list.isRevoked(old)).isTrue();
    validate(fresh, root(made.msp().resolve("cacerts")), list);
    new CertificateCheck(made.certificate("client"), fresh)
        .identity(
            OrganisationalUnit.CLIENT,
            Role.AUDITOR,
            Pem.key(made.key("client")),
            TrustAnchors.read(made.msp()),
            NOW);
  }

  @Test
  void whatever_an_identity_has_had_is_revoked_and_what_it_has_is_not() throws Exception {
    OrganisationFolder made = organisation();
    X509Certificate first = Pem.certificate(made.certificate("client"));
    made.prepareIdentity("client", OrganisationalUnit.CLIENT); // and then it was cut off
    made.rotateIdentity("client", OrganisationalUnit.CLIENT);
    X509Certificate second = Pem.certificate(made.certificate("client"));
    made.rotateIdentity("client", OrganisationalUnit.CLIENT);
    made.rotateIdentity("peer", OrganisationalUnit.PEER);
    made.revokeRetired("client");
    X509CRL list = Pem.revocationList(made.msp().resolve("crls/crl-0.pem"));
    assertThat(List.of(first, second)).allMatch(list::isRevoked);
    assertThat(list.getRevokedCertificates()).hasSize(2);
    validate(
        Pem.certificate(made.certificate("client")), root(made.msp().resolve("cacerts")), list);
  }

  @Test
  void what_is_prepared_stands_beside_what_counts_until_it_is_adopted()
      throws GeneralSecurityException, IOException {
    OrganisationFolder made = organisation();
    X509Certificate identity = Pem.certificate(made.certificate("peer"));
    X509Certificate endpoint = Pem.certificate(made.tls("peer").resolve("tls.crt"));

    Path retired = made.prepareIdentity("peer", OrganisationalUnit.PEER);
    made.prepareTlsEndpoint("peer", LOCAL); // another begin: of the first nothing is left
    assertThat(Pem.certificate(retired)).isEqualTo(identity);
    assertThat(Pem.certificate(made.certificate("peer"))).isEqualTo(identity);
    assertThat(Pem.certificate(made.tls("peer").resolve("tls.crt"))).isEqualTo(endpoint);
    made.adopt("peer");

    assertThat(Pem.certificate(made.certificate("peer"))).isEqualTo(identity);
    X509Certificate fresh = Pem.certificate(made.tls("peer").resolve("tls.crt"));
    assertThat(fresh.getPublicKey()).isNotEqualTo(endpoint.getPublicKey());
    validate(fresh, root(made.msp().resolve("tlscacerts")));
    assertThat(made.tls("peer").resolve("ca.crt")).exists();
    Path key = made.tls("peer").resolve("tls.key");
    new CertificateCheck(made.tls("peer").resolve("tls.crt"), fresh)
        .tlsEndpoint(LOCAL, Pem.key(key), TrustAnchors.read(made.msp()), NOW);
    for (Path each : List.of(key, made.key("peer"))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
          .isEqualTo("rw-------");
    }
    assertThat(folder.resolve("athens").resolve(OrganisationFolder.prepared("peer")))
        .doesNotExist();
  }

  @Test
  void keys_are_their_owners_alone_and_are_never_printed() throws IOException {
    OrganisationFolder made = organisation();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> keys =
          files
              .filter(f -> f.getFileName().toString().endsWith(".key") || f.endsWith("key.pem"))
              .toList();
      assertThat(keys).hasSize(5);
      for (Path key : keys) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
            .isEqualTo("rw-------");
        assertThat(Files.readString(key)).startsWith("-----BEGIN PRIVATE KEY-----\n");
      }
    }
    Credential credential =
        new Credential(Pem.certificate(made.certificate("client")), Pem.key(made.key("client")));
    assertThat(credential).hasToString("CN=client.athens, OU=client, O=athens [REDACTED]");
    assertThat(CertificateAuthority.read(folder.resolve("athens/ca"), new SecureRandom()))
        .hasToString("CertificateAuthority[O=athens,CN=ca.athens]");
  }

  @Test
  void nothing_is_issued_over_what_stands() {
    OrganisationFolder made = organisation();
    assertThatThrownBy(() -> made.issueIdentity("client", OrganisationalUnit.CLIENT))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("exists already and is not overwritten");
    assertThatThrownBy(() -> made.issueTlsEndpoint("peer", LOCAL))
        .hasMessageEndingWith("exists already and is not overwritten");
  }
}
