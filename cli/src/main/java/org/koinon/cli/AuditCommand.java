package org.koinon.cli;

import picocli.CommandLine.Command;

/** What an auditor asks, offline. */
@Command(
    name = "audit",
    description =
        "Verify a ledger file, an export bundle or the blocks of a Fabric channel, offline.",
    footer = {"", "Example:", "  koinon audit verify ledger.db --archive athens/archive"},
    subcommands = {
      AuditVerify.class,
      AuditRounds.class,
      AuditLineage.class,
      AuditRecompute.class,
      AuditBlocks.class,
      AuditExport.class,
      AuditArchive.class,
      AuditOpenKey.class,
      AuditOpen.class
    })
final class AuditCommand extends Group {}
