/* xv6's fcntl.h is ours. */
#pragma once

#include "../../../include/fcntl.h"
