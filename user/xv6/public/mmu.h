/* xv6's mmu.h is ours. */
#pragma once

#include "../../../kernel/x86/mmu.h"
