/* The same as for xv6-public, and names that say how many bits a type has. */
#pragma once

#include <stdint.h>

#include "../../public/types.h"

typedef uint8_t uint8;
typedef uint16_t uint16;
typedef uint32_t uint32;
typedef uint64_t uint64;
