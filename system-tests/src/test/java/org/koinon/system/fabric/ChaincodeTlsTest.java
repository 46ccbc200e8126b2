package org.koinon.system.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.hyperledger.fabric.protos.peer.ChaincodeGrpc;
import org.hyperledger.fabric.protos.peer.ChaincodeMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.koinon.system.fabric.TestAuthority.Credentials;

/** The chaincode as it is shipped speaks with nobody but a peer of its own organisation. */
class ChaincodeTlsTest {
  @TempDir private static Path files;
  private static TestAuthority authority;
  private static ChaincodeProcess chaincode;

  @BeforeAll
  static void start() throws IOException {
    authority = new TestAuthority(Files.createDirectory(files.resolve("own")));
    chaincode = ChaincodeProcess.start(authority, files.resolve("chaincode.log"));
    new ChaincodeStream(chaincode, authority.issue("peer", "peer")).close(); // it is up
  }

  @AfterAll
  static void stop() throws InterruptedException {
    chaincode.close();
  }

  /** The first message that the chaincode sends to a client with these credentials. */
  private static ChaincodeMessage.Type first(TlsChannelCredentials.Builder tls)
      throws IOException, InterruptedException, ExecutionException {
    CompletableFuture<ChaincodeMessage.Type> first = new CompletableFuture<>();
    ManagedChannel channel = ChaincodeStream.dial(chaincode, tls);
    try {
      var _ =
          ChaincodeGrpc.newStub(channel)
              .connect(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ChaincodeMessage message) {
                      first.complete(message.getType());
                    }

                    @Override
                    public void onError(Throwable failure) {
                      first.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                      first.completeExceptionally(new IllegalStateException("it hung up"));
                    }
                  });
      return first.get();
    } finally {
      channel.shutdownNow();
    }
  }

  private static TlsChannelCredentials.Builder of(Credentials client) throws IOException {
    return TlsChannelCredentials.newBuilder()
        .keyManager(client.certificateFile().toFile(), client.keyFile().toFile());
  }

  private static void isRefused(TlsChannelCredentials.Builder tls) {
    assertThatThrownBy(() -> first(tls))
        .hasCauseInstanceOf(StatusRuntimeException.class)
        .satisfies(
            e -> assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }

  @Test
  void a_peer_of_the_organisation_is_answered() throws Exception {
    assertThat(first(of(authority.issue("peer", "peer"))))
        .isEqualTo(ChaincodeMessage.Type.REGISTER);
  }

  @Test
  void a_client_without_a_certificate_is_refused() {
    isRefused(TlsChannelCredentials.newBuilder());
  }

  @Test
  void a_client_with_a_certificate_of_another_authority_is_refused() throws IOException {
    TestAuthority strangers = new TestAuthority(Files.createDirectory(files.resolve("strangers")));

    isRefused(of(strangers.issue("peer", "peer")));
  }
}
