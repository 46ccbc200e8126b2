package org.koinon.cli;

import picocli.CommandLine.Command;

/** Founding a consortium, letting members in, and its Fabric network. */
@Command(
    name = "network",
    description = "Found a consortium, let a member in, or run its Fabric network.",
    footer = {
      "",
      "Example:",
      "  koinon network init --name heart --members athens,basel,cork heart/",
      "  koinon network up --fabric heart/"
    },
    subcommands = {
      NetworkInit.class,
      MemberCommand.class,
      NetworkUp.class,
      NetworkDown.class,
      NetworkStatus.class,
      NetworkExport.class,
      NetworkJoin.class,
      NetworkAddMember.class,
      NetworkRevoke.class,
      NetworkRotate.class
    })
final class NetworkCommand extends Group {}
