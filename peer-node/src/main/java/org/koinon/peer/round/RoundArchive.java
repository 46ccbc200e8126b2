package org.koinon.peer.round;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.Piece;
import org.koinon.aggregation.ShardLayout;
import org.koinon.aggregation.ShardSum;
import org.koinon.aggregation.masking.Attempt;
import org.koinon.aggregation.masking.Released;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.aggregation.model.TensorFile;
import org.koinon.federation.contribution.ShardMap;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.ledger.RoundView;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.round.RoundId;
import org.koinon.federation.round.SignedMessage;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/**
 * The files from which a round can be recomputed: {@code models/<id>.safetensors}, and per round
 * {@code <study>/<round>/piece-<contributor>-<shard>} and {@code sum-<shard>}; of a masked round
 * also {@code certificate} and {@code released}.
 *
 * <p>Everything is checked against its hash before it is kept and after it is read. Safe for use by
 * several threads.
 */
public final class RoundArchive {
  /** Pieces are hospitals' numbers in the clear under policy open: for this user's eyes alone. */
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final String ENDED = "ended";
  private static final String SETTLED = "settled";

  private final Path folder;
  private final Map<Digest, Held> addresses = new ConcurrentHashMap<>();
  private final AtomicLong kept = new AtomicLong();

  /** What lies at an address: the file, and of a piece which one it is. */
  private record Held(PeerLink.What what, Path path, PeerLink.@Nullable PieceName piece) {}

  /** In that folder, which is made when something is kept. */
  public RoundArchive(Path folder) {
    this.folder = folder;
  }

  /** Keeps a model or an optimiser state. */
  public ModelId keep(TensorFile file) {
    ModelId id = file.id();
    write(modelPath(id), file.toByteArray());
    return id;
  }

  /** The file with this id. */
  public Optional<TensorFile> file(ModelId id) {
    return read(modelPath(id))
        .flatMap(bytes -> decode(() -> TensorFile.decode(bytes)))
        .filter(file -> file.id().equals(id));
  }

  /** The model with this id. */
  public Optional<ModelFile> model(ModelId id) {
    return file(id).map(ModelFile::new);
  }

  /** Where the model lies. */
  public Path modelPath(ModelId id) {
    return folder.resolve("models").resolve(id + ".safetensors");
  }

  void keep(RoundId round, Piece piece, Digest committedRoot) {
    Path path = piecePath(round, piece.contributor(), piece.shard());
    write(path, piece.encode());
    addresses.put(
        pieceAddress(committedRoot, piece.shard()),
        held(new PeerLink.PieceName(round, piece.contributor(), piece.shard())));
    kept.incrementAndGet();
  }

  private Held held(PeerLink.PieceName name) {
    return new Held(
        PeerLink.What.PIECE, piecePath(name.round(), name.contributor(), name.shard()), name);
  }

  /** Grows whenever a piece is kept. */
  long piecesKept() {
    return kept.get();
  }

  Optional<Piece> piece(
      RoundId round, ShardLayout layout, MemberId contributor, int shard, Digest committedRoot) {
    return read(piecePath(round, contributor, shard))
        .flatMap(bytes -> decode(() -> Piece.decode(layout, bytes)))
        .filter(piece -> piece.contributor().equals(contributor) && piece.shard() == shard)
        .filter(piece -> piece.check(layout, committedRoot) == Piece.Check.COMMITTED);
  }

  /** A file that was damaged is as good as none: it is fetched anew and replaced. */
  private static <T> Optional<T> decode(Supplier<T> decoder) {
    try {
      return Optional.of(decoder.get());
    } catch (FormatException e) {
      return Optional.empty();
    }
  }

  void keep(RoundId round, ShardSum sum) {
    Path path = sumPath(round, sum.shard());
    write(path, sum.encode());
    addresses.put(sumAddress(sum.root(), sum.shard()), new Held(PeerLink.What.SUM, path, null));
  }

  Optional<ShardSum> sum(RoundId round, ShardLayout layout, int shard, Digest root) {
    return read(sumPath(round, shard))
        .flatMap(bytes -> decode(() -> ShardSum.decode(layout, bytes)))
        .filter(sum -> sum.root().equals(root));
  }

  /** Deletes what is here of a member's contribution to a round: it is in no sum. */
  void forgetPieces(RoundView view, MemberId contributor) {
    RoundId round = view.opened().id();
    int shards = view.shards().map(ShardMap::shards).orElse(0);
    for (int shard = 0; shard < shards; shard++) {
      Path path = piecePath(round, contributor, shard);
      addresses.values().removeIf(held -> held.path().equals(path));
      delete(path);
    }
  }

