/* The floating-point registers, as the tests of exec need them. */
#pragma once

#include <stdbool.h>

/* Puts values that depend on seed into the x87 and SSE registers. */
void fpu_spoil(int seed);

/* Are the registers as a new program finds them? */
bool fpu_is_new(void);
