/* Linux's <stdio.h>, without the macros that our <fcntl.h> has as an enum. */
#pragma once

#include_next <stdio.h>

#undef SEEK_SET
#undef SEEK_CUR
#undef SEEK_END
