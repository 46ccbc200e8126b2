package org.koinon.network.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.Role;
import org.koinon.network.yaml.ConfigException;

/** What a hospital's own authority made is taken over whole, or refused with the reason. */
final class BroughtCertificatesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final List<String> LOCAL = List.of("localhost");
  @TempDir Path folder;
  private OrganisationFolder brought = organisation(Path.of("unused"), NOW);
  private OrganisationFolder taken = brought;

  private OrganisationFolder organisation(String name, Instant now) {
    return organisation(folder.resolve(name), now);
  }

  private static OrganisationFolder organisation(Path place, Instant now) {
    return organisation(place, Role.HOSPITAL, now);
  }

  private static OrganisationFolder organisation(Path place, Role role, Instant now) {
    return new OrganisationFolder(
        place, new MemberId("basel"), role, new SecureRandom(), InstantSource.fixed(now));
  }

  @BeforeEach
  void the_hospital_issues_what_is_needed() {
    brought = issued("brought", NOW);
    taken = organisation("taken", NOW);
    taken.bringAuthorities(folder.resolve("brought"));
  }

  private OrganisationFolder issued(String name, Instant now) {
    OrganisationFolder made = organisation(name, now);
    made.createAuthorities();
    made.issueIdentity("peer", OrganisationalUnit.PEER);
    made.issueTlsEndpoint("peer", LOCAL);
    return made;
  }

  private void bringPeer() {
    taken.bringIdentity(folder.resolve("brought"), "peer", OrganisationalUnit.PEER);
  }

  private void bringTls(String... hosts) {
    taken.bringTlsEndpoint(folder.resolve("brought"), "peer", List.of(hosts));
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void what_holds_is_taken_over_without_the_authoritys_key() throws IOException {
    bringPeer();
    bringTls("localhost");
    assertThat(Files.readString(taken.certificate("peer")))
        .isEqualTo(Files.readString(brought.certificate("peer")));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(taken.key("peer"))))
        .isEqualTo("rw-------");
    assertThatThrownBy(() -> taken.rotateIdentity("peer", OrganisationalUnit.PEER))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("basel's own authority");
  }

  @Test
  void a_revocation_list_is_brought_too_and_never_an_older_one() {
    Path empty = brought.msp().resolve("crls/crl-0.pem");
    Path before = folder.resolve("before.pem");
    Pem.write(before, Pem.text(Pem.revocationList(empty)));
    var list = brought.revoke(brought.certificate("peer"));
    assertThat(taken.bringRevocationList(empty)).isEqualTo(list);
    assertThatThrownBy(() -> taken.bringRevocationList(before))
        .hasMessage(before + ": has number 1, and 2 stands: bring the newest");
    OrganisationFolder stranger =
        new OrganisationFolder(
            folder.resolve("s"), new MemberId("s"), Role.HOSPITAL, new SecureRandom(), () -> NOW);
    stranger.createAuthorities();
    Path foreign = stranger.msp().resolve("crls/crl-0.pem");
    assertThatThrownBy(() -> taken.bringRevocationList(foreign))
        .hasMessageContaining("CN=ca.s, O=s, which is no authority of this member");
  }

  @Test
  void another_units_certificate_is_refused() {
    assertThatThrownBy(
            () -> taken.bringIdentity(folder.resolve("brought"), "peer", OrganisationalUnit.ADMIN))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            brought.certificate("peer")
                + ": its subject has the units [peer]: of admin, client, orderer and peer it needs"
                + " OU=admin alone");
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void a_certificate_of_another_role_is_refused(Role attested) {
    Path source = folder.resolve("of-a-role");
    OrganisationFolder own = organisation(source, attested, NOW);
    own.createAuthorities();
    own.issueIdentity("client", OrganisationalUnit.CLIENT);
    OrganisationFolder hospital = organisation("hospital", NOW);
    hospital.bringAuthorities(source);
    if (attested == Role.HOSPITAL) {
      hospital.bringIdentity(source, "client", OrganisationalUnit.CLIENT);
      assertThat(hospital.certificate("client")).exists();
      return;
    }
    assertThatThrownBy(() -> hospital.bringIdentity(source, "client", OrganisationalUnit.CLIENT))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            own.certificate("client")
                + ": its attribute role is "
                + attested.name().toLowerCase(Locale.ROOT)
                + ", and its member's role in this network is hospital: ask its authority for one"
                + " with that role or with none, or correct the role in fabric.yaml");
    assertThat(hospital.certificate("client")).doesNotExist();
  }

  @Test
  void a_key_of_another_certificate_is_refused() throws IOException {
    brought.issueIdentity("other", OrganisationalUnit.PEER);
    copy(brought.key("other"), brought.key("peer"));
    assertThatThrownBy(this::bringPeer)
        .hasMessage(
            brought.certificate("peer") + ": the key beside it belongs to another certificate");
  }

  @Test
  void a_certificate_of_another_authority_is_refused() throws IOException {
    OrganisationFolder other = issued("other", NOW);
    copy(other.certificate("peer"), brought.certificate("peer"));
    copy(other.key("peer"), brought.key("peer"));
    assertThatThrownBy(this::bringPeer)
        .hasMessageStartingWith(
            brought.certificate("peer") + ": does not go back to the authority in msp/: ");
  }

  @Test
  void a_certificate_that_ran_out_or_has_not_begun_is_refused() {
    taken = organisation("late", NOW.plus(Validity.IDENTITY).plusSeconds(1));
    taken.bringAuthorities(folder.resolve("brought"));
    assertThatThrownBy(this::bringPeer).hasMessageContaining("ran out at 2028-02-29T12:00:00Z");
    taken = organisation("early", NOW.minus(Duration.ofHours(1)));
    taken.bringAuthorities(folder.resolve("brought"));
    assertThatThrownBy(this::bringPeer).hasMessageContaining("is not valid before");
  }

  @Test
  void a_host_that_the_certificate_does_not_name_is_refused() {
    assertThatThrownBy(() -> bringTls("peer.basel.example"))
        .hasMessageContaining(
            "its alternative names are [localhost]: it is dialled as [peer.basel.example]");
  }

  @Test
  void a_signing_certificate_is_no_tls_certificate() throws IOException {
    Path tls = brought.tls("peer");
    copy(brought.certificate("peer"), tls.resolve("tls.crt"));
    copy(brought.key("peer"), tls.resolve("tls.key"));
    assertThatThrownBy(() -> bringTls("localhost")).hasMessageContaining("does not go back");
  }

  @Test
  void a_key_that_others_may_read_or_that_is_none_is_refused_without_being_quoted()
      throws IOException {
    Path key = brought.key("peer");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(this::bringPeer)
        .hasMessage(key + ": others may read this secret: run chmod 600 on it");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    assertThatThrownBy(this::bringPeer).hasMessage(key + ": is no private key in PEM").hasNoCause();
    Files.writeString(key, "nothing\n");
    assertThatThrownBy(this::bringPeer).hasMessage(key + ": holds no private key in PEM");
    Files.writeString(
        key,
        """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIBNjCBoQYJKoZIhvcNAQUNMIGTME8GCSqGSIb3DQEFDDBCBCEAAAAAAAAAAAAA
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACAggAAgEQMAwGCCqGSIb3DQIJBQAw
        -----END ENCRYPTED PRIVATE KEY-----
        """);
    assertThatThrownBy(this::bringPeer).isInstanceOf(ConfigException.class);
  }

  @Test
  void files_that_are_missing_or_no_certificates_are_named() throws IOException {
    Path file = brought.certificate("peer");
    Files.writeString(file, "hello");
    assertThatThrownBy(this::bringPeer).hasMessageStartingWith(file + ": is no X.509 certificate");
    Files.delete(file);
    assertThatThrownBy(this::bringPeer)
        .hasMessage(file + ": there is no such file: check the path");
    Files.delete(brought.msp().resolve("tlscacerts/ca-0.pem"));
    assertThatThrownBy(() -> organisation("x", NOW).bringAuthorities(folder.resolve("brought")))
        .hasMessageContaining("needs the authority's certificate in cacerts/");
  }
}
