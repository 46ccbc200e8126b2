package org.koinon.federation.study;

/** The server optimisers of Reddi et al., "Adaptive Federated Optimization", ICLR 2021. */
public enum ServerRule {
  /** The weighted mean is added. */
  FED_AVG,
  /** With momentum. */
  FED_AVG_M,
  /** With Adam's moments. */
  FED_ADAM,
  /** With Yogi's second moment. */
  FED_YOGI,
  /** With Adagrad's sum. */
  FED_ADAGRAD
}
