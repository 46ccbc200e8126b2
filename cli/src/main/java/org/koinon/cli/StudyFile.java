package org.koinon.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.koinon.network.study.StudyCheck;
import org.koinon.network.study.StudyDefinition;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.DataException;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.site.StudyDraft;

/**
 * A study file and the schema that it names.
 *
 * @param path of the study file
 */
record StudyFile(Path path, StudyDefinition definition, TableSchema schema) {
  static StudyFile read(Path path) {
    StudyDefinition definition = StudyDefinition.read(path);
    return new StudyFile(path, definition, schema(path, definition.schema()));
  }

  /** A file beside the study's, else one that ships with Koinon. */
  private static TableSchema schema(Path study, String named) {
    try {
      Path beside = study.toAbsolutePath().resolveSibling(named);
      if (Files.exists(beside)) {
        return TableSchema.read(beside);
      }
      return TableSchema.named(named.replaceFirst("\\.ya?ml$", ""));
    } catch (DataException | InvalidPathException e) {
      if (e instanceof DataException bad && Files.exists(study.resolveSibling(named))) {
        throw bad;
      }
      throw new ConfigException(
          study.toString(),
          "schema: there is no file "
              + named
              + " beside it, nor a schema of that name in Koinon (heart-disease,"
              + " synthetic-heart)",
          e);
    }
  }

  StudyCheck check(int hospitals) {
    return StudyDraft.check(definition, schema, hospitals);
  }
}
