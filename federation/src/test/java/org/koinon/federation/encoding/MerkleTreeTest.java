package org.koinon.federation.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.koinon.testkit.Seeded;

class MerkleTreeTest {
  /** The leaves of Certificate Transparency's reference tests. */
  private static final List<String> LEAVES =
      List.of(
          "",
          "00",
          "10",
          "2021",
          "3031",
          "40414243",
          "5051525354555657",
          "606162636465666768696a6b6c6d6e6f");

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static MerkleTree reference() {
    MerkleTree tree = new MerkleTree();
    LEAVES.forEach(leaf -> tree.append(MerkleTree.leafHash(HexFormat.of().parseHex(leaf))));
    return tree;
  }

  @Test
  void the_reference_roots_hold() {
    for (int n = 0; n <= 8; n++) {
      assertThat(reference().root(n).hex()).isEqualTo(ROOTS.get(n));
    }
  }

  @Test
  void the_reference_proofs_hold() {
    assertThat(reference().inclusionProof(0, 8).stream().map(Digest::hex))
        .containsExactly(
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
    assertThat(reference().consistencyProof(6, 8).stream().map(Digest::hex))
        .containsExactly(
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    assertThat(reference().consistencyProof(1, 1)).isEmpty();
  }

  @Test
  void every_proof_of_every_size_to_70_holds() {
    MerkleTree tree = new MerkleTree();
    List<Digest> leaves = new ArrayList<>();
    for (int n = 1; n <= 70; n++) {
      leaves.add(MerkleTree.leafHash(new byte[] {(byte) n}));
      tree.append(leaves.getLast());
      for (int m = 0; m < n; m++) {
        assertThat(
                MerkleTree.verifyInclusion(
                    leaves.get(m), m, n, tree.inclusionProof(m, n), tree.root()))
            .isTrue();
      }
      for (int m = 0; m <= n; m++) {
        assertThat(
                MerkleTree.verifyConsistency(
                    m, tree.root(m), n, tree.root(), tree.consistencyProof(m, n)))
            .isTrue();
      }
    }
  }

  @Seeded(cases = 200)
  void any_flipped_bit_fails(long seed) {
    Random random = new Random(seed);
    MerkleTree tree = new MerkleTree();
    int n = 2 + random.nextInt(68);
    for (int i = 0; i < n; i++) {
      tree.append(MerkleTree.leafHash(new byte[] {(byte) i}));
    }
    int m = 1 + random.nextInt(n - 1);
    List<Digest> path = new ArrayList<>(tree.inclusionProof(m, n));
    flip(path, random);
    Digest leaf = MerkleTree.leafHash(new byte[] {(byte) m});
    assertThat(MerkleTree.verifyInclusion(leaf, m, n, path, tree.root())).isFalse();
    List<Digest> proof = new ArrayList<>(tree.consistencyProof(m, n));
    flip(proof, random);
    assertThat(MerkleTree.verifyConsistency(m, tree.root(m), n, tree.root(), proof)).isFalse();
  }

  private static void flip(List<Digest> proof, Random random) {
    int at = random.nextInt(proof.size());
    byte[] bytes = proof.get(at).bytes();
    bytes[random.nextInt(Digest.BYTES)] ^= (byte) (1 << random.nextInt(8));
    proof.set(at, Digest.of(bytes));
  }
}
