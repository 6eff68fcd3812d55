/* xv6's x86.h is ours. */
#pragma once

#include "../../../kernel/x86/x86.h"
