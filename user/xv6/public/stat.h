/* xv6's stat.h is ours. */
#pragma once

#include "../../../include/stat.h"
