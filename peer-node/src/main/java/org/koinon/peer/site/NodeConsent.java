package org.koinon.peer.site;

import java.nio.file.Files;
import java.util.function.Supplier;
import org.koinon.network.consent.ConsentTree;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.round.SiteException;

/**
 * The state of consent as a node's files have it now: the imported tree, or, if the hospital never
 * named or imported a list, the whole table on the study's stated legal basis.
 *
 * <p>Fails closed: a list that is named but was not imported, or a tree that cannot be read, allows
 * no row.
 *
 * @param files where list and tree are
 */
public record NodeConsent(NodeConfig.Consent files) implements Supplier<ConsentState> {
  /** On the ledger, where a list decides. */
  public static final String LISTED = "records listed with consent";

  /** On the ledger, where the study's legal basis decides. */
  public static final String WHOLE_TABLE = "whole table, on the study's legal basis";

  /**
   * The state now.
   *
   * @throws SiteException if it cannot be told
   */
  @Override
  public ConsentState get() {
    if (!Files.notExists(files.tree())) {
      try {
        ConsentTree tree = ConsentTree.load(files.tree());
        return new ConsentState.Listed(tree.allowed(), tree.root(), LISTED);
      } catch (ConfigException e) {
        throw new SiteException(String.valueOf(e.getMessage()), e);
      }
    }
    files
        .list()
        .ifPresent(
            list -> {
              throw new SiteException(
                  "the consent list "
                      + list
                      + " was not imported, so no row may be used; run: koinon consent import",
                  null);
            });
    return new ConsentState.WholeTable(WHOLE_TABLE);
  }
}
