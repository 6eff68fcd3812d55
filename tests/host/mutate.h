/* Damaged images: the kernel must bear them, and fsck must mend them. */
#pragma once

#include <stdint.h>

enum { MUTATIONS = 250 };       // of one image

/* Makes an image, and damages it MUTATIONS times. */
void mutations(uint64_t seed);
