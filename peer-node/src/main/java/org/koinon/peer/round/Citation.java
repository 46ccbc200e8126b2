package org.koinon.peer.round;

/**
 * The snapshots on the ledger that a Ready cites.
 *
 * @param consent number of the consent snapshot
 * @param dataset number of the dataset snapshot
 */
record Citation(int consent, int dataset) {}
