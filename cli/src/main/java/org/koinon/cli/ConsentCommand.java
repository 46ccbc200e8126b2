package org.koinon.cli;

import picocli.CommandLine.Command;

/** Whose rows may be used. */
@Command(
    name = "consent",
    description = {
      "Say whose rows may be used.",
      "Without a list all rows of the table are used, on the legal basis that the study states.",
      "Lists and names never leave the hospital."
    },
    footer = {"", "Example:", "  koinon consent import --config athens/node.yaml consents.csv"},
    subcommands = {ConsentImport.class, ConsentWithdraw.class, ConsentErase.class})
final class ConsentCommand extends Group {}
