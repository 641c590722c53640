package io.artifactvault.simulation;

/**
 * One request of a trace.
 *
 * @param at milliseconds since the trace's start
 * @param file which content, numbered from 0
 * @param size its length in bytes
 */
record Access(long at, int file, long size) {}
