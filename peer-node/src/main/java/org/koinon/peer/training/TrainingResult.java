package org.koinon.peer.training;

/**
 * What local training made. Stays in the hospital.
 *
 * @param parameters the trained parameters
 * @param updatesDone updates over all rounds so far, to be handed to the next call
 * @param meanLoss mean loss of this call's batches, before each update
 */
public record TrainingResult(ParameterSet parameters, long updatesDone, double meanLoss) {}
