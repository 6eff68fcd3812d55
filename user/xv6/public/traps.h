/* xv6's traps.h is ours. */
#pragma once

#include "../../../kernel/x86/traps.h"
