package org.koinon.cli;

import picocli.CommandLine.Command;

/** Letting a member in: it asks, q members approve, one admits. */
@Command(
    name = "member",
    description = "Let a member in: it requests, members approve, one admits.",
    footer = {
      "",
      "Example:",
      "  koinon network member approve --config athens/node.yaml member.json"
    },
    subcommands = {MemberRequest.class, MemberApprove.class, MemberAdmit.class})
final class MemberCommand extends Group {}
