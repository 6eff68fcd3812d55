/* xv6's memlayout.h is ours. */
#pragma once

#include "../../../kernel/x86/memlayout.h"
