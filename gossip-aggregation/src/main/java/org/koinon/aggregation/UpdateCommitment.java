package org.koinon.aggregation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.MemberId;
import org.koinon.federation.study.StudyId;

/**
 * C_i, what a member binds itself to before it contributes: base model and update, but no round, so
 * that an update used twice is seen.
 */
public final class UpdateCommitment {
  private static final String TAG = "koinon/update/v1";

  private UpdateCommitment() {}

  /**
   * SHA-256(LP(tag), LP(study), base model root, LP(member), salt, SHA-256(x)); LP(x) is the u32
   * big-endian length, then x.
   */
  public static Digest of(StudyId study, ModelId base, MemberId member, Salt salt, Blocks encoded) {
    MessageDigest sha = Digest.sha256();
    prefixed(sha, TAG);
    prefixed(sha, study.value());
    sha.update(base.root().bytes());
    prefixed(sha, member.value());
    sha.update(salt.bytes());
    sha.update(encoded.sha256().bytes());
    return Digest.of(sha.digest());
  }

  private static void prefixed(MessageDigest sha, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    sha.update(bytes);
  }
}