  /** Deletes what falls left half written of a round that is over. */
  void forgetParts(RoundId round) {
    if (!Files.isDirectory(roundFolder(round))) {
      return;
    }
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(roundFolder(round), "*.part")) {
      parts.forEach(RoundArchive::delete);
    } catch (IOException e) {
      throw failure(roundFolder(round), e);
    }
  }

  /** Keeps the signatures by which members stood by the opening of a round's sums. */
  Digest keepCertificate(RoundId round, List<SignedMessage> signatures) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (SignedMessage signature : signatures) {
        byte[] message = signature.encode();
        out.writeInt(message.length);
        out.write(message);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail to be written", e);
    }
    write(roundFolder(round).resolve("certificate"), bytes.toByteArray());
    return Digest.sha256(bytes.toByteArray());
  }

  /** Keeps what took the masks off a round's sum. */
  void keep(RoundId round, Attempt attempt, Released released) {
    Path path = roundFolder(round).resolve("released");
    write(path, released.encode(attempt));
    addresses.put(releasedAddress(attempt), new Held(PeerLink.What.MESSAGE, path, null));
  }

  /** What took the masks off, if it is here. */
  Optional<Released> released(RoundId round, Attempt attempt) {
    return read(roundFolder(round).resolve("released"))
        .flatMap(bytes -> decode(() -> Released.decode(attempt, bytes)));
  }

  /** The address under which it is fetched. */
  static Digest releasedAddress(Attempt attempt) {
    return attempt.hash("released-address");
  }

  /** Notes when this node saw a round end, once. */
  void noteEnd(RoundId round, long millis) {
    Path file = roundFolder(round).resolve(ENDED);
    Path done = roundFolder(round).resolve(SETTLED);
    if (!Files.exists(file) && !Files.exists(done)) {
      write(file, Long.toString(millis).getBytes(StandardCharsets.US_ASCII));
    }
  }

  /** When it ended, unless it is settled. */
  OptionalLong endedAt(RoundId round) {
    return read(roundFolder(round).resolve(ENDED))
        .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
        .filter(text -> text.matches("[0-9]{1,18}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }

  /** Rounds of a study that ended and whose pieces have not been decided on, in order. */
  List<RoundId> awaiting(StudyId study) {
    Path rounds = folder.resolve(study.value());
    if (!Files.isDirectory(rounds)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(rounds)) {
      return all.filter(round -> Files.exists(round.resolve(ENDED)))
          .map(round -> round.getFileName().toString())
          .filter(name -> name.matches("[1-9][0-9]{0,6}"))
          .map(name -> new RoundId(study, Integer.parseInt(name)))
          .sorted(Comparator.comparingInt(RoundId::number))
          .toList();
    } catch (IOException e) {
      throw failure(rounds, e);
    }
  }

  /** Its pieces were kept or deleted for good. */
  void settled(RoundId round) {
    write(roundFolder(round).resolve(SETTLED), new byte[0]);
    delete(roundFolder(round).resolve(ENDED));
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  /** The address under which a sum is fetched: two shards may sum to the same words. */
  static Digest sumAddress(Digest root, int shard) {
    return Digest.tagged(
        "koinon/sum-address/v1",
        root.bytes(),
        Integer.toString(shard).getBytes(StandardCharsets.UTF_8));
  }

  /** The address under which a piece is fetched: of its commitment and its shard. */
  static Digest pieceAddress(Digest committedRoot, int shard) {
    return Digest.tagged(
        "koinon/piece-address/v1",
        committedRoot.bytes(),
        Integer.toString(shard).getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the piece with that commitment and shard is here. */
  boolean holds(Digest committedRoot, int shard) {
    return addresses.containsKey(pieceAddress(committedRoot, shard));
  }

  /** Finds what of a round is here already, after a restart. */
  void index(RoundView view) {
    RoundId round = view.opened().id();
    view.shards()
        .ifPresent(
            map -> {
              for (int s = 0; s < map.shards(); s++) {
                int shard = s;
                view.committed()
                    .forEach(
                        (member, said) ->
                            index(
                                pieceAddress(said.root(), shard),
                                held(new PeerLink.PieceName(round, member, shard))));
              }
              view.sums()
                  .forEach(
                      (shard, root) ->
                          index(
                              sumAddress(root, shard),
                              new Held(PeerLink.What.SUM, sumPath(round, shard), null)));
            });
  }

  private void index(Digest address, Held held) {
    if (Files.exists(held.path())) {
      addresses.put(address, held);
    }
  }

  /** Which piece lies at an address, if it is one of a piece. */
  Optional<PeerLink.PieceName> pieceAt(Digest address) {
    return Optional.ofNullable(addresses.get(address)).map(Held::piece);
  }

  /** The bytes at an address that others ask for: a model's id, a sum's root, a piece's address. */
  Optional<PeerLink.Served> at(Digest address) {
    Held held = addresses.get(address);
    Held sought =
        held == null ? new Held(PeerLink.What.MODEL, modelPath(ModelId.of(address)), null) : held;
    return read(sought.path()).map(bytes -> new PeerLink.Served(sought.what(), bytes));
  }

  private Path roundFolder(RoundId round) {
    return folder.resolve(round.study().value()).resolve(Integer.toString(round.number()));
  }

  private Path piecePath(RoundId round, MemberId contributor, int shard) {
    return roundFolder(round).resolve("piece-" + contributor + "-" + shard);
  }

  private Path sumPath(RoundId round, int shard) {
    return roundFolder(round).resolve("sum-" + shard);
  }

  private static Optional<byte[]> read(Path path) {
    try {
      return Optional.of(Files.readAllBytes(path));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static void write(Path path, byte[] bytes) {
    Path parent = Objects.requireNonNull(path.getParent());
    try {
      Files.createDirectories(parent, PRIVATE);
      Path part = Files.createTempFile(parent, path.getFileName() + "-", ".part");
      try {
        try (FileChannel out = FileChannel.open(part, StandardOpenOption.WRITE)) {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            out.write(buffer);
          }
          out.force(true);
        }
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static JournalException failure(Path path, IOException e) {
    return new JournalException(
        "the archive file "
            + path
            + " cannot be used ("
            + e.getMessage()
            + "); free space or mend the rights, then start the node again",
        e);
  }
}
