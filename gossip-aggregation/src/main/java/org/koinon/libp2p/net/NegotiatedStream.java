package org.koinon.libp2p.net;

import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.koinon.libp2p.core.Connection;
import org.koinon.libp2p.core.PeerId;
import org.koinon.libp2p.core.ProtocolId;
import org.koinon.libp2p.core.Stream;
import org.koinon.libp2p.mux.YamuxStream;

/** A multiplexed stream whose protocol is agreed. */
record NegotiatedStream(Connection connection, YamuxStream raw, ProtocolId protocol)
    implements Stream {
  @Override
  public PeerId remotePeer() {
    return connection.remotePeer();
  }

  @Override
  public InputStream in() {
    return raw.in();
  }

  @Override
  public OutputStream out() {
    return raw.out();
  }

  @Override
  public void closeWrite() {
    raw.closeWrite();
  }

  @Override
  public void reset() {
    raw.reset();
  }

  @Override
  public void deadline(Duration fromNow) {
    raw.deadline(fromNow);
  }

  @Override
  public void close() {
    raw.close();
  }

  @Override
  public String toString() {
    return protocol + " #" + raw.id() + " with " + remotePeer();
  }
}
