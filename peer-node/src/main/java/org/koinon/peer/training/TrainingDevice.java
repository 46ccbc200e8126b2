package org.koinon.peer.training;

/** Where local training runs. */
public enum TrainingDevice {
  /** The first GPU if PyTorch sees one, else the CPU. */
  AUTO,
  /** The CPU. */
  CPU,
  /** The first GPU; an error where there is none. */
  GPU
}
