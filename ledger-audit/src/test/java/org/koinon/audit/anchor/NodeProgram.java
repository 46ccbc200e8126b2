package org.koinon.audit.anchor;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The EVM nodes that tests start, each in its own words where the standard has none. */
enum NodeProgram {
  /** Of the Foundry project, in Rust. */
  ANVIL {
    @Override
    Path file() throws IOException {
      return NodePackages.anvil();
    }

    @Override
    List<String> options(Path folder) {
      return List.of(
          "--preserve-historical-states", "--state", folder.resolve("state.json").toString());
    }

    @Override
    void fund(LocalChain chain, EvmAddress address, long ether) {
      chain.fund(address, ether);
    }

    @Override
    void mine(LocalChain chain, int blocks) {
      chain.mine(blocks);
    }
  },

  /** Of the Truffle project, in JavaScript. */
  GANACHE {
    @Override
    Path file() throws IOException {
      return NodePackages.installed().resolve("node_modules/.bin/ganache").toAbsolutePath();
    }

    @Override
    List<String> options(Path folder) {
      return List.of("--database.dbPath", folder.resolve("ganache").toString());
    }

    @Override
    void fund(LocalChain chain, EvmAddress address, long ether) {
      BigInteger wei = BigInteger.TEN.pow(18).multiply(BigInteger.valueOf(ether));
      var _ = chain.ask("evm_setAccountBalance", address.value(), "0x" + wei.toString(16));
    }

    @Override
    void mine(LocalChain chain, int blocks) {
      var _ = chain.ask("evm_mine", Map.of("blocks", blocks));
    }
  };

  abstract Path file() throws IOException;

  /** Beside host and port. */
  abstract List<String> options(Path folder);

  abstract void fund(LocalChain chain, EvmAddress address, long ether);

  abstract void mine(LocalChain chain, int blocks);
}
