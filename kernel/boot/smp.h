/* Starting the other CPUs. */
#pragma once

/* Starts every CPU in cpus[] but this one, and says how many run. */
void start_other_cpus(void);
