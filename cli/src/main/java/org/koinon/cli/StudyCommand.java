package org.koinon.cli;

import picocli.CommandLine.Command;

/** Proposing, approving and joining studies. */
@Command(
    name = "study",
    description = "Write, check, propose, approve and join a study.",
    footer = {"", "Example:", "  koinon study propose --config athens/node.yaml study.yaml"},
    subcommands = {
      StudyExample.class,
      StudyChecking.class,
      StudyPropose.class,
      StudyApprove.class,
      StudyEnrol.class,
      StudyLeave.class,
      StudyList.class
    })
final class StudyCommand extends Group {}
