/* Images to damage, and damage. */
#pragma once

#include <stdint.h>

/* Makes the disk an image that has one of everything. */
void make_damageable(uint64_t seed);

/* Damages such a disk, which is sound, in a few places. */
void damage(uint64_t seed);
