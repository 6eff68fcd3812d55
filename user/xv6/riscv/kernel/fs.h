/* The same as for xv6-public. */
#pragma once

#include "../../public/fs.h"
