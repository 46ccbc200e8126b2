package org.koinon.cli;

import picocli.CommandLine.Command;

/** Founding a consortium and letting members in. */
@Command(
    name = "network",
    description = "Found a consortium, or let a member in.",
    footer = {
      "",
      "Example:",
      "  koinon network init --name heart --members athens,basel,cork heart/"
    },
    subcommands = {NetworkInit.class, MemberCommand.class})
final class NetworkCommand extends Group {}
