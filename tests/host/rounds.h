/* Random calls, power cuts in them, failing disks. */
#pragma once

#include <stdint.h>

/* One round, whose seed says all. */
void one_round(uint64_t seed);
