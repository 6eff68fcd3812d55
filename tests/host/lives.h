/* Many short lives of one disk: the power goes again and again. */
#pragma once

#include <stdint.h>

/* One disk and its lives. */
void short_lives(uint64_t seed);
