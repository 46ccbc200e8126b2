package org.koinon.federation.study;

/** A rule that combines the contributions to a shard other than by their sum. */
public enum RobustRule {
  /** Coordinate-wise median (Yin et al., ICML 2018). */
  MEDIAN,
  /** Coordinate-wise mean without the p largest and the p smallest (Yin et al., ICML 2018). */
  TRIMMED_MEAN,
  /** The contribution nearest to its n-p-2 nearest (Blanchard et al., NeurIPS 2017). */
  KRUM,
  /** The mean of the n-p contributions that Krum scores best (Blanchard et al., NeurIPS 2017). */
  MULTI_KRUM,
  /** The geometric median by smoothed Weiszfeld steps, RFA (Pillutla et al., IEEE TSP 2022). */
  GEOMETRIC_MEDIAN,
  /** Steps towards the contributions, each clipped (Karimireddy et al., ICML 2021). */
  CENTRED_CLIPPING,
  /** The mean after each contribution is scaled down to a norm (Sun et al., 2019). */
  NORM_BOUND
}
