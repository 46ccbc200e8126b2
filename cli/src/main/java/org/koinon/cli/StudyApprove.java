package org.koinon.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.koinon.aggregation.model.ModelFile;
import org.koinon.federation.encoding.Digest;
import org.koinon.federation.encoding.FormatException;
import org.koinon.federation.encoding.RecordCodec;
import org.koinon.federation.lineage.ModelId;
import org.koinon.federation.study.Study;
import org.koinon.federation.study.StudyId;
import org.koinon.network.node.NodeConfig;
import org.koinon.network.yaml.ConfigException;
import org.koinon.peer.dataset.TableSchema;
import org.koinon.peer.site.StudyDraft;
import org.koinon.peer.site.TrainingCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A member's yes to the newest version of a study, after making its initial model anew. */
@Command(
    name = "approve",
    description = {
      "Say yes to the newest version of a study.",
      "The initial model is computed anew from the terms and this member's schema; if it is not",
      "the one that was proposed, nothing is approved."
    },
    footer = {"", "Example:", "  koinon study approve --config basel/node.yaml heart-demo"})
final class StudyApprove extends Action {
  @Mixin private NodeOption node = new NodeOption();

  @Option(
      names = "--schema",
      paramLabel = "FILE",
      description = "The table schema; the node's own if not given.")
  private @Nullable Path schemaFile;

  @Parameters(paramLabel = "STUDY", description = "The study's name.")
  private StudyId id = new StudyId("study");

  @Override
  public Integer call() {
    try (MemberSession session = MemberSession.open(node.home())) {
      Study study = session.newest(id);
      ModelFile model = checkedModel(session, study);
      ModelId kept = session.home().archive().keep(model.file());
      session.registrar().approve(study);
      say(session.me() + " approves " + id + " version " + study.version() + ".");
      say("initial model " + kept + ": computed here, the same as proposed");
      say(
          "policy "
              + RecordCodec.name(study.privacy().policy())
              + ": "
              + study.privacy().policy().promise());
      say(session.approvals(study) + ".");
      return Faults.YES;
    }
  }

  private ModelFile checkedModel(MemberSession session, Study study) {
    if (!study.code().equals(TrainingCode.DIGEST)) {
      throw refusal(
          "it names other training code than this program's ("
              + TrainingCode.NAME
              + "); use the version of Koinon that the proposer uses");
    }
    TableSchema schema = schema();
    if (!Digest.of(schema.digest()).equals(study.schema())) {
      throw refusal(
          "it names another table schema than "
              + schema.name()
              + "; get the proposer's schema file and give it with --schema");
    }
    ModelFile model;
    try {
      model = StudyDraft.initialModel(study, schema, statistics(session, study));
    } catch (FormatException | IllegalArgumentException e) {
      throw new ConfigException(
          id.value(), "is not approved: its terms do not fit: " + e.getMessage(), e);
    }
    if (!model.id().equals(study.initialModel())) {
      throw refusal(
          "its initial model is "
              + study.initialModel().brief()
              + ", but its terms lead to "
              + model.id().brief()
              + "; ask the proposer where the model comes from");
    }
    return model;
  }

  private TableSchema schema() {
    if (schemaFile != null) {
      return TableSchema.read(schemaFile);
    }
    NodeConfig.Dataset dataset = node.home().config().dataset();
    if (dataset == null) {
      throw new ConfigException(
          node.file().toString(), 0, "has no dataset, so give the schema with --schema FILE");
    }
    return TableSchema.read(dataset.schema());
  }

  private Optional<ModelFile> statistics(MemberSession session, Study study) {
    ModelId cited = study.statistics();
    if (cited == null) {
      return Optional.empty();
    }
    Optional<ModelFile> file = session.home().archive().model(cited);
    if (file.isEmpty()) {
      throw refusal(
          "the statistics that it cites ("
              + session.home().archive().modelPath(cited)
              + ") are not in this node's archive; run the node until it has them, or copy the"
              + " file");
    }
    return file;
  }

  private ConfigException refusal(String why) {
    return new ConfigException(id.value(), 0, "is not approved: " + why);
  }
}
